/* engine_session.c - a program that grows while it runs: what is declared at a prompt begins at once.
 *
 * All that is declared is planned anew when an entry has declared something; the database knows what ran and
 * when the next is due, as it does for a program that is started again. */
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdlib.h>

bool engine_declare_more(Engine *engine, Err *err) {
    if (!engine_store(engine, err)) return false;
    if (!engine->load_run) {
        engine->load_run = runs_new_id(engine->store);
        program_keep_load(engine->main, engine->load_run);
    }
    engine->replan++;
    return true;
}

/* Starts that were being written when the plan was made anew. */
static void planned(void *context, const Err *failed) {
    Engine *engine = context;
    Err err;
    if (failed || engine->stage != STAGE_LIVING) return;
    if (!engine_begin_queued(engine, &err)) engine->hooks.say(engine->hooks.context, "error", "", err.text);
}

void engine_plan_session(Engine *engine, bool whole) {
    Err err;
    Program *program = engine->main;
    if (!engine->replan || engine->stage == STAGE_STOPPED) return;
    for (; !whole && engine->replan && program->declared_count; engine->replan--)
        program_undeclare(program, program->declared[program->declared_count - 1].name);
    engine->replan = 0;
    sched_free(engine->sched);
    engine->sched = NULL;
    while (!engine_plan(engine, &err)) {                /* the newest is what is wrong */
        engine->hooks.say(engine->hooks.context, "error", "", err.text);
        sched_free(engine->sched);
        engine->sched = NULL;
        if (!program->declared_count) return;
        program_undeclare(program, program->declared[program->declared_count - 1].name);
    }
    sched_begin(engine->sched);
    store_sync(engine->store, planned, engine);
}

static Run *find_run(const Engine *engine, const char *name /* NULL: any */) {
    for (Program *program = engine->programs; program; program = program->next)
        for (Run *run = program->runs; run; run = run->next)
            if (!run->over && (!name || (!run->cancel_error && slice_is(run->ledger.row.name, name)))) return run;
    return NULL;
}

bool engine_undeclare(Engine *engine, const char *name) {
    if (!engine->main || !program_undeclare(engine->main, name)) return false;
    engine->replan = 1;
    engine_plan_session(engine, true);
    for (Run *run; (run = find_run(engine, name));) run_cancel(run, "stopped at the prompt");
    return true;
}

/* Its program is gone with it: nobody could go on with what is left. */
void engine_end_session(Engine *engine) {
    IdList open = { 0 };
    Err ignored;
    for (Run *run; (run = find_run(engine, NULL));) run_halt(run, RUN_CANCELLED, "the session ended");
    if (!engine->store || engine->broken.code) return;
    if (!runs_open(store_reader(engine->store), slice_of(engine->job->path), engine_collect, &open, &ignored)) open.count = 0;
    for (size_t i = 0; i < open.count; i++)
        if (!engine_is_taken(engine, open.ids[i]))
            runs_set_state(engine->store, open.ids[i], &(RunChange){ .state = RUN_CANCELLED, .reason = slice_of("the session ended") });
    free(open.ids);
}
