/* engine_look.c - does the condition behind `when` hold? And what becomes of runs that `when idle` has begun.
 *
 * A look is a run that is never written: the top level is gone through with what the load run recorded, then the one expression is
 * evaluated. It may read, and it leaves nothing behind. */
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdio.h>
#include <stdlib.h>

void engine_look_at(void *context, const char *job, size_t nth, bool until) {
    Engine *engine = context;
    char  input[64];
    Err   err;
    RunRow row = { .uid = slice_of("a look"), .program = slice_of(engine->job->path), .name = slice_of(job), .state = RUN_RUNNING, .engine = 1,
                   .parent = engine->load_run, .created = seam_wall_ms(engine->seam), .cause = slice_of("a look at a condition") };
    snprintf(input, sizeof input, "{\"look\":\"%s%zu\"}", until ? "until" : "when", nth);
    row.input = slice_of(input);
    seam_random(engine->seam, &row.seed, sizeof row.seed);
    memcpy(row.code, engine->main->hash, HASH_SIZE);
    if (!run_look(engine->main, &row, &err)) sched_answer(engine->sched, row.name, nth, TRUTH_UNKNOWN, err.text);
}

void engine_looked(Run *run, Slice answer, const char *why) {
    Engine *engine = run->program->engine;
    const RunRow *row = &run->ledger.row;
    const char *digits = row->input.ptr + strcspn(row->input.ptr, "0123456789");
    SchedTruth truth = slice_is(answer, "true") ? TRUTH_HOLDS : slice_is(answer, "false") ? TRUTH_FAILS : TRUTH_UNKNOWN;
    if (engine->sched && engine->stage != STAGE_STOPPED) sched_answer(engine->sched, row->name, strtoul(digits, NULL, 10), truth, why);
    uv_idle_start(&engine->look, engine_look);
}

static bool is_idler(const Run *run, const char *job) {
    const RunRow *row = &run->ledger.row;
    return sched_is_idle_cause(row->cause) && !run->over && (!job || slice_is(row->name, job));
}

/* Those that are released may end at once, and so change the list. */
static void release(Engine *engine, const char *job) {
    IdList ids = { 0 };
    for (Program *program = engine->programs; program; program = program->next)
        for (Run *run = program->runs; run; run = run->next)
            if (run->parked && is_idler(run, job)) engine_add_id(&ids, run->ledger.row.id);
    for (size_t i = 0; i < ids.count; i++)
        for (Program *program = engine->programs; program; program = program->next)
            for (Run *run = program->runs, *next; run; run = next) {
                next = run->next;
                if (run->ledger.row.id == ids.ids[i]) run_park(run, false);
            }
    free(ids.ids);
}

size_t engine_idlers(void *context, const char *job, IdlersMove move) {
    Engine *engine = context;
    size_t count = 0;
    for (Program *program = engine->programs; program; program = program->next)
        for (Run *run = program->runs; run; run = run->next) {
            if (!is_idler(run, job)) continue;
            count += move == IDLERS_RELEASE || !run->parked;
            if (move == IDLERS_PARK) run_park(run, true);
        }
    if (move == IDLERS_RELEASE) release(engine, job);
    return count;
}

void engine_release_strays(Engine *engine) {
    for (const Program *program = engine->programs; program; program = program->next)
        for (const Run *run = program->runs; run; run = run->next)
            if (run->parked && sched_lets_work(engine->sched, run->ledger.row.name)) {
                char *job = mem_copy(run->ledger.row.name);
                release(engine, job);
                free(job);
                engine_release_strays(engine);
                return;
            }
}

bool engine_is_at_work(void *context) {
    const Engine *engine = context;
    for (const Program *program = engine->programs; program; program = program->next)
        for (const Run *run = program->runs; run; run = run->next)
            if (!run->is_look && !run_is_idle(run) && !is_idler(run, NULL) && run->ledger.row.id != engine->test_run) return true;
    return false;
}
