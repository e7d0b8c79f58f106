/* How many runs of a job may be active, how often they begin: as declared, or as a person has set meanwhile. */
#include "store/limits.h"
#include "work/sched_parts.h"
#include <stdio.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ rates */
static void rates_drop(Rates *rates) {
    for (size_t i = 0; i < rates->count; i++) rate_drop(&rates->list[i]);
    free(rates->list);
    free(rates->text);
    *rates = (Rates){ 0 };
}

/* What was begun before counts: by earlier processes, and before somebody changed the rate. */
static void recall(const Job *job, Rate *rate) {
    const Sched *sched = job->sched;
    size_t   count = 0;
    int64_t *at = mem_new(rate->most * sizeof *at);
    Err      err;
    if (!runs_recent(store_reader(sched->store), slice_of(sched->program), slice_of(job->name), seam_wall_ms(sched->seam) - rate->per_ms, rate->most, at, &count, &err))
        sched_say(job->sched, "error", job, "cannot read table run: %s", err.text);
    while (count > 0) rate_note(rate, at[--count]);
    free(at);
}

/* Lengths that make no sense are left out: who writes the text has checked them. */
static void rates_read(const Job *job, Rates *rates, const char *text) {
    rates_drop(rates);
    rates->text = mem_copy(slice_of(text));
    rates->list = mem_new((strlen(text) / 3 + 1) * sizeof *rates->list);
    for (const char *at = text; *at;) {
        char *end;
        long long most = strtoll(at, &end, 10), per_ms = *end == '/' ? strtoll(end + 1, &end, 10) : 0;
        if (most >= 1 && most <= RATE_MOST && per_ms >= 1) {
            rate_init(&rates->list[rates->count], (size_t)most, per_ms);
            recall(job, &rates->list[rates->count++]);
        }
        at = *end ? end + 1 : end;
    }
}

static char *rates_text(const JobRate *list, size_t count) {
    Buf text = { 0 };
    for (size_t i = 0; i < count; i++) buf_printf(&text, "%s%zu/%lld", i ? " " : "", list[i].most, (long long)list[i].per_ms);
    char *copy = mem_copy(buf_slice(&text));
    buf_drop(&text);
    return copy;
}

static bool allows(const Rates *rates, int64_t now_ms) {
    for (size_t i = 0; i < rates->count; i++)
        if (!rate_allows(&rates->list[i], now_ms)) return false;
    return true;
}

static void note(Rates *rates, int64_t now_ms) {
    for (size_t i = 0; i < rates->count; i++) rate_note(&rates->list[i], now_ms);
}

bool job_take_turn(Job *job) {
    int64_t now = seam_wall_ms(job->sched->seam);
    if (!allows(&job->limits.rates, now)) return false;
    note(&job->limits.rates, now);
    note(&job->limits.throttles, now);
    return true;
}

int64_t job_throttled(const Job *job) {
    const Rates *rates = &job->limits.throttles;
    int64_t now = seam_wall_ms(job->sched->seam), until = 0;
    for (size_t i = 0; i < rates->count; i++) {
        int64_t next = rate_next(&rates->list[i], now);
        if (next > now && next > until) until = next;
    }
    return until;
}

/* ------------------------------------------------------------------ declaring */
static bool make_sense(const Job *job, const JobRate *rates, size_t count, Err *err) {
    for (size_t i = 0; i < count; i++)
        if (rates[i].most < 1 || rates[i].most > RATE_MOST || rates[i].per_ms < 1)
            return err_set(err, "invalid", "workflow '%s' (line %d): limit: between 1 and %d starts, in a length of time above zero", job->name, job->line, RATE_MOST);
    return true;
}

bool job_add_limits(Job *job, const JobSpec *spec, Err *err) {
    if (!make_sense(job, spec->rates, spec->rate_count, err) || !make_sense(job, spec->throttles, spec->throttle_count, err)) return false;
    job->declared = (Limits){ .at_once = spec->at_once, .per_key = spec->per_key, .settle_ms = spec->settle_ms, .start_ms = spec->start_ms };
    job->declared.rates.text = rates_text(spec->rates, spec->rate_count);
    job->declared.throttles.text = rates_text(spec->throttles, spec->throttle_count);
    job->key_path = spec->key.ptr ? mem_copy(spec->key) : NULL;
    job->limits.settle_ms = spec->settle_ms;
    return true;
}

void job_drop_limits(Job *job) {
    rates_drop(&job->limits.rates);
    rates_drop(&job->limits.throttles);
    rates_drop(&job->declared.rates);
    rates_drop(&job->declared.throttles);
    for (size_t i = 0; i < job->running_count; i++) free(job->running[i].key);
    free(job->running);
    free(job->key_path);
}

/* ------------------------------------------------------------------ what holds */
static int64_t or_declared(int64_t set, int64_t declared) { return set >= 0 ? set : declared; }

static bool replace(const Job *job, Rates *rates, const char *text) {
    if (rates->text && !strcmp(rates->text, text)) return false;
    rates_read(job, rates, text);
    return true;
}

/* True when something changed. `set` NULL: as declared. */
static bool apply(Job *job, const LimitRow *set) {
    static const LimitRow NOTHING = { .at_once = -1, .per_key = -1, .settle_ms = -1, .start_ms = -1 };
    const Limits *declared = &job->declared;
    Limits *limits = &job->limits, before = *limits;
    if (!set) set = &NOTHING;
    char *rates = set->rates.ptr ? mem_copy(set->rates) : NULL, *throttles = set->throttles.ptr ? mem_copy(set->throttles) : NULL;
    limits->at_once = (size_t)or_declared(set->at_once, (int64_t)declared->at_once);
    limits->per_key = (size_t)or_declared(set->per_key, (int64_t)declared->per_key);
    limits->settle_ms = or_declared(set->settle_ms, declared->settle_ms);
    limits->start_ms = or_declared(set->start_ms, declared->start_ms);
    bool other = limits->at_once != before.at_once || limits->per_key != before.per_key || limits->settle_ms != before.settle_ms
                 || limits->start_ms != before.start_ms;
    other = replace(job, &limits->rates, rates ? rates : declared->rates.text) || other;
    other = replace(job, &limits->throttles, throttles ? throttles : declared->throttles.text) || other;
    free(rates);
    free(throttles);
    return other;
}

void limits_tell(Sched *sched) {
    for (Job *job = sched->jobs; job; job = job->next) {
        const Limits *said = &job->declared;
        limits_put(sched->store, &(LimitRow){
            .program = slice_of(sched->program), .job = slice_of(job->name), .at_once = (int64_t)said->at_once, .per_key = (int64_t)said->per_key,
            .settle_ms = said->settle_ms, .start_ms = said->start_ms, .key = slice_of(job->key_path ? job->key_path : ""),
            .rates = slice_of(said->rates.text), .throttles = slice_of(said->throttles.text) });
        apply(job, NULL);
    }
}

static bool see_set(void *context, const LimitRow *row) {
    Sched *sched = context;
    Job   *job = sched_find(sched, row->job);
    if (!job) return true;
    job->is_limited = true;
    if (apply(job, row)) sched_say(sched, "info", job, "its limits are those that a person has set");
    return true;
}

void limits_look(Sched *sched) {
    Err err;
    for (Job *job = sched->jobs; job; job = job->next) job->is_limited = false;
    if (!limits_each(store_reader(sched->store), slice_of(sched->program), true, see_set, sched, &err))
        sched_say(sched, "error", NULL, "cannot read table aios_limit: %s", err.text);
    for (Job *job = sched->jobs; job; job = job->next)
        if (!job->is_limited) apply(job, NULL);
}

/* ------------------------------------------------------------------ asking */
size_t job_room(const Job *job) { return job->limits.at_once ? job->limits.at_once : job->limits.per_key ? SIZE_MAX : 0; }

static bool same(const char *a, const char *b) { return a && b && !strcmp(a, b); }

size_t job_active_of(const Job *job, const char *key) {
    size_t count = 0;
    for (size_t i = 0; i < job->running_count; i++) count += same(job->running[i].key, key);
    for (const Start *start = job->starts; start; start = start->next) count += start->runs && same(start->key, key);
    return count;
}

bool job_is_late(const Job *job, int64_t since_ms) {
    return job->limits.start_ms && since_ms > 0 && seam_wall_ms(job->sched->seam) - since_ms > job->limits.start_ms;
}

void job_look_at(Job *job, int64_t when_ms) {
    Timers *timers = job->sched->timers;
    if (!job->sched->closing && (!job->later.place || when_ms < job->later.due_ms)) timer_start(timers, &job->later, when_ms);
}
