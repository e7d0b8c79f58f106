#include "store/jobs.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob  base;
    JobRow row;
} Declare;

static bool run_declare(Db *db, void *ctx, Err *err) {
    const JobRow *r = &((Declare *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO jobs(job_name, status, last_update, program, title, kind, spec, line)"
                        " VALUES($1, 'idle', $2, $3, $4, $5, $6, $7) ON CONFLICT(job_name) DO UPDATE SET program = excluded.program,"
                        " title = excluded.title, kind = excluded.kind, spec = excluded.spec, line = excluded.line", &s, err))
        return false;
    db_bind_text(s, 1, r->job_name);
    db_bind_real(s, 2, r->last_update);
    db_bind_text(s, 3, r->program);
    db_bind_text(s, 4, r->title);
    db_bind_text(s, 5, r->kind);
    db_bind_text(s, 6, r->spec);
    bind_some(s, 7, r->line);
    return db_finish(s, err);
}

void jobs_declare(Store *store, const JobRow *row) {
    size_t text = row->job_name.len + row->program.len + row->title.len + row->kind.len + row->spec.len;
    Declare *job = store_job(sizeof *job, text, run_declare);
    char *at = (char *)(job + 1);
    job->row = (JobRow){
        .job_name = slice_keep(&at, row->job_name), .program = slice_keep(&at, row->program),
        .title = slice_keep(&at, row->title), .kind = slice_keep(&at, row->kind), .spec = slice_keep(&at, row->spec),
        .line = row->line, .last_update = (double)seam_wall_ms(store->seam) / 1000.0,
    };
    store_submit(store, &job->base);
}

typedef struct {
    DbJob     base;
    JobStatus status;
    double    now;
} SetStatus;

static bool run_set_status(Db *db, void *ctx, Err *err) {
    SetStatus *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE jobs SET status = $1, device = $2, last_update = $3, last_run = coalesce($4, last_run),"
                        " last_reason = coalesce($5, last_reason) WHERE job_name = $6", &s, err))
        return false;
    db_bind_text(s, 1, job->status.status);
    db_bind_text(s, 2, job->status.device);
    db_bind_real(s, 3, job->now);
    db_bind_text(s, 4, job->status.run);
    db_bind_text(s, 5, job->status.reason);
    db_bind_text(s, 6, job->status.job_name);
    return db_finish(s, err);
}

void jobs_set_status(Store *store, const JobStatus *status) {
    size_t text = status->job_name.len + status->status.len + status->device.len + status->run.len + status->reason.len;
    SetStatus *job = store_job(sizeof *job, text, run_set_status);
    char *at = (char *)(job + 1);
    job->status = (JobStatus){
        .job_name = slice_keep(&at, status->job_name), .status = slice_keep(&at, status->status),
        .device = slice_keep(&at, status->device), .run = slice_keep(&at, status->run), .reason = slice_keep(&at, status->reason),
    };
    job->now = (double)seam_wall_ms(store->seam) / 1000.0;
    store_submit(store, &job->base);
}

/* ------------------------------------------------------------------ what people say of them */
static const char MARKS[] = "jobs.marks";

typedef struct {
    DbJob     base;
    Slice     name;
    JobMark   mark;
    bool      found;
    StoreDone done;
    void     *ctx;
} Mark;

static bool run_mark(Db *db, void *ctx, Err *err) {
    static const char *const SET[] = {
        [JOB_ENABLE] = "UPDATE jobs SET enabled = 1 WHERE job_name = $1", [JOB_DISABLE] = "UPDATE jobs SET enabled = 0 WHERE job_name = $1",
        [JOB_PAUSE] = "UPDATE jobs SET paused = 1 WHERE job_name = $1", [JOB_RESUME] = "UPDATE jobs SET paused = 0 WHERE job_name = $1",
    };
    Mark   *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, SET[job->mark], &s, err)) return false;
    db_bind_text(s, 1, job->name);
    if (!db_finish(s, err)) return false;
    job->found = db_changes(db) > 0;
    if (!db_prepare(db, "INSERT INTO meta(k, v) VALUES($1, 1) ON CONFLICT(k) DO UPDATE SET v = v + 1", &s, err)) return false;
    db_bind_text(s, 1, slice_of(MARKS));
    return db_finish(s, err);
}

static void marked(void *ctx, const Err *failed) {
    Mark *job = ctx;
    Err   err;
    if (!failed && !job->found) err_set(&err, "not_found", "no program that ran on this database declares a workflow named '%.*s'", (int)job->name.len, job->name.ptr);
    job->done(job->ctx, failed ? failed : job->found ? NULL : &err);
    free(job);
}

void jobs_mark(Store *store, Slice job_name, JobMark mark, StoreDone done, void *ctx) {
    Mark *job = store_job(sizeof *job, job_name.len, run_mark);
    char *at = (char *)(job + 1);
    job->name = slice_keep(&at, job_name);
    job->mark = mark;
    job->done = done;
    job->ctx = ctx;
    job->base.done = marked;
    store_submit(store, &job->base);
}

bool jobs_marks(Db *db, int64_t *out, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT v FROM meta WHERE k = $1", &s, err)) return false;
    db_bind_text(s, 1, slice_of(MARKS));
    bool ok = db_step(s, &found, err);
    *out = ok && found ? db_int(s, 0) : 0;
    db_release(s);
    return ok;
}

bool jobs_each(Db *db, Slice program, JobEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT job_name, program, title, kind, spec, line, status, device, last_run, last_reason, last_update, enabled, paused"
                        " FROM jobs WHERE program = coalesce($1, program) ORDER BY job_name", &s, err))
        return false;
    db_bind_text(s, 1, program);
    while ((ok = db_step(s, &more, err)) && more) {
        JobRow row = {
            .job_name = db_text(s, 0), .program = db_text(s, 1), .title = db_text(s, 2), .kind = db_text(s, 3), .spec = db_text(s, 4),
            .line = (int)db_int(s, 5), .status = db_text(s, 6), .device = db_text(s, 7), .last_run = db_text(s, 8),
            .last_reason = db_text(s, 9), .last_update = db_real(s, 10), .enabled = db_int(s, 11) != 0, .paused = db_int(s, 12) != 0,
        };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}
