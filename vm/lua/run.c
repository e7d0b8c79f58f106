#include "lua/run.h"
#include "lua/embed.h"
#include "lua/engine.h"
#include "lua/leave.h"
#include "lua/run_end.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ making and freeing */
static Run *run_new(Program *program) {
    Run *run = mem_new(sizeof *run);
    run->program = program;
    run->exit_code = -1;
    run->next = program->runs;
    if (run->next) run->next->prev = run;
    program->runs = run;
    program->run_count++;
    run->main = branch_new(run, NULL, slice_make(NULL, 0), slice_make(NULL, 0));
    return run;
}

void run_free(Run *run) {
    Program *program = run->program;
    run->over = true;
    run->ready = (BranchQueue){ 0 };
    for (Branch *branch = run->branches; branch; branch = branch->next) {
        branch->is_ready = false;
        if (branch->fiber) fiber_drop(branch->fiber);
    }
    while (run->branches) branch_free(run->branches);
    leave_forget(run);
    arrival_withdraw(&run->cancel);
    if (run->prev) run->prev->next = run->next;
    else program->runs = run->next;
    if (run->next) run->next->prev = run->prev;
    program->run_count--;
    replay_drop(&run->replay);
    journal_free(run->past);
    ledger_drop(&run->ledger);
    buf_drop(&run->note);
    free(run->taken);
    run_forget_own(run);
    free(run->cancel_error);
    free(run);
}

void run_abandon(Run *run) { run_free(run); }

void run_begin(Run *run) {
    Branch *main = run->main;
    replay_drop(&run->replay);
    replay_init(&run->replay, run->past ? run->past->rows : NULL, run->past ? run->past->count : 0);
    run->phase = RUN_LIVING;
    run->checked = false;
    run_forget_own(run);                /* what the top level would undo is the load run's */
    main->senses.clock_readings = 0;
    main->scopes[0].calls = 0;
    branch_seed(main, (uint64_t)run->ledger.row.seed);
    if (run->is_look) main->scopes[0].effect = EFFECT_READS;
    run_expect_cancel(run);
}

/* ------------------------------------------------------------------ beginning */
static void grew(void *context, const char *what) {
    Run *run = context;
    Engine *engine = run->program->engine;
    Buf text = { 0 };
    char *job = mem_copy(run->is_load ? slice_of("") : run->ledger.row.name);
    buf_printf(&text, "the record of run %.*s has %s now; it is read again whenever the run goes on. A run that never ends goes on better with "
               "continue_with", (int)run->ledger.row.uid.len, run->ledger.row.uid.ptr, what);
    engine->hooks.say(engine->hooks.context, "warn", job, buf_text(&text));
    buf_drop(&text);
    free(job);
}

static void watch_growth(Run *run) {
    run->ledger.grew = grew;
    run->ledger.grew_context = run;
}

/* [run userdata] -> moves flow.main and its arguments to the fiber. Protected: may run out of memory. */
static int l_prepare(lua_State *L) {
    Run *run = lua_touserdata(L, 1);
    Program *program = run->program;
    const Ledger *ledger = &run->ledger;
    Slice args = run->is_load ? ledger->row.input : slice_of(run->load->args);
    Err err;
    embed_require(L, "flow.declare");
    lua_getfield(L, -1, "main");                        /* [declare] [main] */
    if (luaL_loadbufferx(L, program->code.ptr, program->code.len, "=chunk", "b") != LUA_OK) return lua_error(L);
    embed_require(L, "sandbox");
    lua_getfield(L, -1, "env");
    lua_replace(L, -2);                                 /* [flow] [main] [chunk] [env()] */
    if (!value_decode(L, args.ptr ? args : slice_of("[]"), &err)) return luaL_error(L, "%s", err.text);
    lua_pushvalue(L, -1);
    lua_insert(L, -3);                                  /* [main] [chunk] [args] [env()] [args] */
    lua_call(L, 1, 1);                                  /* [main] [chunk] [args] [env] */
    lua_pushvalue(L, -1);
    lua_setupvalue(L, -4, 1);
    lua_insert(L, -2);                                  /* [main] [chunk] [env] [args] */
    if (run->is_load) lua_pushnil(L);
    else lua_pushlstring(L, ledger->row.name.ptr, ledger->row.name.len);
    if (ledger->row.input.ptr && !run->is_load) lua_pushlstring(L, ledger->row.input.ptr, ledger->row.input.len);
    else lua_pushliteral(L, "{}");
    branch_arm(run->main, L, 6, run_main_done);
    return 0;
}

static bool run_go(Run *run, Err *err) {
    lua_State *L = run->program->vm.L;
    branch_seed(run->main, (uint64_t)(run->is_load ? run->ledger.row.seed : run->load->seed));
    if (engine_is_load(run->program->engine, &run->ledger.row)) program_declare_anew(run->program);
    lua_pushcfunction(L, l_prepare);
    lua_pushlightuserdata(L, run);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        err_set(err, "limit", "cannot begin the run: %s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return false;
    }
    branch_ready(run->main);
    run_turn(run);
    return true;
}

bool run_start(Program *program, const RunRow *row, Err *err) {
    Run *run = run_new(program);
    Slice main_name = slice_of(program->name);
    ledger_init(&run->ledger, &program->engine->source, row, buf_slice(&program->source));
    run->is_load = slice_eq(row->name, main_name);
    run->phase = RUN_LIVING;
    replay_init(&run->replay, NULL, 0);
    watch_growth(run);
    ledger_running(&run->ledger, seam_wall_ms(program->engine->seam));
    bool named = program->engine->job->uid != NULL;     /* a start with a name is remembered, whatever comes of it */
    if ((!named || ledger_open(&run->ledger, err)) && run_go(run, err)) return true;
    run_free(run);
    return false;
}

bool run_look(Program *program, const RunRow *row, Err *err) {
    Run *run = run_new(program);
    ledger_init(&run->ledger, &program->engine->source, row, slice_make(NULL, 0));
    run->ledger.fleeting = run->is_look = true;
    run->phase = RUN_ACTIVATING;
    run->load = program_load_of(program, row->parent, err);
    if (run->load) replay_init(&run->replay, run->load->rows, run->load->count);
    else replay_init(&run->replay, NULL, 0);
    if (run->load && run_go(run, err)) return true;
    run_free(run);
    return false;
}

static bool waits_for_idle(const Engine *engine, const RunRow *row) {
    return sched_is_idle_cause(row->cause) && !(engine->sched && sched_lets_work(engine->sched, row->name));
}

void run_park(Run *run, bool parked) {
    if (run->parked == parked || run->leaving) return;
    run->parked = parked;
    if (parked) ledger_wait(&run->ledger, RUN_WAITING, 0, slice_make(NULL, 0), slice_of("parked until the machine is idle"));
    else {
        ledger_running(&run->ledger, seam_wall_ms(run->program->engine->seam));
        run_turn(run);
    }
}

static bool read_past(Run *run, Db *db, const RunRow *row, Err *err) {
    run->is_load = slice_is(row->name, run->program->name);
    return journal_load(db, row->id, &run->past, err);
}

/* What is followed first: its own record, or that of the top level. */
static bool follow(Run *run, const RunRow *row, Err *err) {
    if (run->is_load) {
        run->phase = RUN_LIVING;
        replay_init(&run->replay, run->past->rows, run->past->count);
        run->turning = true;            /* main has not begun yet */
        run_expect_cancel(run);
        run->turning = false;
    } else {
        run->load = program_load_of(run->program, row->parent, err);
        if (!run->load) return false;
        run->phase = RUN_ACTIVATING;
        replay_init(&run->replay, run->load->rows, run->load->count);
    }
    return true;
}

bool run_replay(Program *program, Store *store, const RunRow *row, const StoreSource *nowhere, Err *err) {
    Run *run = run_new(program);
    if (read_past(run, store_reader(store), row, err)) {
        ledger_adopt(&run->ledger, store, row, run->past);
        run->ledger.store = NULL;
        run->ledger.source = nowhere;
        ledger_running(&run->ledger, seam_wall_ms(program->engine->seam));
        if (follow(run, row, err) && run_go(run, err)) return true;
    }
    run_free(run);
    return false;
}

static int64_t last_seq(const Run *run) { return run->past->count ? run->past->rows[run->past->count - 1].seq : 0; }

bool run_resume(Program *program, Store *store, const RunRow *row, Err *err) {
    Run *run = run_new(program);
    if (!read_past(run, store_reader(store), row, err)) goto failed;
    ledger_adopt(&run->ledger, store, row, run->past);
    watch_growth(run);
    if (row->cancel && !run->past->count) {
        run_end_cancelled(run);
        return true;
    }
    if (!follow(run, row, err)) goto failed;
    ledger_running(&run->ledger, seam_wall_ms(program->engine->seam));
    if (waits_for_idle(program->engine, row)) run_park(run, true);
    if (run_go(run, err)) return true;
failed:
    run_free(run);
    return false;
}

bool run_inspect(Program *program, const RunRow *row, struct Inspect *inspect, Run **out, Err *err) {
    Run *run = *out = run_new(program);
    run->inspect = inspect;
    if (!read_past(run, store_reader(program->engine->store), row, err)) return false;
    ledger_init(&run->ledger, &program->engine->source, row, slice_make(NULL, 0));
    run->ledger.fleeting = true;
    run->ledger.seq = last_seq(run);
    return follow(run, row, err) && run_go(run, err);
}
