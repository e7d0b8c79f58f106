/* What people say of a job takes effect in the process that runs it. A paused job begins nothing: its slots become due when it goes
 * on, and what was missed is decided then; its rows wait. A job that is not enabled leaves rows that say so. */
#include "store/jobs.h"
#include "work/trigger.h"

static void go_on(Job *job) {
    for (size_t i = 0; i < job->plan_count; i++) time_resume(&job->plans[i]);
    if (!job->sched->closing) always_begin(job);
    if (!job->sched->closing) job_settle(job);
}

static bool see(void *context, const JobRow *row) {
    Sched *sched = context;
    Job   *job = sched_find(sched, row->job_name);
    if (!job || (job->disabled == !row->enabled && job->paused == row->paused)) return !sched->closing;
    bool was_off = job->disabled || job->paused;
    job->disabled = !row->enabled;
    job->paused = row->paused;
    sched_say(sched, "info", job, job->disabled ? "disabled" : job->paused ? "paused" : "goes on");
    if (was_off && !job->disabled && !job->paused) go_on(job);
    return !sched->closing;
}

void marks_look(Sched *sched) {
    int64_t marks;
    Err     err;
    bool    good = jobs_marks(store_reader(sched->store), &marks, &err);
    if (good && marks == sched->marks) return;
    if (good) sched->marks = marks;
    if (!good || !jobs_each(store_reader(sched->store), slice_of(sched->program), see, sched, &err))
        sched_say(sched, "error", NULL, "cannot read table jobs: %s", err.text);
}
