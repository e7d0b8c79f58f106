#include "store/decisions.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob       base;
    DecisionRow row;
} Append;

static bool run_append(Db *db, void *ctx, Err *err) {
    const DecisionRow *r = &((Append *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT OR REPLACE INTO decision(t, run, path, program, name, line, tier, model, chosen, why, attempts, cost, ms)"
                        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)", &s, err))
        return false;
    const Slice first[] = { r->run, r->path, r->program, r->name }, then[] = { r->tier, r->model, r->chosen, r->why, r->attempts };
    db_bind_int(s, 1, r->t);
    for (int i = 0; i < 4; i++) db_bind_text(s, 2 + i, first[i]);
    bind_some(s, 6, r->line);
    for (int i = 0; i < 5; i++) db_bind_text(s, 7 + i, then[i]);
    db_bind_int(s, 12, r->cost);
    db_bind_int(s, 13, r->ms);
    return db_finish(s, err);
}

void decisions_append(Store *store, const DecisionRow *row) {
    size_t text = row->run.len + row->path.len + row->program.len + row->name.len + row->tier.len + row->model.len
                + row->chosen.len + row->why.len + row->attempts.len;
    Append *job = store_job(sizeof *job, text, run_append);
    char *at = (char *)(job + 1);
    DecisionRow *copy = &job->row;
    *copy = *row;
    if (!copy->t) copy->t = seam_wall_ms(store->seam);
    Slice *slices[] = { &copy->run, &copy->path, &copy->program, &copy->name, &copy->tier, &copy->model, &copy->chosen, &copy->why, &copy->attempts };
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) *slices[i] = slice_keep(&at, *slices[i]);
    store_submit(store, &job->base);
}

typedef struct {
    DbJob   base;
    Slice   run, name, outcome;
    int64_t now, id;
    DecisionMarked done;
    void   *ctx;
} Mark;

static bool run_mark(Db *db, void *ctx, Err *err) {
    Mark *job = ctx;
    DbStmt *s;
    bool row;
    if (!db_prepare(db, "SELECT max(id) FROM decision WHERE run = $1 AND name = $2", &s, err)) return false;
    db_bind_text(s, 1, job->run);
    db_bind_text(s, 2, job->name);
    bool ok = db_step(s, &row, err);
    job->id = ok && row ? db_int(s, 0) : 0;
    db_release(s);
    if (!ok || !job->id) return ok;
    if (!db_prepare(db, "UPDATE decision SET outcome = $1, outcome_t = $2 WHERE id = $3", &s, err)) return false;
    db_bind_text(s, 1, job->outcome);
    db_bind_int(s, 2, job->now);
    db_bind_int(s, 3, job->id);
    return db_finish(s, err);
}

static void mark_done(void *ctx, const Err *err) {
    Mark *job = ctx;
    job->done(job->ctx, job->id, err);
    free(job);
}

void decisions_outcome(Store *store, Slice run, Slice name, Slice outcome, DecisionMarked done, void *ctx) {
    Mark *job = store_job(sizeof *job, run.len + name.len + outcome.len, run_mark);
    char *at = (char *)(job + 1);
    job->base.done = mark_done;
    job->run = slice_keep(&at, run);
    job->name = slice_keep(&at, name);
    job->outcome = slice_keep(&at, outcome);
    job->now = seam_wall_ms(store->seam);
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}
