#include "lua/engine.h"
#include "lua/coverage.h"
#include "lua/declare.h"
#include "lua/doors.h"
#include "lua/engine_ask.h"
#include "lua/engine_parts.h"
#include "lua/engine_watch.h"
#include "lua/fiber.h"
#include "lua/run.h"
#include "store/owner.h"
#include <stdlib.h>

/* ------------------------------------------------------------------ stopping */
void engine_stop(Engine *engine, int exit_code) {
    if (engine->stage == STAGE_STOPPED) return;
    engine->stage = STAGE_STOPPED;
    engine->exit_code = exit_code;
    uv_stop(engine->loop);
}

static void on_broken(void *context, const Err *err) {
    Engine *engine = context;
    engine->broken = *err;
    engine_stop(engine, 1);
}

/* ------------------------------------------------------------------ the store */
Store *engine_store(Engine *engine, Err *err) {
    if (engine->store) return engine->store;
    if (engine->broken.code) {
        *err = engine->broken;
        return NULL;
    }
    StoreHooks hooks = { .on_broken = on_broken, .ctx = engine };
    Store *store = NULL;
    Err ignored;
    if (!store_open(&store, engine->loop, engine->seam, engine->db_path, &hooks, err)) goto failed;
    if (engine->job && !owner_take(store, slice_of(engine->job->path), err)) goto failed;
    if (!store_next_epoch(store, &engine->source.epoch, err)) goto failed;
    engine->store = store;
    if (engine->job) engine_watch_open(engine);
    return store;
failed:
    if (store) store_close(store, &ignored);
    if (!strcmp(err->code, "denied")) err->code = "io";         /* by the file system; "denied" is a need that nobody granted */
    engine->broken = *err;
    engine_stop(engine, 1);
    return NULL;
}

static Store *open_source(void *context, Err *err) { return engine_store(context, err); }

/* ------------------------------------------------------------------ what is left to do */
static const int EXIT_OF[] = { [EXPECTS_NOTHING] = 0, [EXPECTS_LETTER] = 6, [EXPECTS_ANSWER] = 4 };

size_t engine_runs_in_memory(const Engine *engine) {
    size_t count = 0;
    for (const Program *program = engine->programs; program; program = program->next) count += program->run_count;
    return count;
}

bool engine_is_idle(const Engine *engine) {
    if (engine->turn && engine->turn->first) return false;
    if (engine->host->live || engine->starting || engine->ending.count || engine->heard || engine->stage == STAGE_SETTLING) return false;
    if (engine->sched && sched_is_writing(engine->sched)) return false;
    for (const Program *program = engine->programs; program; program = program->next)
        for (const Run *run = program->runs; run; run = run->next)
            if (!run_is_idle(run)) return false;
    return true;
}

/* A parked run may wait for days. */
static bool has_work(const Engine *engine) {
    for (const Program *program = engine->programs; program; program = program->next)
        for (const Run *run = program->runs; run; run = run->next)
            if (!run->parked || !run_is_idle(run) || !engine_is_hasty(engine)) return true;
    return false;
}

void engine_check_done(Engine *engine) {
    if (engine->session || engine->stage == STAGE_SETTLING || engine->stage == STAGE_STOPPED || has_work(engine)) return;
    if (engine->wake.place || engine->starting || engine->waiting.count || engine->leaving || engine->ending.count) return;
    if (engine->heard || engine_is_asking(engine)) return;
    if (engine->sched && sched_is_busy(engine->sched)) return;
    Expects expects = engine_expects(engine);
    bool stays = !engine_is_hasty(engine) && (expects || engine->stage == STAGE_LOADING);
    engine_watch_hold(engine, stays && expects);
    if (stays || (engine->sched && sched_stays(engine->sched) && !engine->job->until_idle)) return;
    if (engine->stage == STAGE_LOADING && !expects) return;
    engine_stop(engine, engine->exit_code ? engine->exit_code : EXIT_OF[expects]);
}

/* ------------------------------------------------------------------ after the load run */
static void sched_start(void *context, int64_t run_id) { engine_resume_id(context, run_id); }

static void sched_cancel(void *context, int64_t run_id) { engine_cancel_id(context, run_id, "replaced by a later start"); }

static void sched_say(void *context, const char *level, const char *job, const char *text) {
    Engine *engine = context;
    engine->hooks.say(engine->hooks.context, level, job, text);
}

static void sched_changed(void *context) { engine_check_done(context); }

static void sched_failed(void *context) {
    Engine *engine = context;
    if (!engine->session) engine_stop(engine, 1);
}

bool engine_plan(Engine *engine, Err *err) {
    SchedProgram of = { .program = slice_of(engine->job->path), .load_run = engine->load_run, .listen = engine->job->listen,
                        .alone = engine->job->test_line > 0 };
    SchedHooks hooks = { engine, sched_start, sched_cancel, sched_say, sched_failed, sched_changed, engine_look_at, engine_idlers, engine_is_at_work };
    memcpy(of.code, engine->main->hash, HASH_SIZE);
    engine->sched = sched_new(engine->timers, engine->seam, engine->store, &of, &hooks);
    for (size_t i = 0; i < engine->main->declared_count; i++)
        if (!declare_job(engine->host->L, engine->main->declared[i].json, engine->sched, err)) return false;
    for (Program *program = engine->programs; program; program = program->next)
        for (Run *run = program->runs; run; run = run->next)
            if (!run->is_load) sched_run_began(engine->sched, run->ledger.row.name, run->ledger.row.id);
    engine_release_strays(engine);
    return true;
}

static void once_started(void *context, const RunStart *start, const Err *err) {
    Engine *engine = context;
    if (!err) engine->once_run = start->id;
}

/* Everything the load run did is on disk. */
static void settled(void *context, const Err *failed) {
    Engine *engine = context;
    Err err;
    if (failed || engine->stage == STAGE_STOPPED) return;
    engine->stage = STAGE_LIVING;
    if (!engine_begin_queued(engine, &err)) engine->hooks.say(engine->hooks.context, "error", "", err.text);
    if (engine->job->once) {
        EngineStart start = { .name = engine->job->once, .input = engine->job->once_input, .uid = engine->job->once_uid, .cause = "command line (--once)" };
        engine_start(engine, &start, once_started, engine);
    } else if (engine_plan(engine, &err)) {
        if (engine->job->test_line) engine_begin_test(engine);
        else sched_begin(engine->sched);
    } else {
        engine->broken = err;
        engine_stop(engine, 2);
        return;
    }
    engine_check_done(engine);
}

bool engine_is_load(const Engine *engine, const RunRow *row) {
    return engine->load_uid && slice_is(row->uid, engine->load_uid) && slice_is(row->name, engine->main->name);
}

int engine_exit_code(RunState state, const char *error_json) {
    if (state == RUN_DONE || state == RUN_SKIPPED || state == RUN_CANCELLED || state == RUN_CONTINUED) return 0;
    return error_json && strstr(error_json, "\"code\":\"denied\"") ? 3 : 1;
}

void engine_look(uv_idle_t *idle) {
    Engine *engine = idle->data;
    uv_idle_stop(idle);
    if (engine->heard) engine_watch_look(engine);
    engine->heard = false;
    engine_begin_waiting(idle->data);
    engine_check_done(idle->data);
}

void engine_run_ended(Engine *engine, Run *run, RunState state, const char *error_json, const char *reason) {
    const RunRow *row = &run->ledger.row;
    bool again = row->undo > 0;                         /* it was over before, and its error is known */
    int code = run->undone == UNDONE_PARTLY ? 1 : again ? 0 : engine_exit_code(state, error_json);
    if (code) engine->exit_code = code;
    if (again) error_json = NULL;
    engine->hooks.report(engine->hooks.context, row, run->is_load, state, error_json, reason);
    engine_remember_end(engine, run);
    engine->test_over = engine->test_over || (row->id && row->id == engine->test_run);
    if (run->exit_code >= 0 || engine->test_over) {
        engine_stop(engine, run->exit_code >= 0 ? run->exit_code : code);
        return;
    }
    if (engine->sched && !run->is_load) sched_run_ended(engine->sched, row->name, row->id, state);
    if (run->is_load && engine_is_load(engine, row) && engine->stage == STAGE_LOADING) {
        engine->stage = STAGE_LIVING;
        if (state == RUN_DONE && engine->main->declared_count && run->ledger.store) {
            engine->stage = STAGE_SETTLING;
            engine->load_run = row->id;
            store_sync(engine->store, settled, engine);
        }
    }
    uv_idle_start(&engine->look, engine_look);          /* the run itself is still counted here */
}

/* ------------------------------------------------------------------ one execution */
static void time_over(Timer *timer) {
    Engine *engine = timer->context;
    bool asks = !engine->exit_code && engine_expects(engine) == EXPECTS_ANSWER;
    engine_stop(engine, asks ? EXIT_OF[EXPECTS_ANSWER] : engine->exit_code);
}

int engine_execute(Engine *engine, const EngineJob *job, Err *err) {
    engine->job = job;
    if (job->silent) engine->progress.enabled = false;
    engine->stage = STAGE_LOADING;
    if (!engine_load(engine, err)) {
        engine->stage = STAGE_STOPPED;
        engine->exit_code = 1;
        engine->broken = *err;
    }
    if (engine->stage != STAGE_STOPPED) uv_run(engine->loop, UV_RUN_DEFAULT);
    engine->stage = STAGE_STOPPED;
    if (engine->session) engine_end_session(engine);
    if (job->test_line && !engine->test_over && !engine->exit_code && !engine->broken.code)
        err_set(&engine->broken, "failed", "the test waits for something that never comes: nothing is left that could wake it");
    timer_stop(engine->timers, &engine->wake);          /* the loop runs on for a moment, without a store */
    timer_stop(engine->timers, &engine->deadline);
    sched_free(engine->sched);
    engine->sched = NULL;
    free(engine->waiting.ids);
    engine->waiting = (IdList){ 0 };
    free(engine->ending.ids);
    engine->ending = (IdList){ 0 };
    for (Program *program = engine->programs; program; program = program->next)
        while (program->runs) run_abandon(program->runs);
    engine_watch_close(engine);
    engine_ask_close(engine);
    if (engine->store && !store_close(engine->store, err) && !engine->broken.code) engine->broken = *err;
    engine->store = NULL;
    for (Program *program = engine->programs, *next; program; program = next) {
        next = program->next;
        program_close(program);
    }
    engine->programs = NULL;
    if (engine->broken.code) {
        *err = engine->broken;
        if (!engine->exit_code) engine->exit_code = 1;
    }
    return engine->exit_code;
}

void engine_open(Engine *engine, uv_loop_t *loop, const Seam *seam, const TimerJump *jump, Vm *host, struct Turn *turn) {
    *engine = (Engine){ .loop = loop, .seam = seam, .host = host, .turn = turn };
    engine->timers = timers_new(loop, seam, jump);
    engine->source = (StoreSource){ engine, open_source, 0 };
    engine->port = doors_port(engine);
    timer_init(&engine->wake, engine_wake_due, engine);
    timer_init(&engine->deadline, time_over, engine);
    uv_idle_init(loop, &engine->look);
    progress_open(&engine->progress, loop, seam, true);
    engine->look.data = engine;
}

void engine_close(Engine *engine) {
    timer_stop(engine->timers, &engine->wake);
    timer_stop(engine->timers, &engine->deadline);
    timer_stop(engine->timers, &engine->jobs);
    timers_free(engine->timers);
    uv_close((uv_handle_t *)&engine->look, NULL);
    progress_close(&engine->progress);
    permits_drop(&engine->permits);
    coverage_free(engine->coverage);
    free(engine->db_path);
    free(engine->load_uid);
}
