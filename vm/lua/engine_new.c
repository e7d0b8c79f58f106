/* engine_new.c - runs that are begun by name: by the command line, by programs. */
#include "base/id.h"
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdlib.h>

typedef struct {
    Engine      *engine;
    RunStartDone done;
    void        *context;
    bool         later;
} Starting;

static void started(void *context, const RunStart *start, const Err *err) {
    Starting *starting = context;
    Engine *engine = starting->engine;
    engine->starting--;
    if (starting->done) starting->done(starting->context, start, err);
    if (!err && starting->later) engine_arm_wake(engine);
    else if (!err && !start->existed && engine->stage == STAGE_LIVING) engine_begin(engine, start->id);
    free(starting);
    engine_check_done(engine);
}

/* The load run that is recorded for the runs begun now; while it is still at work they stay queued. */
static int64_t load_run_id(const Engine *engine) {
    if (engine->load_run) return engine->load_run;
    for (const Run *run = engine->main->runs; run; run = run->next)
        if (run->is_load) return run->ledger.row.id;
    return 0;
}

/* Before the load run of this process is on disk a run of an earlier life may begin others: they follow what it follows. */
static void follow(const Engine *engine, const EngineStart *start, RunRow *row) {
    const Run *by = engine_run(engine, start->bond.caller ? start->bond.caller : start->prev);
    if (row->parent || !by || by->is_load) return;
    row->parent = by->ledger.row.parent;
    memcpy(row->code, by->ledger.row.code, HASH_SIZE);
}

void engine_start(Engine *engine, const EngineStart *start, RunStartDone done, void *context) {
    Starting *starting = mem_new(sizeof *starting);
    char fresh[ID_SIZE];
    uint64_t seed;
    if (!start->uid) id_new(engine->seam, fresh);
    seam_random(engine->seam, &seed, sizeof seed);
    RunRow row = { .id = runs_new_id(engine->store), .uid = slice_of(start->uid ? start->uid : fresh), .program = slice_of(engine->job->path),
                   .name = slice_of(start->name), .engine = 1, .state = RUN_QUEUED, .seed = (int64_t)(seed >> 1), .cause = slice_of(start->cause),
                   .input = start->input, .parent = load_run_id(engine), .created = seam_wall_ms(engine->seam),
                   .prev = start->prev };
    memcpy(row.code, engine->main->hash, HASH_SIZE);
    follow(engine, start, &row);
    if (start->at_ms > row.created) row.wake = start->at_ms;
    *starting = (Starting){ engine, done, context, row.wake > 0 };
    engine->starting++;
    if (start->bond.caller) bonds_start(engine->store, &row, &start->bond, started, starting);
    else runs_create(engine->store, &row, started, starting);
}
