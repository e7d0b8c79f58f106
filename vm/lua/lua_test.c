/* lua_test.c - aios.run: what a block `test that` may do with the clock and with events. */
#include "lua/await.h"
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include "store/triggers.h"
#include <lauxlib.h>

/* testing() -> the line of the test that this process runs; nil: none */
int run_l_testing(lua_State *L) {
    const EngineJob *job = program_of(L)->engine->job;
    if (job->test_line) lua_pushinteger(L, job->test_line);
    else lua_pushnil(L);
    return 1;
}

static Engine *check_test(lua_State *L) {
    Run *run = run_of(L);
    Engine *engine = run_engine(run);
    if (!run->ledger.row.id || run->ledger.row.id != engine->test_run) luaL_error(L, "only a test may do this");
    return engine;
}

/* ------------------------------------------------------------------ time */
typedef struct {
    Await base;
    Run  *run;
} AdvanceOp;

static void advance_cancel(Await *a) {
    AdvanceOp *op = (AdvanceOp *)a;
    timer_stop(run_engine(op->run)->timers, &op->run->timer);
    await_wake(a, UV_ECANCELED);
}

static void advance_release(Await *a) { await_free(a); }

static int advance_push(lua_State *L, Await *a) {
    (void)L;
    (void)a;
    return 0;
}

static const AwaitKind ADVANCE = { .name = "advance", .push = advance_push, .cancel = advance_cancel, .release = advance_release };

static void advance_due(Timer *timer) { await_wake(timer->context, 0); }

/* advance(seconds): everything due until then happens, in order and at its instant; then the test goes on */
int run_l_advance(lua_State *L) {
    Engine *engine = check_test(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e10, 1, "a duration from 0 to 300 years");
    AdvanceOp *op = await_new(L, &ADVANCE, sizeof *op);
    op->run = run_of(L);
    engine_let_time_pass(engine);
    timer_init(&op->run->timer, advance_due, op);
    op->run->timer.rank = TIMER_LATE;
    timer_start(engine->timers, &op->run->timer, seam_wall_ms(engine->seam) + (int64_t)(seconds * 1000 + 0.5));
    return await_yield(L, op, 0);
}

/* set_clock(seconds since the epoch): schedules are planned anew from there; nothing in between is missed */
int run_l_set_clock(lua_State *L) {
    Engine *engine = check_test(L);
    timers_set_clock(engine->timers, (int64_t)(luaL_checknumber(L, 1) * 1000 + 0.5));
    if (engine->sched) sched_clock_set(engine->sched);
    return 0;
}

/* ------------------------------------------------------------------ events */
/* fire(name, input_json, cause): a run of this workflow */
int run_l_fire(lua_State *L) {
    Engine *engine = check_test(L);
    engine_start(engine, luaL_checkstring(L, 1), run_check_slice(L, 2), NULL, luaL_checkstring(L, 3), NULL, NULL);
    return 0;
}

static void row_added(void *context, int64_t id, const Err *err) {
    Engine *engine = context;
    (void)id;
    engine->starting--;
    if (!err && engine->sched) sched_look(engine->sched);
}

/* row(name, args_json, kwargs_json): a row of the table of triggers, as another program would add it */
int run_l_row(lua_State *L) {
    Engine *engine = check_test(L);
    engine->starting++;
    triggers_insert(engine->store, run_check_slice(L, 1), run_check_slice(L, 2), run_check_slice(L, 3), slice_make(NULL, 0), row_added, engine);
    return 0;
}
