/* Always-on jobs: begun at once, begun again after every end. */
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>

/* `restart after 1s` is a promise of its own: no doubling, no crash loop. */
static RestartPolicy policy_of(const Job *job) {
    if (job->restart_ms <= 0) return RESTART_ALWAYS;
    return (RestartPolicy){ .backoff = { job->restart_ms, job->restart_ms } };
}

static int64_t mono(const Sched *sched) { return seam_mono_us(sched->seam) / 1000; }

static void write_run(Job *job, const char *cause) {
    Sched  *sched = job->sched;
    int64_t now = seam_wall_ms(sched->seam);
    Buf     uid;
    job->last_number = now > job->last_number ? now : job->last_number + 1;
    buf_init(&uid);
    buf_printf(&uid, "%s/%s#%" PRId64, sched->scope, job->name, job->last_number);
    RunRow row = run_row(job, buf_text(&uid), cause, RUN_QUEUED);
    Start *start = start_new(job, &row, 0);
    start->always = true;
    runs_create(sched->store, &row, start_done, start);
    buf_drop(&uid);
}

static void due(Timer *timer) {
    Job *job = timer->context;
    char cause[64];
    if (job_active(job) > 0 || job->disabled || job->paused) return;       /* its end, or its going on, will start it again */
    snprintf(cause, sizeof cause, "always, restart %u", job->ends.attempt);
    write_run(job, cause);
    sched_tell(job->sched);
}

void always_begin(Job *job) {
    if (!job->restart.place) timer_init(&job->restart, due, job);
    if (job->always && !job->disabled && !job->paused && job_active(job) == 0) write_run(job, "always");
}

void always_again(Job *job) { write_run(job, "always"); }

void always_ended(Job *job, RunState state) {
    Sched *sched = job->sched;
    RestartPolicy policy = policy_of(job);
    uint64_t chance;
    seam_random(sched->seam, &chance, sizeof chance);
    if (job->disabled || job->paused || job->elsewhere) return;
    RestartStep step = restart_next(&job->ends, &policy, job->up_since_ms, mono(sched), chance);
    if (step.verdict == RESTART_LOOPING) {
        sched_say(sched, "error", job, "crash-loop: it ended %d times within %d s, last as %s; one try every %d minutes from now on", policy.limit,
                  (int)(policy.within_ms / 1000), status_reason(state), (int)(policy.retry_ms / 60000));
    }
    if (sched->closing) return;
    if (job->ends.looping) job_note(job, NULL, NULL, "crash-loop");
    timer_start(sched->timers, &job->restart, seam_wall_ms(sched->seam) + step.delay_ms);
}
