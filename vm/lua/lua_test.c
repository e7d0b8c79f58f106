/* lua_test.c - aios.run: what a block `test that` may do with the clock and with events. */
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
    RunWait wait;
    int64_t ms;
} AdvanceOp;

static void advance_due(Timer *timer) {
    RunWait *wait = timer->context;
    run_wait_awake(wait);
    arrival_came(&wait->arrival);
}

static void advance_begin(Arrival *arrival) {
    AdvanceOp *op = (AdvanceOp *)run_wait_of(arrival);
    Engine *engine = run_engine(arrival->run);
    op->wait.near = true;
    arrival->run->near++;
    engine_let_time_pass(engine);
    timer_init(&op->wait.timer, advance_due, op);
    op->wait.timer.rank = TIMER_LATE;
    timer_start(engine->timers, &op->wait.timer, seam_wall_ms(engine->seam) + op->ms);
}

static const RunWaitKind ADVANCE = { .await = RUN_WAIT_AWAIT("advance"), .arrival = { .deliver = run_wait_delivered, .begin = advance_begin } };

/* advance(seconds): everything due until then happens, in order and at its instant; then the test goes on */
int run_l_advance(lua_State *L) {
    check_test(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e10, 1, "a duration from 0 to 300 years");
    Branch *branch = branch_of(L);
    branch_end_path(branch);
    AdvanceOp *op = run_wait_new(L, branch, &ADVANCE, sizeof *op, NULL);
    op->ms = (int64_t)(seconds * 1000 + 0.5);
    return run_wait_yield(L, &op->wait);
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
    engine_start(engine, &(EngineStart){ .name = luaL_checkstring(L, 1), .input = run_check_slice(L, 2), .cause = luaL_checkstring(L, 3) }, NULL, NULL);
    return 0;
}

/* happen(kind, subject, payload_json) -> how many workflows wait for it: an event of the world, as its source would tell it */
int run_l_happen(lua_State *L) {
    Engine *engine = check_test(L);
    Slice none = slice_make(NULL, 0);
    size_t count = engine->sched ? sched_fire(engine->sched, run_check_slice(L, 1), luaL_checkstring(L, 2), run_check_slice(L, 3), none, NULL, NULL) : 0;
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
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
