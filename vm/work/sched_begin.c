/* The beginning: what the database knows of this program's jobs meets what the program says of them. */
#include "base/hash.h"
#include "store/jobs.h"
#include "work/sched_parts.h"
#include "work/trigger.h"
#include <stdio.h>
#include <stdlib.h>

enum { LOOK_SIMULATED_MS = 60000, BACK_STEP_MS = 1000, SCOPE_HASH = 8 };

static void trouble(Sched *sched, const char *what, const Err *err) {
    sched_say(sched, "error", NULL, "cannot read %s: %s", what, err->text);
}

/* The file's name, unless a file of that name in another directory had it first. */
static void find_scope(Sched *sched) {
    const char *slash = strrchr(sched->program, '/');
    const char *file = slash ? slash + 1 : sched->program;
    unsigned char hash[HASH_SIZE];
    char hex[HASH_TEXT];
    Buf  key, owner;
    bool found = false;
    Err  err;
    buf_init(&key);
    buf_init(&owner);
    buf_printf(&key, "scope.%s", file);
    if (!store_meta_get(store_reader(sched->store), buf_text(&key), &owner, &found, &err)) trouble(sched, "table meta", &err);
    else if (!found) store_meta_set(sched->store, buf_text(&key), slice_of(sched->program));
    bool ours = !found || slice_is(buf_slice(&owner), sched->program);
    buf_clear(&key);
    hash_bytes(slice_of(sched->program), hash);
    hash_text(hash, hex);
    if (ours) buf_add_text(&key, file);
    else buf_printf(&key, "%s~%.*s", file, SCOPE_HASH, hex);
    sched->scope = buf_take(&key);
    buf_drop(&owner);
}

/* Chance that stays: the same windows after every restart. */
static void find_seed(Sched *sched) {
    static const char KEY[] = "schedule.seed";
    Buf  value;
    bool found = false;
    Err  err;
    buf_init(&value);
    seam_random(sched->seam, &sched->seed, sizeof sched->seed);
    if (!store_meta_get(store_reader(sched->store), KEY, &value, &found, &err)) trouble(sched, "table meta", &err);
    else if (found && value.len == sizeof sched->seed) memcpy(&sched->seed, value.ptr, sizeof sched->seed);
    else store_meta_set(sched->store, KEY, slice_make(&sched->seed, sizeof sched->seed));
    buf_drop(&value);
}

static uint64_t plan_seed(const Sched *sched, const Plan *plan) {
    unsigned char hash[HASH_LONG_SIZE];
    uint64_t seed;
    hash_long(slice_make(&sched->seed, sizeof sched->seed), slice_of(plan->id), hash);
    memcpy(&seed, hash, sizeof seed);
    return seed;
}

static void name_plans(Sched *sched) {
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->plan_count; i++) {
            Plan *plan = &job->plans[i];
            Buf id;
            buf_init(&id);
            buf_printf(&id, "%s/%s", sched->scope, job->name);
            if (i > 0) buf_printf(&id, "#%zu", i + 1);
            plan->id = buf_take(&id);
            plan->seed = plan_seed(sched, plan);
        }
}

static const char *kind_of(const Job *job) {
    if (job->always) return "always";
    if (job->plan_count > 0) return job_kind(&job->plans[0].when);
    return job->trigger_count + job->event_count > 0 ? "trigger" : "manual";
}

static void declare(Sched *sched) {
    for (Job *job = sched->jobs; job; job = job->next) {
        jobs_declare(sched->store, &(JobRow){
            .job_name = slice_of(job->name), .program = slice_of(sched->program), .title = slice_of(job->title),
            .kind = slice_of(kind_of(job)), .spec = slice_of(job->spec), .line = job->line });
        if (!job->elsewhere) continue;
        sched_say(sched, "warn", job, "no-device: needs tags %s, DEVICE_TAGS has '%s'; it never begins here", job->tags, sched->device_tags);
        job_note(job, NULL, NULL, "no-device");
    }
}

/* "running" after a crash: the run itself knows better. */
static void correct(Job *job, Slice last_run) {
    RunRow *run;
    Err err;
    if (last_run.ptr && runs_find(store_reader(job->sched->store), last_run, &run, &err)) {
        job_note(job, status_word(run->state), NULL, status_reason(run->state));
        free(run);
    } else job_note(job, "idle", NULL, NULL);
}

static bool see_job(void *context, const JobRow *row) {
    Sched *sched = context;
    Job   *job = sched_find(sched, row->job_name);
    if (!job) return true;
    job->disabled = !row->enabled;
    job->paused = row->paused;
    if (slice_is(row->status, "completed")) job->status = "completed";
    else if (slice_is(row->status, "failed")) job->status = "failed";
    else if (slice_is(row->status, "running") && job->running_count) job->status = "running";
    else if (slice_is(row->status, "running")) correct(job, row->last_run);
    return true;
}

/* Runs that sleep in the database are not over either. A load run is nobody's child. */
static bool see_open_run(void *context, const RunRow *row) {
    if (row->parent) sched_run_began(context, row->name, row->id);
    return true;
}

static Plan *plan_of(Sched *sched, Slice id) {
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->plan_count; i++)
            if (slice_is(id, job->plans[i].id)) return &job->plans[i];
    return NULL;
}

/* A schedule that is no longer declared has no next time. */
static bool see_schedule(void *context, const ScheduleRow *row) {
    Sched *sched = context;
    Plan  *plan = plan_of(sched, row->id);
    if (plan && !plan->job->elsewhere) time_begin(plan, row);
    else if (row->next && !plan) schedules_set_next(sched->store, row->id, 0, 0);
    return true;
}

static void begin_jobs(Sched *sched) {
    for (Job *job = sched->jobs; job && !sched->closing; job = job->next) {
        if (job->elsewhere) continue;
        for (size_t i = 0; i < job->plan_count; i++)
            if (!job->plans[i].anchor) time_begin(&job->plans[i], NULL);
        if (job->running_count) job_note(job, "running", NULL, NULL);
        always_begin(job);
    }
}

void sched_begin(Sched *sched) {
    Err   err;
    Db   *db = store_reader(sched->store);
    Slice program = slice_of(sched->program);
    find_scope(sched);
    find_seed(sched);
    name_plans(sched);
    if (!runs_open(db, program, see_open_run, sched, &err)) trouble(sched, "table run", &err);
    if (!jobs_marks(db, &sched->marks, &err) || !jobs_each(db, program, see_job, sched, &err)) trouble(sched, "table jobs", &err);
    declare(sched);
    limits_tell(sched);
    limits_look(sched);
    sched->begun = true;
    if (!schedules_each(db, program, see_schedule, sched, &err)) trouble(sched, "table schedule", &err);
    begin_jobs(sched);
    if (sched->closing) return;
    sources_begin(sched);
    if (!timers_are_simulated(sched->timers)) row_watch_begin(sched->watch);
    row_watch_hold(sched->watch, sched_stays(sched));        /* also a paused job may go on */
    sched_look(sched);
}

/* How far the wall clock was set back since the last look, in ms; 0: it was not. */
static int64_t set_back(Sched *sched) {
    int64_t wall = seam_wall_ms(sched->seam), mono = seam_mono_us(sched->seam) / 1000;
    int64_t step = (wall - sched->seen_wall_ms) - (mono - sched->seen_mono_ms);
    sched->seen_wall_ms = wall;
    sched->seen_mono_ms = mono;
    return step < -BACK_STEP_MS ? -step : 0;
}

static void follow_clock(Sched *sched) {
    int64_t step = set_back(sched);
    if (step == 0) return;
    sched_say(sched, "warn", NULL, "the clock was set back by %lld s; what is next is planned anew", (long long)(step / 1000));
    for (Job *job = sched->jobs; job; job = job->next) {
        for (size_t i = 0; i < job->plan_count; i++) time_clock_back(&job->plans[i]);
        if (job->restart.place) timer_start(sched->timers, &job->restart, job->restart.due_ms - step);
    }
    idle_clock_set(sched);
}

void sched_clock_set(Sched *sched) {
    sched->seen_wall_ms = seam_wall_ms(sched->seam);
    sched->seen_mono_ms = seam_mono_us(sched->seam) / 1000;
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->plan_count; i++) time_clock_set(&job->plans[i]);
    idle_clock_set(sched);
    sched_look(sched);
}

void sched_look(Sched *sched) {
    if (sched->closing || !sched->begun) return;
    follow_clock(sched);
    marks_look(sched);
    if (sched->closing) return;
    emits_look(sched);
    limits_look(sched);
    rows_look(sched);
    if (sched->closing) return;
    if (timers_are_simulated(sched->timers) && !sched->alone && sched_stays(sched))
        timer_start(sched->timers, &sched->look, seam_wall_ms(sched->seam) + LOOK_SIMULATED_MS);
    sched_tell(sched);
}
