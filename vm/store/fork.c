#include "store/fork.h"
#include "store/audit.h"
#include "store/blob.h"
#include "store/code.h"
#include "store/store_parts.h"
#include <stdlib.h>

/* ------------------------------------------------------------------ which rows */
static bool is_below(Slice path, Slice step) {
    return path.len > step.len && memcmp(path.ptr, step.ptr, step.len) == 0 && (path.ptr[step.len] == '/' || path.ptr[step.len] == '.' || path.ptr[step.len] == '@');
}

static bool is_path(const JournalRow *row, Slice step) {
    Slice path = row->path;
    if (path.len && path.ptr[0] == '/' && step.len && step.ptr[0] != '/') path = slice_make(path.ptr + 1, path.len - 1);
    return slice_eq(path, step);
}

/* The path of the only step with that name; len 0: none; several: false. */
static bool path_by_name(const JournalLoad *past, Slice name, Slice *path) {
    *path = slice_make(NULL, 0);
    for (size_t i = 0; i < past->count; i++) {
        const JournalRow *row = &past->rows[i];
        if (row->kind == ENTRY_CLOCK || !slice_eq(row->name, name)) continue;
        if (path->len && !slice_eq(*path, row->path)) return false;
        *path = row->path;
    }
    return true;
}

bool fork_place(const JournalLoad *past, Slice step, ForkPlace *out, Err *err) {
    Slice path = slice_make(NULL, 0);
    for (size_t i = 0; i < past->count && !path.len; i++)
        if (past->rows[i].kind != ENTRY_CLOCK && is_path(&past->rows[i], step)) path = past->rows[i].path;
    if (!path.len && !path_by_name(past, step, &path))
        return err_set(err, "invalid", "there are several steps called %.*s; say which one by its path", (int)step.len, step.ptr);
    if (!path.len) return err_set(err, "not_found", "the run has recorded no step %.*s", (int)step.len, step.ptr);
    *out = (ForkPlace){ past->count, 0 };
    for (size_t i = 0; i < past->count; i++) {
        const JournalRow *row = &past->rows[i];
        bool own = slice_eq(row->path, path);
        if ((own || is_below(row->path, path)) && out->begin == past->count) out->begin = i;
        if (own && row->kind == ENTRY_RESULT) out->end = i + 1;
    }
    if (!out->end) out->end = out->begin;
    return true;
}

/* ------------------------------------------------------------------ another run */
typedef struct {
    DbJob   base;
    const ForkWish *wish;
    RunRow  row;
    RunStart start;
    int64_t now;
} Fork;

static bool has_result(const JournalLoad *past, size_t rows, Slice path) {
    for (size_t i = 0; i < rows; i++)
        if (past->rows[i].kind == ENTRY_RESULT && slice_eq(past->rows[i].path, path)) return true;
    return false;
}

static bool is_shared(const ForkWish *wish, const JournalRow *row) {
    if (row->kind != ENTRY_INTENT && row->kind != ENTRY_RETRY) return true;
    return has_result(wish->past, wish->rows, row->path);
}

static const char COPY[] =
    "INSERT INTO journal(run, seq, kind, path, name, ver, ahash, line, status, attempt, t, dur, epoch, out, big, cost)"
    " SELECT $1, $2, kind, path, name, ver, ahash, line, status, attempt, t, dur, epoch, out, big, cost FROM journal WHERE run = $3 AND seq = $4";

static bool copy_row(Db *db, const Fork *job, int64_t seq, const JournalRow *row, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, COPY, &s, err)) return false;
    db_bind_int(s, 1, job->row.id);
    db_bind_int(s, 2, seq);
    db_bind_int(s, 3, job->wish->run->id);
    db_bind_int(s, 4, row->seq);
    if (!db_finish(s, err)) return false;
    return db_changes(db) == 1 || err_set(err, "invalid", "the record of the run has changed meanwhile");
}

static bool set_value(Db *db, const Fork *job, int64_t seq, Slice value, Err *err) {
    unsigned char hash[HASH_SIZE];
    DbStmt *s;
    if (!db_prepare(db, "UPDATE journal SET status = 0, out = $1, big = $2 WHERE run = $3 AND seq = $4", &s, err)) return false;
    db_bind_int(s, 3, job->row.id);
    db_bind_int(s, 4, seq);
    return blob_bind(db, s, 1, 2, value, hash, err) && db_finish(s, err);
}

static bool copy_rows(Db *db, const Fork *job, Err *err) {
    const ForkWish *wish = job->wish;
    int64_t seq = 0;
    for (size_t i = 0; i < wish->rows; i++) {
        if (!is_shared(wish, &wish->past->rows[i])) continue;
        if (!copy_row(db, job, ++seq, &wish->past->rows[i], err)) return false;
        for (size_t k = 0; k < wish->set_count; k++)
            if (wish->sets[k].row == i && !set_value(db, job, seq, wish->sets[k].value, err)) return false;
    }
    return true;
}

static bool run_fork(Db *db, void *ctx, Err *err) {
    Fork *job = ctx;
    const ForkWish *wish = job->wish;
    if (!runs_insert(db, &job->row, &job->start, err)) return false;
    if (job->start.existed) return err_set(err, "exists", "there is a run %.*s already", (int)wish->uid.len, wish->uid.ptr);
    if (wish->source.ptr && !code_insert(db, job->row.code, job->row.program, wish->source, job->now, err)) return false;
    return copy_rows(db, job, err);
}

bool fork_run(Store *store, const ForkWish *wish, Err *err) {
    const RunRow *old = wish->run;
    Fork job = { .base = { .run = run_fork, .ctx = &job, .bytes = 1 << 20, .guarded = true }, .wish = wish, .now = seam_wall_ms(store->seam) };
    job.row = (RunRow){ .id = runs_new_id(store), .uid = wish->uid, .program = old->program, .name = old->name, .engine = old->engine,
                        .state = RUN_QUEUED, .seed = old->seed, .cause = wish->cause, .input = old->input, .queue = old->queue, .qkey = old->qkey,
                        .prio = old->prio, .parent = old->parent, .prev = old->prev, .forked_from = old->id,
                        .forked_seq = wish->rows ? wish->past->rows[wish->rows - 1].seq : 0, .nominal = old->nominal, .created = job.now };
    memcpy(job.row.code, old->code, HASH_SIZE);
    if (wish->source.ptr) hash_bytes(wish->source, job.row.code);
    return store_write_now(store, &job.base, err);
}

/* ------------------------------------------------------------------ the run itself */
typedef struct {
    DbJob   base;
    int64_t id, from_seq, now;
    bool    done;
} Truncate;

static bool run_truncate(Db *db, void *ctx, Err *err) {
    Truncate *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET state = 1, wake = $1, finished = NULL, error = NULL, error_big = NULL, reason = 'a person took it back'"
                        " WHERE id = $2 AND state IN (4, 5, 8) AND undone = 0", &s, err))
        return false;
    db_bind_int(s, 1, job->now);
    db_bind_int(s, 2, job->id);
    if (!db_finish(s, err)) return false;
    job->done = db_changes(db) == 1;
    if (!job->done) return true;
    if (!db_prepare(db, "DELETE FROM journal WHERE run = $1 AND seq >= $2", &s, err)) return false;
    db_bind_int(s, 1, job->id);
    db_bind_int(s, 2, job->from_seq);
    return db_finish(s, err);
}

bool fork_truncate(Store *store, const RunRow *run, const JournalLoad *past, size_t rows, bool *done, Err *err) {
    int64_t seq = rows < past->count ? past->rows[rows].seq : INT64_MAX;
    Truncate job = { .base = { .run = run_truncate, .ctx = &job, .bytes = sizeof job }, .id = run->id, .from_seq = seq, .now = seam_wall_ms(store->seam) };
    Buf reason = { 0 };
    if (!store_write_now(store, &job.base, err)) return false;
    *done = job.done;
    buf_printf(&reason, "a person took it back: %zu of %zu rows of its record are forgotten", past->count - rows, past->count);
    AuditRow row = { .run = run->uid, .program = run->program, .path = rows < past->count ? past->rows[rows].path : slice_make(NULL, 0),
                     .tool = slice_of("runs.truncate"), .args = run->error, .decision = slice_of("settle"), .reason = buf_slice(&reason) };
    if (job.done) audit_append(store, &row);
    buf_drop(&reason);
    return true;
}

/* ------------------------------------------------------------------ another text */
typedef struct {
    DbJob   base;
    const RunRow *run;
    Slice   source;
    int64_t now;
    bool    done;
} MoveText;

static bool run_move_text(Db *db, void *ctx, Err *err) {
    MoveText *job = ctx;
    unsigned char hash[HASH_SIZE];
    DbStmt *s;
    hash_bytes(job->source, hash);
    if (!db_prepare(db, "UPDATE run SET code = $1, state = CASE state WHEN 5 THEN 1 ELSE state END WHERE id = $2 AND state < 7", &s, err)) return false;
    db_bind_blob(s, 1, slice_make(hash, HASH_SIZE));
    db_bind_int(s, 2, job->run->id);
    if (!db_finish(s, err)) return false;
    job->done = db_changes(db) == 1;
    return !job->done || code_insert(db, hash, job->run->program, job->source, job->now, err);
}

bool fork_move(Store *store, const RunRow *run, Slice source, bool *done, Err *err) {
    MoveText job = { .base = { .run = run_move_text, .ctx = &job, .bytes = source.len }, .run = run, .source = source, .now = seam_wall_ms(store->seam) };
    if (!store_write_now(store, &job.base, err)) return false;
    *done = job.done;
    AuditRow row = { .run = run->uid, .program = run->program, .tool = slice_of("runs.upgrade"), .decision = slice_of("settle"),
                     .reason = slice_of("a person let it follow another text of its program") };
    if (job.done) audit_append(store, &row);
    return true;
}
