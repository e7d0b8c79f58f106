/* engine_test.c - how a block `test that` stands beside the jobs of its program. */
#include "lua/engine_parts.h"
#include <stdio.h>

static void test_started(void *context, const RunStart *start, const Err *err) {
    Engine *engine = context;
    if (!err) engine->test_run = start->id;
}

static void begin_jobs(Timer *timer) {
    Engine *engine = timer->context;
    if (engine->sched) sched_begin(engine->sched);
}

/* Nothing has begun when the test sets up what the jobs will find. */
void engine_let_time_pass(Engine *engine) {
    if (engine->jobs.due) return;
    timer_init(&engine->jobs, begin_jobs, engine);
    timer_start(engine->timers, &engine->jobs, seam_wall_ms(engine->seam));
}

void engine_begin_test(Engine *engine) {
    char name[32];
    snprintf(name, sizeof name, ENGINE_TEST, engine->job->test_line);
    engine_start(engine, &(EngineStart){ .name = name, .input = slice_of("{}"), .cause = "aios test" }, test_started, engine);
}
