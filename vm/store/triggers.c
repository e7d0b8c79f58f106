#include "store/triggers.h"
#include "store/store_parts.h"
#include <stdlib.h>

bool triggers_pending(Db *db, TriggerEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT id, job_name, args, kwargs, created, uid, event, source, program FROM triggers"
                        " WHERE processed IS NULL ORDER BY id", &s, err))
        return false;
    while ((ok = db_step(s, &more, err)) && more) {
        TriggerRow row = { .id = db_int(s, 0), .job_name = db_text(s, 1), .args = db_text(s, 2), .kwargs = db_text(s, 3),
                           .created = db_real(s, 4), .uid = db_text(s, 5),
                           .event = db_text(s, 6), .source = db_text(s, 7), .program = db_text(s, 8) };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}

/* Marks a pending row; db_changes tells whether it was still pending. */
static bool mark(Db *db, int64_t id, int64_t now, Slice run, Slice error, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE triggers SET processed = $1, run = $2, error = $3"
                        " WHERE id = $4 AND processed IS NULL", &s, err))
        return false;
    db_bind_real(s, 1, (double)now / 1000.0);
    db_bind_text(s, 2, run);
    db_bind_text(s, 3, error);
    db_bind_int(s, 4, id);
    return db_finish(s, err);
}

typedef struct {
    DbJob        base;
    int64_t      id, now;
    RunRow       run;
    RunStart     start;
    RunStartDone done;
    void        *ctx;
} Claim;

static bool run_claim(Db *db, void *ctx, Err *err) {
    Claim *job = ctx;
    if (!mark(db, job->id, job->now, job->run.uid, (Slice){ 0 }, err)) return false;
    if (db_changes(db) == 1) return runs_insert(db, &job->run, &job->start, err);
    job->start = (RunStart){ .lost = true };
    return true;
}

static void claim_done(void *ctx, const Err *err) {
    Claim *job = ctx;
    if (job->done) job->done(job->ctx, err ? NULL : &job->start, err);
    free(job);
}

/* Guarded: when the run cannot be made the row stays pending. */
void triggers_claim(Store *store, int64_t id, const RunRow *run, RunStartDone done, void *ctx) {
    Claim *job = store_job(sizeof *job, runs_size(run), run_claim);
    runs_copy(run, &job->run, (char *)(job + 1));
    job->base.done = claim_done;
    job->base.guarded = true;
    job->id = id;
    job->now = seam_wall_ms(store->seam);
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

typedef struct {
    DbJob   base;
    int64_t id, now;
    Slice   text;
} Fail;

static bool run_fail(Db *db, void *ctx, Err *err) {
    Fail *job = ctx;
    return mark(db, job->id, job->now, (Slice){ 0 }, job->text, err);
}

void triggers_fail(Store *store, int64_t id, const char *text) {
    Fail *job = store_job(sizeof *job, strlen(text), run_fail);
    char *at = (char *)(job + 1);
    job->id = id;
    job->now = seam_wall_ms(store->seam);
    job->text = slice_keep(&at, slice_of(text));
    store_submit(store, &job->base);
}

typedef struct {
    DbJob        base;
    TriggerRow   row;
    int64_t      now, id;
    bool         fresh;
    TriggerAdded added;
    TriggerDone  done;
    void        *ctx;
} Insert;

static bool find_uid(Db *db, Insert *job, Err *err) {
    DbStmt *s;
    bool more;
    if (!db_prepare(db, "SELECT id FROM triggers WHERE uid = $1", &s, err)) return false;
    db_bind_text(s, 1, job->row.uid);
    bool ok = db_step(s, &more, err);
    if (ok && more) job->id = db_int(s, 0);
    db_release(s);
    return ok;
}

static bool run_insert(Db *db, void *ctx, Err *err) {
    Insert *job = ctx;
    const TriggerRow *row = &job->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO triggers(job_name, args, kwargs, created, uid, event, source, program)"
                        " VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING", &s, err))
        return false;
    db_bind_text(s, 1, row->job_name);
    db_bind_text(s, 2, row->args);
    db_bind_text(s, 3, row->kwargs);
    db_bind_real(s, 4, (double)job->now / 1000.0);
    db_bind_text(s, 5, row->uid);
    db_bind_text(s, 6, row->event);
    db_bind_text(s, 7, row->source);
    db_bind_text(s, 8, row->program);
    if (!db_finish(s, err)) return false;
    if (db_changes(db) == 0) return find_uid(db, job, err);
    job->fresh = true;
    job->id = db_last_id(db);
    return true;
}

static void insert_done(void *ctx, const Err *err) {
    Insert *job = ctx;
    if (job->added) job->added(job->ctx, err ? 0 : job->id, job->fresh, err);
    if (job->done) job->done(job->ctx, err ? 0 : job->id, err);
    free(job);
}

static Insert *insert_new(Store *store, const TriggerRow *row, void *ctx) {
    size_t text = row->job_name.len + row->args.len + row->kwargs.len + row->uid.len + row->event.len + row->source.len + row->program.len;
    Insert *job = store_job(sizeof *job, text, run_insert);
    char *at = (char *)(job + 1);
    job->row.job_name = slice_keep(&at, row->job_name);
    job->row.args = slice_keep(&at, row->args);
    job->row.kwargs = slice_keep(&at, row->kwargs);
    job->row.uid = slice_keep(&at, row->uid);
    job->row.event = slice_keep(&at, row->event);
    job->row.source = slice_keep(&at, row->source);
    job->row.program = slice_keep(&at, row->program);
    job->base.done = insert_done;
    job->now = seam_wall_ms(store->seam);
    job->ctx = ctx;
    return job;
}

void triggers_insert(Store *store, Slice job_name, Slice args, Slice kwargs, Slice uid, TriggerDone done, void *ctx) {
    Insert *job = insert_new(store, &(TriggerRow){ .job_name = job_name, .args = args, .kwargs = kwargs, .uid = uid }, ctx);
    job->done = done;
    store_submit(store, &job->base);
}

void triggers_add(Store *store, const TriggerRow *row, TriggerAdded done, void *ctx) {
    Insert *job = insert_new(store, row, ctx);
    job->added = done;
    store_submit(store, &job->base);
}

bool triggers_event(Db *db, int64_t id, Buf *out, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT event FROM triggers WHERE id = $1", &s, err)) return false;
    db_bind_int(s, 1, id);
    bool ok = db_step(s, &found, err);
    if (ok && found) buf_add_slice(out, db_text(s, 0));
    db_release(s);
    return ok && (found || err_set(err, "not_found", "there is no row %lld", (long long)id));
}
