/* From what a program says of a workflow to a Job. */
#include "work/sched_parts.h"
#include "work/sign.h"
#include "work/trigger.h"
#include <stdlib.h>

static char *keep(Slice text) { return text.ptr ? mem_copy(text) : NULL; }

void job_free(Job *job) {
    rows_drop(job);
    for (size_t i = 0; i < job->plan_count; i++) {
        free(job->plans[i].words);
        free(job->plans[i].spec);
        free(job->plans[i].id);
        free(job->plans[i].backlog);
    }
    for (size_t i = 0; i < job->trigger_count; i++) free(job->triggers[i]);
    job_drop_events(job);
    job_drop_limits(job);
    free(job->plans);
    free(job->triggers);
    free(job->name);
    free(job->sign_secret);
    free(job->title);
    free(job->spec);
    free(job->tags);
    free(job);
}

/* Elapsed time has no zone, so a move of the host to another one does not touch it. */
static bool needs_zone(const When *when) {
    if (when->kind == WHEN_DELAY) return false;
    return when->has_from || when->pattern.windowed || (when->kind != WHEN_INTERVAL && when->kind != WHEN_SPREAD);
}

static bool plan_read(Plan *plan, Job *job, Slice words, Err *err) {
    Err why;
    Buf spec;
    plan->job = job;
    plan->words = mem_copy(words);
    if (!when_parse(words, &plan->when, &why)
        || (needs_zone(&plan->when) && !sched_zone(job->sched, plan->when.zone[0] ? plan->when.zone : "local", &plan->zone, &why)))
        return err_set(err, why.code, "workflow '%s' (line %d), schedule '%.100s': %.300s", job->name, job->line, plan->words, why.text);
    if (needs_zone(&plan->when)) plan->tz = slice_of(plan->when.zone[0] ? plan->when.zone : zone_name(plan->zone));
    buf_init(&spec);
    when_describe(&plan->when, &spec);
    plan->spec = buf_take(&spec);
    return true;
}

static bool add_plans(Job *job, const JobSpec *spec, Err *err) {
    job->plans = mem_new((spec->schedule_count + 1) * sizeof *job->plans);
    for (size_t i = 0; i < spec->schedule_count; i++) {
        job->plan_count = i + 1;
        if (!plan_read(&job->plans[i], job, spec->schedules[i], err)) return false;
    }
    return true;
}

/* A row starts one job, so a name belongs to one. */
static bool add_triggers(Job *job, const JobSpec *spec, Err *err) {
    job->triggers = mem_new((spec->trigger_count + 1) * sizeof *job->triggers);
    for (size_t i = 0; i < spec->trigger_count; i++) {
        const Job *other = sched_find_trigger(job->sched, spec->triggers[i]);
        if (other)
            return err_set(err, "exists", "workflow '%s' (line %d): trigger '%.*s' starts workflow '%s' (line %d) already, and a row starts one job; call the other from it, or use two names",
                           job->name, job->line, (int)spec->triggers[i].len, spec->triggers[i].ptr, other->name, other->line);
        job->triggers[job->trigger_count++] = mem_copy(spec->triggers[i]);
    }
    return true;
}

static void list_tags(Job *job, const JobSpec *spec) {
    Buf tags;
    buf_init(&tags);
    for (size_t i = 0; i < spec->tag_count; i++) buf_printf(&tags, "%s%.*s", i ? ", " : "", (int)spec->tags[i].len, spec->tags[i].ptr);
    job->tags = buf_take(&tags);
    job->elsewhere = !job_tags_fit(spec->tags, spec->tag_count, slice_of(job->sched->device_tags));
}

/* What table `jobs` shows, and what other programs find the names of triggers in. */
static void describe(Job *job) {
    Buf spec;
    buf_init(&spec);
    if (job->always) buf_add_text(&spec, "always");
    for (size_t i = 0; i < job->plan_count; i++) buf_printf(&spec, "%s%s", spec.len ? "; " : "", job->plans[i].words);
    for (size_t i = 0; i < job->trigger_count; i++) buf_printf(&spec, "%son trigger.%s", spec.len ? "; " : "", job->triggers[i]);
    for (size_t i = 0; i < job->event_count; i++) {
        const Event *event = &job->events[i];
        const char *between = spec.len ? "; " : "";
        if (event->source == SOURCE_IDLE || event->source == SOURCE_WHEN) buf_printf(&spec, "%swhen %s", between, event->subject);
        else buf_printf(&spec, "%son %s \"%s\"", between, event->kind, event->subject);
    }
    job->spec = buf_take(&spec);
}

/* The highest first; of one priority as declared. */
static void enlist(Sched *sched, Job *job) {
    Job **at = &sched->jobs;
    while (*at && (*at)->priority >= job->priority) at = &(*at)->next;
    job->next = *at;
    *at = job;
}

static void later_due(Timer *timer) {
    Job *job = timer->context;
    job_settle(job);
    sched_tell(job->sched);
}

bool sched_add(Sched *sched, const JobSpec *spec, Err *err) {
    const Job *other = sched_find(sched, spec->name);
    if (other)
        return err_set(err, "exists", "workflow '%s' is declared twice, in line %d and in line %d; give one of them another name", other->name, other->line, spec->line);
    Job *job = mem_new(sizeof *job);
    *job = (Job){
        .sched = sched, .name = mem_copy(spec->name), .title = keep(spec->title), .line = spec->line, .always = spec->always,
        .restart_ms = spec->restart_ms, .overlap = spec->overlap, .overlap_given = spec->overlap_given, .missed = spec->missed,
        .within_ms = spec->within_ms, .status = "idle", .priority = spec->priority, .jitter_ms = spec->jitter_ms,
        .jitter_fresh = spec->jitter_fresh, .first_only = spec->first_only, .reply_ms = spec->reply_ms, .replies = spec->replies, .sign_secret = keep(spec->sign_secret),
    };
    job->rows_end = &job->rows;
    timer_init(&job->later, later_due, job);
    SignPreset preset = SIGN_NONE;
    if (spec->sign.ptr && !sign_preset(spec->sign, &preset)) {
        job_free(job);
        return err_set(err, "invalid", "workflow '%.*s' (line %d): signed by github, stripe, slack or standard", (int)spec->name.len, spec->name.ptr, spec->line);
    }
    job->sign = (int)preset;
    if (!add_plans(job, spec, err) || !add_triggers(job, spec, err) || !job_add_limits(job, spec, err) || !job_add_events(job, spec, err)) {
        job_free(job);
        return false;
    }
    list_tags(job, spec);
    describe(job);
    enlist(sched, job);
    return true;
}
