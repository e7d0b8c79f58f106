/* `when idle for 10m`: nothing of the program has been at work for so long, the machine had time, and nobody typed. Fires once
 * in such a stretch. When it ends, runs that were begun by it are parked at their next step, ten seconds later; the next
 * stretch lets them go on. What such a run itself costs the machine does not end the stretch. */
#include "os/quiet.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LOOK_MS = 10000, YIELD_MS = 10000, DUE_SOON_MS = 60000, AFTERMATH_MS = 30000, ASLEEP_MS = 60000 };

struct Idle {
    Timer   look, yield;
    int64_t since;                      /* when the stretch began */
    int64_t planned;                    /* the next look */
    int64_t aftermath;                  /* pressure before this instant is that of a run of ours */
    bool    machine;                    /* what it tells counts: not with a simulated clock */
};

static int64_t wall(const Sched *sched) { return seam_wall_ms(sched->seam); }

static bool waits(const Job *job, const Event *event) { return event->source == SOURCE_IDLE && !job->elsewhere && !job->disabled && !job->paused; }

static size_t idlers(Sched *sched, const char *job, IdlersMove move) { return sched->hooks.idlers(sched->hooks.context, job, move); }

bool idle_lets_work(const Job *job) {
    bool waits_for_it = false;
    for (size_t i = 0; i < job->event_count; i++) waits_for_it = waits_for_it || job->events[i].source == SOURCE_IDLE;
    return !waits_for_it || job->idle_open;
}

/* The stretch is over; the next one begins at `at_ms`. */
static void disturb(Sched *sched, int64_t at_ms) {
    Idle *idle = sched->idle;
    if (at_ms > idle->since) idle->since = at_ms;
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count; i++)
            if (job->events[i].source == SOURCE_IDLE) job->events[i].fired = false;
    if (!idle->yield.place && !sched->closing && idlers(sched, NULL, IDLERS_COUNT)) timer_start(sched->timers, &idle->yield, wall(sched) + YIELD_MS);
}

void idle_stir(Sched *sched) {
    if (sched->idle) disturb(sched, wall(sched));
}

static void yield_due(Timer *timer) {
    Sched *sched = timer->context;
    for (Job *job = sched->jobs; job; job = job->next) job->idle_open = false;
    idlers(sched, NULL, IDLERS_PARK);
}

static bool due_soon(const Sched *sched, int64_t now_ms) {
    for (const Job *job = sched->jobs; job; job = job->next) {
        if (job->restart.place) return true;
        for (size_t i = 0; i < job->plan_count && !job->disabled; i++)
            if (job->plans[i].timer.place && job->plans[i].timer.due_ms <= now_ms + DUE_SOON_MS) return true;
    }
    return false;
}

static void fire(Event *event) {
    Job  *job = event->job;
    Idle *idle = job->sched->idle;
    char  key[24];
    Buf   payload;
    event->fired = job->idle_open = true;
    timer_stop(job->sched->timers, &idle->yield);
    if (idlers(job->sched, job->name, IDLERS_RELEASE)) return;
    snprintf(key, sizeof key, "%" PRId64, idle->since);
    buf_init(&payload);
    buf_printf(&payload, "{\"since\":%.3f}", (double)idle->since / 1000.0);
    event_fire(event, buf_slice(&payload), slice_of(key), NULL, NULL);
    buf_drop(&payload);
}

static bool is_noisy(Sched *sched, int64_t now_ms) {
    Idle *idle = sched->idle;
    if (now_ms - idle->planned > ASLEEP_MS || sched->hooks.at_work(sched->hooks.context)) return true;
    if (!idle->machine) return false;
    QuietLook look = quiet_look(quiet_root());
    if (idlers(sched, NULL, IDLERS_COUNT)) idle->aftermath = now_ms + AFTERMATH_MS;
    if (look.power || (look.busy && now_ms >= idle->aftermath)) return true;
    if (look.input_ms > idle->since && look.input_ms <= now_ms) disturb(sched, look.input_ms);
    return false;
}

static void arm(Sched *sched, int64_t now_ms) {
    Idle *idle = sched->idle;
    idle->planned = now_ms + LOOK_MS;
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count; i++) {
            const Event *event = &job->events[i];
            int64_t at = idle->since + event->lasting_ms;
            if (waits(job, event) && !event->fired && at > now_ms && at < idle->planned) idle->planned = at;
        }
    timer_start(sched->timers, &idle->look, idle->planned);
}

static void look_due(Timer *timer) {
    Sched  *sched = timer->context;
    int64_t now = wall(sched);
    if (is_noisy(sched, now)) disturb(sched, now);
    bool soon = due_soon(sched, now);
    for (Job *job = sched->jobs; job && !soon && !sched->closing; job = job->next)
        for (size_t i = 0; i < job->event_count; i++) {
            Event *event = &job->events[i];
            if (waits(job, event) && !event->fired && now - sched->idle->since >= event->lasting_ms) fire(event);
        }
    if (!sched->closing) arm(sched, now);
}

/* The beginning of the program is the first thing that happens. */
void idle_begin(Sched *sched) {
    bool any = false;
    for (const Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count; i++) any = any || (job->events[i].source == SOURCE_IDLE && !job->elsewhere);
    if (!any) return;
    Idle *idle = sched->idle = mem_new(sizeof *idle);
    *idle = (Idle){ .since = wall(sched), .machine = !timers_are_simulated(sched->timers) || *quiet_root() };
    timer_init(&idle->look, look_due, sched);
    timer_init(&idle->yield, yield_due, sched);
    arm(sched, idle->since);
}

void idle_clock_set(Sched *sched) {
    if (!sched->idle) return;
    sched->idle->since = wall(sched);
    arm(sched, sched->idle->since);
}

void idle_end(Sched *sched) {
    if (!sched->idle) return;
    timer_stop(sched->timers, &sched->idle->look);
    timer_stop(sched->timers, &sched->idle->yield);
    free(sched->idle);
    sched->idle = NULL;
}
