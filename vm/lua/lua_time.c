/* lua_time.c - aios.time, for the host: schedules asked for their next times, instants as text, a wait. */
#include "lua/await.h"
#include "lua/lua_err.h"
#include "time/calendar.h"
#include "time/when.h"
#include "time/zone.h"
#include <lauxlib.h>
#include <stdlib.h>

static bool zone_for(const When *when, const char *given, Zone **out, Err *err) {
    const char *name = when && when->zone[0] ? when->zone : given ? given : "local";
    return zone_open(name, out, err);
}

static void push_iso(lua_State *L, int64_t ms, const Zone *zone) {
    char text[CALENDAR_TEXT];
    calendar_format(ms, zone_offset(zone, ms), text);
    lua_pushstring(L, text);
}

static Slice check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
}

/* check(schedule) -> true | nil, message [, column]: as a compile problem words it; the zone must exist */
static int l_check(lua_State *L) {
    When when;
    Err err;
    Zone *zone = NULL;
    bool good = when_parse(check_slice(L, 1), &when, &err) && zone_for(&when, NULL, &zone, &err);
    zone_free(zone);
    if (good) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, err.text);
    lua_pushinteger(L, (lua_Integer)when.error_at + 1);
    return 3;
}

/* advice(schedule) -> text | nil: what a legal schedule that seldom means what was meant had better say */
static int l_advice(lua_State *L) {
    When when;
    Err err;
    const char *advice = when_parse(check_slice(L, 1), &when, &err) ? when_advice(&when) : NULL;
    lua_pushstring(L, advice);
    return 1;
}

/* next(schedule, { after_ms =, tz =, count =, anchor_ms =, seed = }) -> list of ISO texts | nil, err */
static int l_next(lua_State *L) {
    When when;
    Err err;
    Zone *zone;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "after_ms");
    int64_t after = (int64_t)luaL_checknumber(L, -1), anchor = after;
    if (lua_getfield(L, 2, "anchor_ms") != LUA_TNIL) anchor = (int64_t)luaL_checknumber(L, -1);
    lua_getfield(L, 2, "tz");
    const char *tz = lua_tostring(L, -1);
    lua_getfield(L, 2, "count");
    lua_Integer count = luaL_optinteger(L, -1, 5);
    lua_getfield(L, 2, "seed");
    uint64_t seed = (uint64_t)luaL_optinteger(L, -1, 0);
    if (!when_parse(check_slice(L, 1), &when, &err) || !zone_for(&when, tz, &zone, &err)) return err_push(L, &err);
    lua_newtable(L);
    for (lua_Integer i = 1; i <= count; i++) {
        after = when_next(&when, after, zone, anchor, seed);
        if (after == WHEN_NEVER) break;
        push_iso(L, after, zone);
        lua_rawseti(L, -2, i);
    }
    zone_free(zone);
    return 1;
}

/* iso(ms [, zone]) -> "2026-03-02T08:00:00+01:00" | nil, err */
static int l_iso(lua_State *L) {
    Zone *zone;
    Err err;
    if (!zone_open(luaL_optstring(L, 2, "local"), &zone, &err)) return err_push(L, &err);
    push_iso(L, (int64_t)luaL_checknumber(L, 1), zone);
    zone_free(zone);
    return 1;
}

/* parse(iso) -> ms | nil, err */
static int l_parse(lua_State *L) {
    int64_t ms;
    Err err;
    if (!calendar_parse(check_slice(L, 1), &ms, &err)) return err_push(L, &err);
    lua_pushinteger(L, ms);
    return 1;
}

typedef struct {
    Await base;
    uv_timer_t timer;
} Sleep;

static void sleep_done(uv_timer_t *t) { await_wake(t->data, 0); }
static void sleep_cancel(Await *a) {
    uv_timer_stop(&((Sleep *)a)->timer);
    await_wake(a, UV_ECANCELED);
}
static void sleep_release(Await *a) { await_close(a, (uv_handle_t *)&((Sleep *)a)->timer); }
static const AwaitKind SLEEP = { .name = "time.sleep", .cancel = sleep_cancel, .release = sleep_release };

/* sleep(seconds) -> true */
static int l_sleep(lua_State *L) {
    lua_Number s = luaL_checknumber(L, 1);
    luaL_argcheck(L, s >= 0 && s <= 86400, 1, "between 0 and 86400 seconds");
    Sleep *op = await_new(L, &SLEEP, sizeof *op);
    uv_timer_init(op->base.vm->loop, &op->timer);
    op->timer.data = op;
    return await_yield(L, op, uv_timer_start(&op->timer, sleep_done, (uint64_t)(s * 1000), 0));
}

/* wall() -> milliseconds since 1970 */
static int l_wall(lua_State *L) {
    lua_pushinteger(L, seam_wall_ms(vm_of(L)->seam));
    return 1;
}

int luaopen_aios_time(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "check", l_check }, { "advice", l_advice }, { "next", l_next }, { "iso", l_iso }, { "parse", l_parse }, { "sleep", l_sleep }, { "wall", l_wall }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
