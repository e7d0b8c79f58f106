/* lua_chance.c - aios.run: the clock and chance, the same on every replay. */
#include "lua/run_place.h"
#include <lauxlib.h>
#include <stdio.h>
#include <time.h>

/* Where readings of the innermost scope are recorded: "/3/1@"; end_path takes the end off. */
static Slice clock_path(Branch *branch) {
    branch_end_path(branch);
    buf_add_byte(&branch->path, '@');
    return branch_path(branch);
}

/* A reading is recorded only when it differs from the one before. */
static int64_t read_clock(Branch *branch, const char *which, int64_t *last, int64_t actual) {
    Run *run = branch->run;
    JournalRow row = { .kind = ENTRY_CLOCK, .status = ENTRY_OK, .path = clock_path(branch), .name = slice_of(which), .t = actual,
                       .line = ++branch->senses.clock_readings };
    if (!replay_clock(&run->replay, row.path, row.line, last) && run->phase == RUN_LIVING && !run_engine(run)->replaying && replay_is_over(&run->replay) && actual != *last) {
        run_record(run, &row, actual);
        *last = actual;
    }
    branch_end_path(branch);
    return *last;
}

/* now() -> seconds since the epoch, to the millisecond */
int run_l_now(lua_State *L) {
    Branch *branch = branch_of(L);
    lua_pushnumber(L, (lua_Number)read_clock(branch, "now", &branch->senses.clock_ms, run_now(branch->run)) / 1000.0);
    return 1;
}

/* cpu() -> processor seconds of the process, to the millisecond */
int run_l_cpu(lua_State *L) {
    Branch *branch = branch_of(L);
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    lua_pushnumber(L, (lua_Number)read_clock(branch, "cpu", &branch->senses.cpu_ms, (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1) / 1000.0);
    return 1;
}

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

/* xoshiro256**, by Blackman and Vigna (public domain description) */
static uint64_t next_random(uint64_t s[4]) {
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

/* A value in 0..limit, every one as likely as the others; `value` is the first to try. */
static uint64_t below(uint64_t s[4], uint64_t value, uint64_t limit) {
    uint64_t mask = limit;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    while ((value &= mask) > limit) value = next_random(s);
    return value;
}

/* random([m [, n]]), as math.random: a number is drawn before the arguments are looked at */
int run_l_random(lua_State *L) {
    uint64_t *chance = branch_chance(branch_of(L)), value = next_random(chance);
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0:
        lua_pushnumber(L, (lua_Number)(value >> 11) * (1.0 / 9007199254740992.0));
        return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)value);
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default:
        return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, 1, "interval is empty");
    lua_pushinteger(L, (lua_Integer)(below(chance, value, (uint64_t)high - (uint64_t)low) + (uint64_t)low));
    return 1;
}

/* seed([n [, m]]) -> n, m: math.randomseed inside a run. The numbers that follow are those of Lua 5.4; without arguments the
 * seed is a new one of the run's own chance. */
int run_l_seed(lua_State *L) {
    Branch *branch = branch_of(L);
    uint64_t *chance = branch_chance(branch), n, m;
    if (lua_isnone(L, 1)) {
        n = next_random(chance);
        m = next_random(chance);
    } else {
        n = (uint64_t)luaL_checkinteger(L, 1);
        m = (uint64_t)luaL_optinteger(L, 2, 0);
    }
    chance[0] = n;
    chance[1] = 0xff;
    chance[2] = m;
    chance[3] = 0;
    for (int i = 0; i < 16; i++) next_random(chance);
    lua_pushinteger(L, (lua_Integer)n);
    lua_pushinteger(L, (lua_Integer)m);
    return 2;
}

/* uuid() -> a version 4 UUID (RFC 9562) made from the run's chance */
int run_l_uuid(lua_State *L) {
    Branch *branch = branch_of(L);
    uint64_t a = next_random(branch_chance(branch)), b = next_random(branch_chance(branch));
    char text[40];
    a = (a & ~(uint64_t)0xf000) | 0x4000;
    b = (b & 0x3fffffffffffffffu) | 0x8000000000000000u;
    snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
             (unsigned)a & 0xffff, (unsigned)(b >> 48), (unsigned long long)(b & 0xffffffffffffu));
    lua_pushstring(L, text);
    return 1;
}
