#include "work/sched.h"
#include "work/sched_parts.h"
#include "work/trigger.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

Job *sched_find(Sched *sched, Slice name) {
    for (Job *job = sched->jobs; job; job = job->next)
        if (slice_is(name, job->name)) return job;
    return NULL;
}

Job *sched_find_trigger(Sched *sched, Slice name) {
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->trigger_count; i++)
            if (slice_is(name, job->triggers[i])) return job;
    return NULL;
}

void sched_say(Sched *sched, const char *level, const Job *job, const char *fmt, ...) {
    char text[500];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!sched->closing) sched->hooks.say(sched->hooks.context, level, job ? job->name : "", text);
}

static bool may_begin(const Job *job, bool begun) {
    if (job->elsewhere) return false;
    if (job->always || job->trigger_count > 0 || job->event_count > 0) return true;
    for (size_t i = 0; i < job->plan_count; i++)
        if (!begun || job->plans[i].next || job->plans[i].backlog_count) return true;
    return false;
}

bool sched_lets_work(Sched *sched, Slice name) {
    const Job *job = sched_find(sched, name);
    return !job || idle_lets_work(job);
}

bool sched_stays(const Sched *sched) {
    for (const Job *job = sched->jobs; job; job = job->next)
        if (may_begin(job, sched->begun)) return true;
    return false;
}

static bool has_waiting(const Job *job) {
    if (job->paused) return false;
    if (job->rows) return true;
    for (size_t i = 0; i < job->plan_count; i++)
        if (job->plans[i].backlog_count) return true;
    return false;
}

bool sched_is_writing(const Sched *sched) { return sched->pending || row_watch_is_poked(sched->watch); }

bool sched_is_busy(const Sched *sched) {
    if (sched_is_writing(sched)) return true;
    for (const Job *job = sched->jobs; job; job = job->next)
        if (has_waiting(job)) return true;
    return false;
}

void sched_tell(Sched *sched) {
    if (sched->closing || !sched->begun) return;
    bool stays = sched_stays(sched), busy = sched_is_busy(sched);
    if (stays == sched->did_stay && busy == sched->was_busy) return;
    sched->did_stay = stays;
    sched->was_busy = busy;
    sched->hooks.changed(sched->hooks.context);
}

static void watch_looks(void *context) { sched_look(context); }

void sched_let_go(Sched *sched) {
    if (!sched->closing || sched->pending || !sched->watch_gone) return;
    for (Job *job = sched->jobs, *next; job; job = next) {
        next = job->next;
        job_free(job);
    }
    sched_zones_free(sched);
    free(sched->held);
    free(sched->listen);
    free(sched->program);
    free(sched->device);
    free(sched->device_tags);
    free(sched->scope);
    free(sched);
}

static void watch_gone(void *context) {
    Sched *sched = context;
    sched->watch_gone = true;
    sched_let_go(sched);
}

static void look_due(Timer *timer) { sched_look(timer->context); }

static char *device_name(void) {
    char pid[24];
    const char *name = getenv("DEVICE_ID");
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    return mem_copy(slice_of(name && *name ? name : pid));
}

Sched *sched_new(Timers *timers, const Seam *seam, Store *store, const SchedProgram *program, const SchedHooks *hooks) {
    Sched *sched = mem_new(sizeof *sched);
    const char *tags = getenv("DEVICE_TAGS");
    Buf log;
    *sched = (Sched){
        .timers = timers, .seam = seam, .store = store, .hooks = *hooks, .program = mem_copy(program->program), .load_run = program->load_run,
        .alone = program->alone,
        .device = device_name(), .device_tags = mem_copy(slice_of(tags ? tags : "")),
        .seen_wall_ms = seam_wall_ms(seam), .seen_mono_ms = seam_mono_us(seam) / 1000,
    };
    memcpy(sched->code, program->code, HASH_SIZE);
    timer_init(&sched->look, look_due, sched);
    buf_init(&log);
    buf_printf(&log, "%s-wal", store_path(store));
    sched->listen = program->listen ? mem_copy(slice_of(program->listen)) : NULL;
    sched->watch = row_watch_new(timers_loop(timers), buf_text(&log), watch_looks, watch_gone, sched);
    buf_drop(&log);
    return sched;
}

void sched_free(Sched *sched) {
    if (!sched || sched->closing) return;
    sched->closing = true;
    timer_stop(sched->timers, &sched->look);
    sources_end(sched);
    for (Job *job = sched->jobs; job; job = job->next) {
        timer_stop(sched->timers, &job->restart);
        timer_stop(sched->timers, &job->later);
        for (size_t i = 0; i < job->plan_count; i++) timer_stop(sched->timers, &job->plans[i].timer);
    }
    row_watch_free(sched->watch);
}
