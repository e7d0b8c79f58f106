#include "store/schedules.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob       base;
    ScheduleRow row;
} Change;

static bool run_declare(Db *db, void *ctx, Err *err) {
    const ScheduleRow *r = &((Change *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO schedule(id, name, program, spec, tz, overlap, catchup, dst, jitter, paused, anchor, next, last)"
                        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT(id) DO UPDATE SET name = excluded.name,"
                        " program = excluded.program, overlap = excluded.overlap, catchup = excluded.catchup, dst = excluded.dst,"
                        " jitter = excluded.jitter,"
                        " next = CASE WHEN coalesce(schedule.spec, '') <> coalesce(excluded.spec, '')"
                        " OR coalesce(schedule.tz, '') <> coalesce(excluded.tz, '') THEN excluded.next"
                        " ELSE schedule.next END, spec = excluded.spec, tz = excluded.tz", &s, err))
        return false;
    db_bind_text(s, 1, r->id);
    db_bind_text(s, 2, r->name);
    db_bind_text(s, 3, r->program);
    db_bind_text(s, 4, r->spec);
    db_bind_text(s, 5, r->tz);
    db_bind_int(s, 6, r->overlap);
    db_bind_int(s, 7, r->catchup);
    db_bind_int(s, 8, r->dst);
    db_bind_int(s, 9, r->jitter);
    db_bind_int(s, 10, r->paused);
    bind_some(s, 11, r->anchor);
    bind_some(s, 12, r->next);
    bind_some(s, 13, r->last);
    return db_finish(s, err);
}

static bool run_set_next(Db *db, void *ctx, Err *err) {
    const ScheduleRow *r = &((Change *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE schedule SET next = $1, anchor = coalesce($2, anchor) WHERE id = $3", &s, err)) return false;
    bind_some(s, 1, r->next);
    bind_some(s, 2, r->anchor);
    db_bind_text(s, 3, r->id);
    return db_finish(s, err);
}

static bool run_set_paused(Db *db, void *ctx, Err *err) {
    const ScheduleRow *r = &((Change *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE schedule SET paused = $1 WHERE id = $2", &s, err)) return false;
    db_bind_int(s, 1, r->paused);
    db_bind_text(s, 2, r->id);
    return db_finish(s, err);
}

static void submit(Store *store, const ScheduleRow *row, StoreRun run) {
    size_t text = row->id.len + row->name.len + row->program.len + row->spec.len + row->tz.len;
    Change *job = store_job(sizeof *job, text, run);
    char *at = (char *)(job + 1);
    job->row = *row;
    job->row.id = slice_keep(&at, row->id);
    job->row.name = slice_keep(&at, row->name);
    job->row.program = slice_keep(&at, row->program);
    job->row.spec = slice_keep(&at, row->spec);
    job->row.tz = slice_keep(&at, row->tz);
    store_submit(store, &job->base);
}

void schedules_declare(Store *store, const ScheduleRow *row) { submit(store, row, run_declare); }

void schedules_set_next(Store *store, Slice id, int64_t next, int64_t anchor) {
    submit(store, &(ScheduleRow){ .id = id, .next = next, .anchor = anchor }, run_set_next);
}

void schedules_set_paused(Store *store, Slice id, bool paused) {
    submit(store, &(ScheduleRow){ .id = id, .paused = paused }, run_set_paused);
}

bool schedules_each(Db *db, Slice program, ScheduleEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT id, name, program, spec, tz, overlap, catchup, dst, jitter, paused, anchor, next, last"
                        " FROM schedule WHERE program = $1 ORDER BY id", &s, err))
        return false;
    db_bind_text(s, 1, program);
    while ((ok = db_step(s, &more, err)) && more) {
        ScheduleRow row = {
            .id = db_text(s, 0), .name = db_text(s, 1), .program = db_text(s, 2), .spec = db_text(s, 3), .tz = db_text(s, 4),
            .overlap = (int)db_int(s, 5), .catchup = (int)db_int(s, 6), .dst = (int)db_int(s, 7), .jitter = db_int(s, 8),
            .paused = db_int(s, 9) != 0, .anchor = db_int(s, 10), .next = db_int(s, 11), .last = db_int(s, 12),
        };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}

typedef struct {
    DbJob        base;
    Slice        id;
    int64_t      nominal, next;
    RunRow       run;
    RunStart     start;
    RunStartDone done;
    void        *ctx;
} Fire;

/* A slot fired late by another process must not move `last` and `next` backwards. */
static bool run_fire(Db *db, void *ctx, Err *err) {
    Fire *job = ctx;
    DbStmt *s;
    if (!runs_insert(db, &job->run, &job->start, err)) return false;
    if (!db_prepare(db, "UPDATE schedule SET last = $1, next = $2 WHERE id = $3 AND coalesce(last, 0) <= $4", &s, err)) return false;
    db_bind_int(s, 1, job->nominal);
    bind_some(s, 2, job->next);
    db_bind_text(s, 3, job->id);
    db_bind_int(s, 4, job->nominal);
    return db_finish(s, err);
}

static void fire_done(void *ctx, const Err *err) {
    Fire *job = ctx;
    if (job->done) job->done(job->ctx, err ? NULL : &job->start, err);
    free(job);
}

void schedules_fire(Store *store, Slice id, int64_t nominal, int64_t next, const RunRow *run, RunStartDone done, void *ctx) {
    Fire *job = store_job(sizeof *job, id.len + runs_size(run), run_fire);
    char *at = (char *)(job + 1);
    job->id = slice_keep(&at, id);
    runs_copy(run, &job->run, at);
    job->base.done = fire_done;
    job->base.guarded = true;
    job->nominal = nominal;
    job->next = next;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}
