/* engine_cancel.c - runs that somebody wants to end, in memory or not. */
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdlib.h>

typedef struct {
    Engine *engine;
    int64_t id;
} Asked;

/* It is in the database that it was asked: whoever resumes it tells it. */
static void asked(void *context, const Err *failed) {
    Asked asked = *(Asked *)context;
    free(context);
    asked.engine->starting--;
    if (failed || asked.engine->stage == STAGE_STOPPED) return;
    engine_begin(asked.engine, asked.id);
    engine_check_done(asked.engine);
}

static void ask(Engine *engine, const RunRow *row) {
    if (row->state == RUN_PAUSED || row->state == RUN_DIVERGED || row->state == RUN_IN_DOUBT) {     /* cannot go on to be told */
        runs_set_state(engine->store, row->id, &(RunChange){ .state = RUN_CANCELLED, .finished = seam_wall_ms(engine->seam) });
        return;
    }
    Asked *job = mem_new(sizeof *job);
    *job = (Asked){ engine, row->id };
    engine->starting++;
    runs_ask_cancel(engine->store, row->id);
    store_sync(engine->store, asked, job);
}

Run *engine_run(const Engine *engine, int64_t id) {
    for (const Program *program = engine->programs; program; program = program->next)
        for (Run *run = program->runs; run; run = run->next)
            if (run->ledger.row.id == id) return run;
    return NULL;
}

/* One that sleeps wakes at the wait it is in, and is told there. */
static bool tell(Engine *engine, int64_t id, const char *reason) {
    Run *run = engine_run(engine, id);
    if (run) run_cancel(run, reason);
    return run != NULL;
}

void engine_cancel_id(Engine *engine, int64_t id, const char *reason) {
    RunRow *row;
    Err ignored;
    if (tell(engine, id, reason) || !runs_find_id(store_reader(engine->store), id, &row, &ignored)) return;
    if (row->state < RUN_DONE && !engine_is_taken(engine, id)) {
        if (row->state == RUN_WAITING) engine_resume_id(engine, id);
        if (!tell(engine, id, reason)) ask(engine, row);
    }
    free(row);
}
