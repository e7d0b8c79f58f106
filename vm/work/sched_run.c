/* Runs of a job, from being written to their end. */
#include "store/jobs.h"
#include "work/sched_parts.h"
#include "work/trigger.h"
#include <stdlib.h>

size_t job_active(const Job *job) { return job->running_count + job->starting; }

void job_note(Job *job, const char *status, const char *run, const char *reason) {
    Sched *sched = job->sched;
    if (status) job->status = status;
    jobs_set_status(sched->store, &(JobStatus){
        .job_name = slice_of(job->name), .status = slice_of(job->status), .device = slice_of(sched->device),
        .run = slice_of(run), .reason = slice_of(reason) });
}

/* The seed's words for table `jobs`: running, completed, failed. */
const char *status_word(RunState state) {
    if (state < RUN_PAUSED) return "running";
    return state == RUN_DONE || state == RUN_CONTINUED ? "completed" : "failed";
}

const char *status_reason(RunState state) {
    switch (state) {
    case RUN_PAUSED: return "paused";
    case RUN_DIVERGED: return "diverged";
    case RUN_IN_DOUBT: return "in_doubt";
    case RUN_DONE: return "done";
    case RUN_FAILED: return "failed";
    case RUN_CANCELLED: return "cancelled";
    case RUN_CONTINUED: return "continued";
    case RUN_SKIPPED: return "skipped";
    default: return "unfinished";
    }
}

static size_t running_place(const Job *job, int64_t id) {
    size_t i = 0;
    while (i < job->running_count && job->running[i].id != id) i++;
    return i;
}

/* The key of a run that began before is in its row. */
static char *key_of(const Job *job, int64_t id) {
    RunRow *row;
    Err     ignored;
    char   *key = NULL;
    if (!job->key_path || !runs_find_id(store_reader(job->sched->store), id, &row, &ignored)) return NULL;
    if (row->qkey.ptr) key = mem_copy(row->qkey);
    free(row);
    return key;
}

static void running_add(Job *job, int64_t id) {
    if (running_place(job, id) < job->running_count) return;
    if (job->running_count == job->running_cap) {
        job->running_cap = job->running_cap ? job->running_cap * 2 : 4;
        job->running = mem_resize(job->running, job->running_cap * sizeof *job->running);
    }
    job->running[job->running_count++] = (Running){ .id = id, .key = key_of(job, id) };
    job->up_since_ms = seam_mono_us(job->sched->seam) / 1000;
}

/* `cancel` may end a run at once and so change the list: each is asked for by place, from the end. */
void job_cancel_running(Job *job) {
    Sched *sched = job->sched;
    if (job->replacing || job->running_count == 0) return;
    job->replacing = true;
    for (size_t i = job->running_count; i-- > 0 && !sched->closing;)
        if (i < job->running_count) sched->hooks.cancel(sched->hooks.context, job->running[i].id);
}

void job_cancel_key(Job *job, const char *key) {
    Sched *sched = job->sched;
    for (size_t i = job->running_count; i-- > 0 && !sched->closing;) {
        if (i >= job->running_count || job->running[i].told || !job->running[i].key || strcmp(job->running[i].key, key) != 0) continue;
        job->running[i].told = true;
        sched->hooks.cancel(sched->hooks.context, job->running[i].id);
    }
}

RunRow run_row(Job *job, const char *uid, const char *cause, RunState state) {
    Sched   *sched = job->sched;
    uint64_t seed;
    int64_t  now = seam_wall_ms(sched->seam);
    seam_random(sched->seam, &seed, sizeof seed);
    RunRow row = {
        .id = runs_new_id(sched->store), .uid = slice_of(uid), .program = slice_of(sched->program), .name = slice_of(job->name),
        .engine = 1, .state = state, .seed = (int64_t)(seed >> 1), .cause = slice_of(cause), .prio = job->priority, .parent = sched->load_run, .created = now,
        .finished = state == RUN_SKIPPED ? now : 0,
    };
    memcpy(row.code, sched->code, HASH_SIZE);
    return row;
}

Start *start_new(Job *job, const RunRow *row, int64_t trigger) {
    Start *start = mem_new(sizeof *start);
    *start = (Start){ .job = job, .sched = job->sched, .next = job->starts, .trigger = trigger, .key = row->qkey.ptr ? mem_copy(row->qkey) : NULL, .uid = mem_copy(row->uid), .reason = row->reason.ptr ? mem_copy(row->reason) : NULL, .runs = row->state == RUN_QUEUED };
    if (start->runs) job->starting++;
    if (start->runs && !sched_is_idle_cause(row->cause)) idle_stir(job->sched);
    job->starts = start;
    job->sched->pending++;
    return start;
}

static void begun(Job *job, const Start *start, int64_t id) {
    Sched *sched = job->sched;
    running_add(job, id);
    job_note(job, "running", start->uid, NULL);
    webs_begun(sched, start->trigger, id);
    sched->hooks.start(sched->hooks.context, id);
}

static void take_result(const Start *start, const RunStart *result, const Err *err) {
    Sched *sched = start->sched;
    Job   *job = start->job;
    if (start->trigger) rows_release(sched, start->trigger);
    if (err && start->trigger) rows_fail(sched, job, start->trigger, "its run could not be written: %s", err->text);
    else if (err) sched_say(sched, "error", job, "the run %s could not be written: %s", start->uid, err->text);
    else if (result->lost) return;
    else if (!start->runs) webs_skipped(sched, start->trigger, start->reason);
    else if (!result->existed && start->runs) begun(job, start, result->id);
    else if (result->existed && start->always) always_again(job);
    else if (result->existed && start->trigger)
        sched_say(sched, "info", job, "trigger row %lld asks for run %s, which is there already", (long long)start->trigger, start->uid);
}

void start_done(void *context, const RunStart *result, const Err *err) {
    Start *start = context;
    Sched *sched = start->sched;
    Job   *job = start->job;
    sched->pending--;
    if (start->runs) job->starting--;
    Start **at = &job->starts;
    while (*at != start) at = &(*at)->next;
    *at = start->next;
    if (!sched->closing) {
        take_result(start, result, err);
        job_settle(job);
        sched_tell(sched);
    }
    free(start->uid);
    free(start->key);
    free(start->reason);
    free(start);
    sched_let_go(sched);
}

/* Slots first: their time has come, rows wait as long as they must. */
void job_settle(Job *job) {
    Sched *sched = job->sched;
    if (sched->closing || !sched->begun) return;
    if (job->running_count == 0) job->replacing = false;
    size_t room = job_room(job) ? job_room(job) : 1;
    while (job_active(job) < room && time_start_waiting(job)) continue;
    rows_start(job);
}

void sched_run_began(Sched *sched, Slice name, int64_t run_id) {
    Job *job = sched_find(sched, name);
    if (!job || sched->closing) return;
    running_add(job, run_id);
    if (sched->begun && strcmp(job->status, "running") != 0) job_note(job, "running", NULL, NULL);
}

void sched_run_ended(Sched *sched, Slice name, int64_t run_id, RunState state) {
    Job *job = sched_find(sched, name);
    if (!job || sched->closing) return;
    size_t place = running_place(job, run_id);
    if (place == job->running_count) return;
    free(job->running[place].key);
    job->running[place] = job->running[--job->running_count];
    if (!sched->begun) return;
    job_note(job, job->running_count ? "running" : status_word(state), NULL, status_reason(state));
    if (job->always && job_active(job) == 0) always_ended(job, state);
    job_settle(job);
    webs_ended(sched, run_id);
    emits_soon(sched);
    sched_tell(sched);
}
