/* Rows of the trigger table: taken by the program that declares their name, or marked with what is wrong. */
#include "base/utf8.h"
#include "store/triggers.h"
#include "work/trigger.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What is kept in memory of the rows of one job: the table has the rest. */
enum { ROWS_MOST = 256, BYTES_MOST = 4 << 20, GRACE_S = 10, SHOWN_MOST = 80 };

static void row_free(Row *row) {
    free(row->name);
    free(row->args);
    free(row->kwargs);
    free(row->uid);
    free(row->event);
    free(row->source);
    free(row->key);
    free(row);
}

static void unlink_row(Job *job, Row **at) {
    Row *row = *at;
    if (!row) return;
    *at = row->next;
    if (!*at) job->rows_end = at;
    job->row_count--;
    job->row_bytes -= row->args_text.len + row->kwargs_text.len + row->event_text.len;
    row_free(row);
}

void rows_drop(Job *job) {
    while (job->rows) unlink_row(job, &job->rows);
    job->more_rows = false;
}

static bool is_held(const Sched *sched, int64_t id) {
    for (size_t i = 0; i < sched->held_count; i++)
        if (sched->held[i] == id) return true;
    return false;
}

static void hold(Sched *sched, int64_t id) {
    if (sched->held_count == sched->held_cap) {
        sched->held_cap = sched->held_cap ? sched->held_cap * 2 : 16;
        sched->held = mem_resize(sched->held, sched->held_cap * sizeof *sched->held);
    }
    sched->held[sched->held_count++] = id;
}

void rows_release(Sched *sched, int64_t id) {
    for (size_t i = 0; i < sched->held_count; i++)
        if (sched->held[i] == id) sched->held[i] = sched->held[--sched->held_count];
}

typedef struct {
    Sched  *sched;
    int64_t id;
} Failed;

static void failed(void *context, const Err *err) {
    Failed f = *(Failed *)context;
    (void)err;
    free(context);
    f.sched->pending--;
    rows_release(f.sched, f.id);
    sched_tell(f.sched);
    sched_let_go(f.sched);
}

/* Until the mark is written the reader still sees the row as pending: it is held. */
void rows_fail(Sched *sched, Job *job, int64_t id, const char *fmt, ...) {
    char text[480];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Failed *f = mem_new(sizeof *f);
    *f = (Failed){ sched, id };
    hold(sched, id);
    sched->pending++;
    triggers_fail(sched->store, id, text);
    store_sync(sched->store, failed, f);
    sched_say(sched, "error", job, "trigger row %lld: %s", (long long)id, text);
}

/* `aios backfill`: the row stands for a slot of a schedule, which its uid names. */
static void fill_in(const Row *row, RunRow *run) {
    const char *at = row->uid ? strchr(row->uid, '@') : NULL, *due = row->event ? strchr(row->event, ':') : NULL;
    if (!row->source || strcmp(row->source, "backfill") != 0 || !at || !due) return;
    run->schedule = slice_make(row->uid, (size_t)(at - row->uid));
    run->nominal = strtoll(due + 1, NULL, 10);
}

static void claim(Job *job, const Row *row, Slice input, const char *skipped) {
    Sched *sched = job->sched;
    char number[40], cause[80];
    snprintf(number, sizeof number, "trigger/%lld", (long long)row->id);
    snprintf(cause, sizeof cause, "%.30s%strigger row %lld", row->source ? row->source : "", row->source ? ", " : "", (long long)row->id);
    Buf once;
    buf_init(&once);
    if (job->first_only) buf_printf(&once, "%s/%s!once", sched->scope, job->name);
    RunRow run = run_row(job, once.len ? buf_text(&once) : row->uid ? row->uid : number, cause, skipped ? RUN_SKIPPED : RUN_QUEUED);
    run.input = input;
    run.reason = slice_of(skipped);
    fill_in(row, &run);
    run.qkey = slice_of(row->key);
    hold(sched, row->id);
    triggers_claim(sched->store, row->id, &run, start_done, start_new(job, &run, row->id));
    buf_drop(&once);
    if (skipped) job_note(job, NULL, NULL, skipped);
}

/* Files have settled before they are rows. A row without a moment of its own does not wait. */
static int64_t settles_until(const Job *job, const Row *row) {
    bool file = row->source && !strncmp(row->source, "file.", 5);
    if (!job->limits.settle_ms || file || !isfinite(row->created) || row->created <= 0) return 0;
    return (int64_t)(row->created * 1000) + job->limits.settle_ms;
}

typedef enum { ROW_TAKEN, ROW_WAITS, ROWS_WAIT } Verdict;       /* it waits; none of the job may begin */

static void take(Job *job, Row *row, const char *skipped) {
    Buf input = { 0 };
    Err err;
    if (!row_input(row, &input, &err)) rows_fail(job->sched, job, row->id, "%s", err.text);
    else claim(job, row, buf_slice(&input), skipped ? skipped : job_take_turn(job) ? NULL : "limit");
    buf_drop(&input);
}

static JobMove move_of(Job *job, const Row *row, Overlap overlap) {
    JobMove move = job_move(overlap, job_active(job), job_room(job));
    if (overlap == OVERLAP_REPLACE && row->next && !job->limits.per_key) return JOB_SKIP;       /* it would be replaced at once */
    return move;
}

/* Its key has all the runs it may have. */
static Verdict settle_key(Job *job, Row *row, Overlap overlap) {
    if (overlap == OVERLAP_SKIP || (overlap == OVERLAP_REPLACE && row_is_outrun(row))) {
        take(job, row, "overlap");
        return ROW_TAKEN;
    }
    if (overlap == OVERLAP_REPLACE) job_cancel_key(job, row->key);
    return ROW_WAITS;
}

static Verdict settle(Job *job, Row *row) {
    Sched  *sched = job->sched;
    Overlap overlap = job_overlap(job->overlap_given, job->overlap, JOB_ROW);
    int64_t now = seam_wall_ms(sched->seam), settles = settles_until(job, row), throttled = job_throttled(job);
    bool    late = isfinite(row->created) && job_is_late(job, (int64_t)(row->created * 1000));
    const char *skip = job->disabled ? "disabled" : settles && row_is_outrun(row) ? "settled" : late ? "expired" : NULL;
    if (!skip && settles > now) {
        job_look_at(job, settles);
        return ROW_WAITS;
    }
    if (!skip && row->key && job->limits.per_key && job_active_of(job, row->key) >= job->limits.per_key) return settle_key(job, row, overlap);
    JobMove move = skip ? JOB_SKIP : move_of(job, row, overlap);
    if (move == JOB_REPLACE) job_cancel_running(job);
    if (move == JOB_HOLD || move == JOB_REPLACE) return ROWS_WAIT;
    if (move == JOB_START && throttled) {
        job_look_at(job, throttled);
        return ROWS_WAIT;
    }
    take(job, row, skip ? skip : move == JOB_SKIP ? "overlap" : NULL);
    return ROW_TAKEN;
}

/* Fair: of those that wait, the first one of the key with the fewest active runs. */
static Row **next_row(Job *job, Row **from) {
    Row  **best = from;
    size_t fewest = SIZE_MAX;
    if (!job->limits.per_key) return from;
    for (Row **at = from; *at; at = &(*at)->next) {
        size_t active = (*at)->key ? job_active_of(job, (*at)->key) : 0;
        if (active < fewest) best = at;
        if (active < fewest) fewest = active;
    }
    return best;
}

/* Looks at each once; what is taken changes who is next. */
static bool start_some(Job *job) {
    Row   **from = next_row(job, &job->rows);
    Verdict verdict = settle(job, *from);
    if (verdict == ROW_WAITS) {
        Row **at = &job->rows;
        while (*at && verdict == ROW_WAITS) {
            verdict = settle(job, *at);
            if (verdict == ROW_WAITS) at = &(*at)->next;
        }
        from = at;
    }
    if (verdict == ROW_TAKEN && !job->sched->closing) unlink_row(job, from);
    return verdict == ROW_TAKEN;
}

void rows_start(Job *job) {
    if (job->paused) return;
    while (job->rows && !job->sched->closing && start_some(job)) continue;
    if (!job->rows && job->more_rows && !job->sched->closing) {
        job->more_rows = false;
        row_watch_poke(job->sched->watch);
    }
}

static Slice keep(char **copy, Slice text) {
    *copy = text.ptr ? mem_copy(text) : NULL;
    return slice_make(*copy, text.len);
}

static void queue(Job *job, const TriggerRow *from) {
    if (job->row_count == ROWS_MOST || (job->row_count > 0 && job->row_bytes > BYTES_MOST)) {
        job->more_rows = true;
        return;
    }
    Row *row = mem_new(sizeof *row);
    row->id = from->id;
    row->created = from->created;
    row->name = mem_copy(from->job_name);
    row->args_text = keep(&row->args, from->args);
    row->kwargs_text = keep(&row->kwargs, from->kwargs);
    row->uid_text = keep(&row->uid, from->uid);
    row->event_text = keep(&row->event, from->event);
    keep(&row->source, from->source);
    row->key = row_key(job, row);
    *job->rows_end = row;
    job->rows_end = &row->next;
    job->row_count++;
    job->row_bytes += from->args.len + from->kwargs.len + from->event.len;
}

typedef struct {
    Sched *sched;
    Names *names;                       /* read when the first strange name comes */
} Look;

/* A program that is starting may still declare the name. */
static bool may_come(const Look *look, const TriggerRow *row) {
    double age = (double)seam_wall_ms(look->sched->seam) / 1000.0 - row->created;
    return row->created > 0 && isfinite(age) && fabs(age) < GRACE_S;
}

static void strange(Look *look, const TriggerRow *row) {
    Sched *sched = look->sched;
    Slice name = row->job_name;
    if (!name.ptr) {
        rows_fail(sched, NULL, row->id, "job_name is NULL; it names the job to start");
    } else if (!utf8_is_valid(name)) {
        rows_fail(sched, NULL, row->id, "job_name is not UTF-8");
    } else if (!names_know(&look->names, sched, name) && !may_come(look, row)) {
        Slice near = names_near(look->names, name), shown = utf8_clip(name, SHOWN_MOST);
        rows_fail(sched, NULL, row->id, "no program declares a job named '%.*s'%s%.*s%s", (int)shown.len, shown.ptr,
                  near.len ? "; did you mean '" : "", (int)near.len, near.ptr, near.len ? "'?" : "");
    }
}

static bool see(void *context, const TriggerRow *row) {
    Look  *look = context;
    Sched *sched = look->sched;
    if (is_held(sched, row->id) || (row->program.ptr && !slice_is(row->program, sched->program))) return true;
    Job *job = row->job_name.ptr ? sched_find(sched, row->job_name) : NULL;
    if (!job && row->job_name.ptr) job = sched_find_trigger(sched, row->job_name);
    if (!job) strange(look, row);
    else if (job->elsewhere)
        rows_fail(sched, job, row->id, "no-device: job '%s' needs tags %s, DEVICE_TAGS has '%s'", job->name, job->tags, sched->device_tags);
    else queue(job, row);
    return !sched->closing;
}

void rows_look(Sched *sched) {
    Look look = { .sched = sched };
    Err  err;
    for (Job *job = sched->jobs; job; job = job->next) rows_drop(job);
    if (!triggers_pending(store_reader(sched->store), see, &look, &err)) sched_say(sched, "error", NULL, "cannot read table triggers: %s", err.text);
    names_free(look.names);
    for (Job *job = sched->jobs; job; job = job->next) rows_start(job);
}
