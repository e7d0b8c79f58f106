/* lua_run.c - aios.run: how stdlib/flow.lua reaches the journal of the run it is in. */
#include "lua/await.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "lua/run.h"
#include "store/audit.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SLEEP_IN_MEMORY_MS = 30000, SLEEPERS_IN_MEMORY = 256 };

static Engine *engine_of(Run *run) { return run->program->engine; }
static int64_t now_of(Run *run) { return seam_wall_ms(engine_of(run)->seam); }
static Slice path_of(Run *run) { return buf_slice(&run->path); }

static Slice check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
}

/* What was printed before a row must reach the reader before the row reaches the disk: on a resume it is not printed again. */
static void record(Run *run, JournalRow *row, int64_t now_ms) {
    if (ledger_is_open(&run->ledger)) fflush(stdout);
    ledger_append(&run->ledger, row, now_ms);
}

/* The line in the program that is being executed; 0 when unknown. */
static int line_of(lua_State *L) {
    lua_Debug at;
    for (int level = 1; level < 12 && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (at.source[0] == '@') return at.currentline;
    }
    return 0;
}

static void end_path(Run *run) {
    run->path.len = run->scopes[run->depth].path_len;
    if (run->path.ptr) run->path.ptr[run->path.len] = 0;
}

/* The path of the next call in the innermost scope, at the end of run->path; end_path takes it off. */
static Slice next_path(Run *run) {
    end_path(run);
    buf_printf(&run->path, "/%u", ++run->scopes[run->depth].calls);
    return path_of(run);
}

/* ------------------------------------------------------------------ leaving for good */
__attribute__((format(printf, 4, 5)))
static int stop(lua_State *L, Run *run, RunState state, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    run->stop.code = state == RUN_DIVERGED ? "diverged" : "in_doubt";
    vsnprintf(run->stop.text, sizeof run->stop.text, fmt, args);
    va_end(args);
    run->stop_state = state;
    return fiber_stop(L);
}

static int diverged(lua_State *L, Run *run, const JournalRow *row, Slice name, Slice path) {
    bool same_name = slice_eq(row->name, name);
    return stop(L, run, RUN_DIVERGED,
                "step %.*s: the record has %.*s (line %d)%s, the program now calls %.*s (line %d)%s. Nothing was done. "
                "The program, its modules or what they read outside tools has changed since the run began",
                (int)path.len, path.ptr, (int)row->name.len, row->name.ptr, row->line, same_name ? " with other arguments" : "",
                (int)name.len, name.ptr, line_of(L), same_name ? " again" : "");
}

static int new_at_top(lua_State *L, Slice name) {
    lua_createtable(L, 0, 2);
    lua_pushliteral(L, "diverged");
    lua_setfield(L, -2, "code");
    lua_pushfstring(L, "the top level of the program called %s, which it did not do when the program was loaded", lua_pushlstring(L, name.ptr, name.len));
    lua_remove(L, -2);
    lua_setfield(L, -2, "message");
    return lua_error(L);
}

/* ------------------------------------------------------------------ tool calls */
typedef struct { void *op; } Box;       /* outlives the operation when the run is dropped first */
typedef struct {
    Await base;
    PortCall call;
    Box *box;
    bool ok;
    Buf  text, path;
} CallOp;

static void call_cancel(Await *a) { await_wake(a, UV_ECANCELED); }

static void call_release(Await *a) {
    CallOp *op = (CallOp *)a;
    if (op->box) op->box->op = NULL;
    buf_drop(&op->text);
    buf_drop(&op->path);
    await_free(op);
}

static int call_push(lua_State *L, Await *a) {
    CallOp *op = (CallOp *)a;
    lua_pushboolean(L, op->ok);
    lua_pushlstring(L, buf_text(&op->text), op->text.len);
    return 2;
}

static const AwaitKind CALL = { .name = "call", .push = call_push, .cancel = call_cancel, .release = call_release };

static void call_replied(void *context, bool ok, Slice text) {
    Box *box = context;
    CallOp *op = box->op;
    free(box);
    if (!op) return;
    op->box = NULL;
    op->ok = ok;
    buf_add_slice(&op->text, text);
    await_wake(op, 0);
}

static int push_recorded(lua_State *L, const JournalRow *row) {
    lua_pushboolean(L, row->status == ENTRY_OK);
    lua_pushlstring(L, row->out.ptr ? row->out.ptr : "null", row->out.ptr ? row->out.len : 4);
    return 2;
}

static Effect check_effect(lua_State *L, int index) {
    static const char *const NAMES[] = { "reads", "tx", "idempotent", "once", NULL };
    return (Effect)luaL_checkoption(L, index, NULL, NAMES);
}

/* What the tool around this call allows: one that reads may only read; one that may be repeated as a whole makes
 * its calls repeatable too. */
static Effect limited(lua_State *L, const Run *run, Effect effect, Slice name) {
    Effect limit = run->scopes[run->depth].effect;
    if (limit == EFFECT_READS && effect != EFFECT_READS && run->depth)
        luaL_error(L, "a tool that is declared `reads` cannot call %.*s, which changes something", (int)name.len, name.ptr);
    return limit == EFFECT_IDEMPOTENT && effect == EFFECT_ONCE ? EFFECT_IDEMPOTENT : effect;
}

/* call(name, effect, args_json, retry_doubt) -> ok, json */
static int l_call(lua_State *L) {
    Run *run = run_of(L);
    Slice name = check_slice(L, 1), args = check_slice(L, 3);
    Effect own = check_effect(L, 2), effect = limited(L, run, own, name);
    int attempt = 1;
    unsigned char ahash[HASH_SIZE];
    hash_bytes(args, ahash);
    Slice path = next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, ahash);
    if (past.verdict == REPLAY_RECORDED) {
        end_path(run);
        return push_recorded(L, past.row);
    }
    if (past.verdict == REPLAY_DIVERGED) return diverged(L, run, past.row, name, path);
    if (run->phase == RUN_ACTIVATING) return new_at_top(L, name);
    if (past.verdict == REPLAY_OPEN || past.verdict == REPLAY_AGAIN) {
        if (past.verdict == REPLAY_OPEN && effect == EFFECT_ONCE && !lua_toboolean(L, 4))
            return stop(L, run, RUN_IN_DOUBT,
                        "step %.*s: %.*s (line %d) had begun when the process died, and whether it happened is not known. "
                        "Look, then say `aios doubt %.*s done`, `retry` or `fail`",
                        (int)path.len, path.ptr, (int)name.len, name.ptr, past.row->line, (int)run->ledger.row.uid.len, run->ledger.row.uid.ptr);
        attempt = past.row->attempt + 1;
    }
    CallOp *op = await_new(L, &CALL, sizeof *op);
    buf_add_slice(&op->path, path);
    end_path(run);
    op->box = mem_new(sizeof *op->box);
    op->box->op = op;
    op->call = (PortCall){ .ledger = &run->ledger, .name = name, .path = buf_slice(&op->path), .args = args,
                           .effect = effect, .repeatable = effect != own, .line = line_of(L), .attempt = attempt };
    memcpy(op->call.ahash, ahash, HASH_SIZE);
    fflush(stdout);                     /* as record() does; the row is added by who answers */
    Port *port = &engine_of(run)->port;
    port->request(port->context, run->program, &op->call, call_replied, op->box);
    return await_yield(L, op, 0);
}

/* ------------------------------------------------------------------ scopes */
/* enter(name, args_json, line [, effect]) -> ok, json | nil, depth */
static int l_enter(lua_State *L) {
    Run *run = run_of(L);
    Slice name = check_slice(L, 1);
    unsigned char ahash[HASH_SIZE];
    hash_bytes(check_slice(L, 2), ahash);
    Slice path = next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, ahash);
    if (past.verdict == REPLAY_RECORDED) {
        end_path(run);
        return push_recorded(L, past.row);
    }
    if (past.verdict != REPLAY_LIVE) return diverged(L, run, past.row, name, path);
    if (run->depth + 1 >= RUN_SCOPES_MAX) {
        end_path(run);
        return luaL_error(L, "steps are nested more than %d deep", RUN_SCOPES_MAX - 1);
    }
    Effect around = run->depth ? run->scopes[run->depth].effect : EFFECT_ONCE;
    Effect effect = lua_isnoneornil(L, 4) ? EFFECT_ONCE : check_effect(L, 4);
    run_enter(run, effect < around ? effect : around);
    lua_pushnil(L);
    lua_pushinteger(L, run->depth);
    return 2;
}

/* leave(depth, ok, json, name, args_json, line): the scope's value is recorded */
static int l_leave(lua_State *L) {
    Run *run = run_of(L);
    Err err;
    if (luaL_checkinteger(L, 1) != run->depth)
        return luaL_error(L, "step %s ended while a step begun later is still open; steps of one run end in reverse order", luaL_checkstring(L, 4));
    JournalRow row = { .kind = ENTRY_RESULT, .status = lua_toboolean(L, 2) ? ENTRY_OK : ENTRY_ERROR, .path = path_of(run),
                       .name = check_slice(L, 4), .out = check_slice(L, 3), .line = (int)luaL_optinteger(L, 6, 0) };
    hash_bytes(check_slice(L, 5), row.ahash);
    if (!row.line) row.line = line_of(L);
    if (run->phase == RUN_LIVING) {
        if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
        record(run, &row, now_of(run));
    }
    run_leave(run);
    end_path(run);
    return 0;
}

/* ------------------------------------------------------------------ waiting */
typedef struct {
    Await base;
    Run  *run;
    Box  *box;                          /* of a passivation under way */
    Engine *leaves;                     /* counts it among the leaving */
    Buf   path;
} WaitOp;

static void wait_cancel(Await *a) {
    WaitOp *op = (WaitOp *)a;
    timer_stop(engine_of(op->run)->timers, &op->run->timer);
    await_wake(a, UV_ECANCELED);
}

static void wait_release(Await *a) {
    WaitOp *op = (WaitOp *)a;
    if (op->leaves) op->leaves->leaving--;
    if (op->box) op->box->op = NULL;
    buf_drop(&op->path);
    await_free(op);
}

static int wait_push(lua_State *L, Await *a) {
    (void)L;
    (void)a;
    return 0;
}

static const AwaitKind WAIT = { .name = "wait", .push = wait_push, .cancel = wait_cancel, .release = wait_release };

static void record_wait_over(Run *run, Slice path) {
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_OK, .path = path, .name = slice_of("wait"), .out = slice_of("null") };
    record(run, &row, now_of(run));
}

static void wait_due(Timer *timer) {
    WaitOp *op = timer->context;
    record_wait_over(op->run, buf_slice(&op->path));
    await_wake(op, 0);
}

/* The row that says when to wake is durable: the fiber is not needed until then. */
static void can_leave_memory(void *context, const Err *err) {
    Box *box = context;
    WaitOp *op = box->op;
    free(box);
    if (!op) return;
    op->box = NULL;
    if (err) return;                    /* the store is broken; the process is stopping */
    Run *run = op->run;
    int64_t wake_ms = run->wake_ms;
    Engine *engine = engine_of(run);
    run_passivate(run);
    engine_run_sleeps(engine, wake_ms);
}

static bool leaves_memory(Run *run, int64_t left_ms) {
    return left_ms >= SLEEP_IN_MEMORY_MS || (left_ms > 0 && timers_count(engine_of(run)->timers) > SLEEPERS_IN_MEMORY);
}

/* wait(seconds) */
static int l_wait(lua_State *L) {
    Run *run = run_of(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e10, 1, "a duration from 0 to 300 years");
    Slice name = slice_of("wait"), path = next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, NULL);
    if (past.verdict == REPLAY_RECORDED) {
        end_path(run);
        return 0;
    }
    if (past.verdict == REPLAY_DIVERGED) return diverged(L, run, past.row, name, path);
    if (run->phase == RUN_ACTIVATING) return new_at_top(L, name);
    int64_t now = now_of(run), due = now + (int64_t)(seconds * 1000 + 0.5);
    WaitOp *op = await_new(L, &WAIT, sizeof *op);
    op->run = run;
    buf_add_slice(&op->path, path);
    end_path(run);
    if (past.verdict == REPLAY_OPEN) due = past.row->t;
    else {
        JournalRow row = { .kind = ENTRY_TIMER, .status = ENTRY_OPEN, .path = buf_slice(&op->path), .name = name, .t = due, .line = line_of(L) };
        record(run, &row, now);
    }
    Err err;
    run->wake_ms = due;
    if (leaves_memory(run, due - now)) {
        if (!ledger_open(&run->ledger, &err)) {
            buf_drop(&op->path);
            return err_raise(L, &err);
        }
        op->box = mem_new(sizeof *op->box);
        op->box->op = op;
        op->leaves = engine_of(run);
        op->leaves->leaving++;
        ledger_wait(&run->ledger, RUN_WAITING, due, slice_of("sleeps"));
        store_sync(run->ledger.store, can_leave_memory, op->box);
    } else {
        timer_init(&run->timer, wait_due, op);
        timer_start(engine_of(run)->timers, &run->timer, due);
    }
    return await_yield(L, op, 0);
}

/* ------------------------------------------------------------------ clock and chance */
/* Where readings of the innermost scope are recorded: "/3/1@"; end_path takes the end off. */
static Slice clock_path(Run *run) {
    end_path(run);
    buf_add_byte(&run->path, '@');
    return path_of(run);
}

/* A reading is recorded only when it differs from the one before. */
static int64_t read_clock(Run *run, const char *which, int64_t *last, int64_t actual) {
    JournalRow row = { .kind = ENTRY_CLOCK, .status = ENTRY_OK, .path = clock_path(run), .name = slice_of(which), .t = actual,
                       .line = ++run->senses.clock_readings };
    if (!replay_clock(&run->replay, row.path, row.line, last) && run->phase == RUN_LIVING && replay_is_over(&run->replay) && actual != *last) {
        record(run, &row, actual);
        *last = actual;
    }
    end_path(run);
    return *last;
}

/* now() -> seconds since the epoch, to the millisecond */
static int l_now(lua_State *L) {
    Run *run = run_of(L);
    lua_pushnumber(L, (lua_Number)read_clock(run, "now", &run->senses.clock_ms, now_of(run)) / 1000.0);
    return 1;
}

/* cpu() -> processor seconds of the process, to the millisecond */
static int l_cpu(lua_State *L) {
    Run *run = run_of(L);
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    lua_pushnumber(L, (lua_Number)read_clock(run, "cpu", &run->senses.cpu_ms, (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1) / 1000.0);
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

/* A value in 0..limit, every one as likely as the others. */
static uint64_t below(uint64_t s[4], uint64_t limit) {
    uint64_t mask = limit, value;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    do value = next_random(s) & mask;
    while (value > limit);
    return value;
}

/* random([m [, n]]), as math.random */
static int l_random(lua_State *L) {
    Run *run = run_of(L);
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0:
        lua_pushnumber(L, (lua_Number)(next_random(run->senses.random) >> 11) * (1.0 / 9007199254740992.0));
        return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)next_random(run->senses.random));
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
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    lua_pushinteger(L, (lua_Integer)(below(run->senses.random, (uint64_t)high - (uint64_t)low) + (uint64_t)low));
    return 1;
}

/* seed(n): math.randomseed(n) inside a run */
static int l_seed(lua_State *L) {
    lua_Number n = luaL_optnumber(L, 1, 0);
    int64_t whole;
    uint64_t bits = 0;
    if (lua_numbertointeger(n, &whole)) bits = (uint64_t)whole;
    else memcpy(&bits, &n, sizeof bits);
    run_seed(run_of(L), bits);
    return 0;
}

/* uuid() -> a version 4 UUID (RFC 9562) made from the run's chance */
static int l_uuid(lua_State *L) {
    Run *run = run_of(L);
    uint64_t a = next_random(run->senses.random), b = next_random(run->senses.random);
    char text[40];
    a = (a & ~(uint64_t)0xf000) | 0x4000;
    b = (b & 0x3fffffffffffffffu) | 0x8000000000000000u;
    snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
             (unsigned)a & 0xffff, (unsigned)(b >> 48), (unsigned long long)(b & 0xffffffffffffu));
    lua_pushstring(L, text);
    return 1;
}

/* ------------------------------------------------------------------ the run itself */
/* muted() -> true while the run only repeats what it has said before */
static int l_muted(lua_State *L) {
    Run *run = run_of(L);
    lua_pushboolean(L, run->phase == RUN_ACTIVATING || !replay_is_over(&run->replay));
    return 1;
}

static int l_begin(lua_State *L) {
    run_begin(run_of(L));
    return 0;
}

/* declare(name, json): a workflow of this program; counted while the load run is at work */
static int l_declare(lua_State *L) {
    Run *run = run_of(L);
    Program *program = run->program;
    if (!engine_is_load(engine_of(run), &run->ledger.row)) return 0;
    const char *name = luaL_checkstring(L, 1);
    for (size_t i = 0; i < program->declared_count; i++)
        if (!strcmp(program->declared[i].name, name)) return luaL_error(L, "there are two workflows named %s", name);
    program->declared = mem_resize(program->declared, (program->declared_count + 1) * sizeof *program->declared);
    program->declared[program->declared_count++] = (Declared){ mem_copy(check_slice(L, 1)), mem_copy(check_slice(L, 2)) };
    return 0;
}

/* typed() -> the path of the program as the person wrote it */
static int l_typed(lua_State *L) {
    const EngineJob *job = program_of(L)->engine->job;
    lua_pushstring(L, job->typed ? job->typed : job->path);
    return 1;
}

/* program_name() -> its file name */
static int l_program_name(lua_State *L) {
    lua_pushstring(L, program_of(L)->name);
    return 1;
}

/* info() -> { id, name, program, cause, attempt, due, cost } */
static int l_info(lua_State *L) {
    const RunRow *row = &run_of(L)->ledger.row;
    lua_createtable(L, 0, 6);
    lua_pushlstring(L, row->uid.ptr, row->uid.len);
    lua_setfield(L, -2, "id");
    lua_pushlstring(L, row->name.ptr, row->name.len);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, program_of(L)->path);
    lua_setfield(L, -2, "program");
    if (row->cause.ptr) lua_pushlstring(L, row->cause.ptr, row->cause.len);
    else lua_pushnil(L);
    lua_setfield(L, -2, "cause");
    lua_pushinteger(L, row->attempt ? row->attempt : 1);
    lua_setfield(L, -2, "attempt");
    if (row->nominal) lua_pushnumber(L, (lua_Number)row->nominal / 1000.0);
    else lua_pushnil(L);
    lua_setfield(L, -2, "due");
    return 1;
}

/* line() -> the line of the program that is being executed */
static int l_line(lua_State *L) {
    lua_pushinteger(L, line_of(L));
    return 1;
}

/* audit(tool, args_json): a tool written in the language is being called */
static int l_audit(lua_State *L) {
    Run *run = run_of(L);
    Err err;
    if (run->phase == RUN_ACTIVATING) return 0;
    if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
    AuditRow row = { .run = run->ledger.row.uid, .program = slice_of(run->program->path), .path = path_of(run),
                     .tool = check_slice(L, 1), .args = check_slice(L, 2), .decision = slice_of("allow") };
    audit_append(run->ledger.store, &row);
    return 0;
}

static int l_traceback(lua_State *L) {
    luaL_traceback(L, L, NULL, 2);
    return 1;
}

/* allowed(need, resource) -> boolean */
static int l_allowed(lua_State *L) {
    lua_pushboolean(L, permits_cover(program_of(L)->permits, luaL_checkstring(L, 1), luaL_optstring(L, 2, "")));
    return 1;
}

/* exit(code): os.exit inside a run ends the process, and the run with it */
static int l_exit(lua_State *L) {
    Run *run = run_of(L);
    run->exit_code = (int)luaL_optinteger(L, 1, 0);
    run->stop_state = RUN_DONE;
    return fiber_stop(L);
}

int luaopen_aios_run(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "call", l_call }, { "enter", l_enter }, { "leave", l_leave }, { "wait", l_wait }, { "now", l_now }, { "cpu", l_cpu },
        { "random", l_random }, { "seed", l_seed }, { "uuid", l_uuid }, { "muted", l_muted }, { "begin", l_begin },
        { "declare", l_declare }, { "program_name", l_program_name }, { "typed", l_typed }, { "info", l_info }, { "traceback", l_traceback }, { "line", l_line }, { "audit", l_audit },
        { "allowed", l_allowed }, { "exit", l_exit }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
