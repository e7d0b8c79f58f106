#include "store/limits.h"
#include "store/store_parts.h"

typedef struct {
    DbJob    base;
    LimitRow row;
} Put;

static void bind_said(DbStmt *s, int n, int64_t value) {
    if (value < 0) db_bind_null(s, n);
    else db_bind_int(s, n, value);
}

static bool run_put(Db *db, void *ctx, Err *err) {
    const LimitRow *r = &((Put *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT OR REPLACE INTO aios_limit(program, job, is_set, at_once, per_key, settle_ms, start_ms, key, rates, throttles)"
                        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", &s, err))
        return false;
    db_bind_text(s, 1, r->program);
    db_bind_text(s, 2, r->job);
    db_bind_int(s, 3, r->is_set);
    bind_said(s, 4, r->at_once);
    bind_said(s, 5, r->per_key);
    bind_said(s, 6, r->settle_ms);
    bind_said(s, 7, r->start_ms);
    db_bind_text(s, 8, r->key);
    db_bind_text(s, 9, r->rates);
    db_bind_text(s, 10, r->throttles);
    return db_finish(s, err);
}

static bool run_clear(Db *db, void *ctx, Err *err) {
    const LimitRow *r = &((Put *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM aios_limit WHERE program = $1 AND job = $2 AND is_set = 1", &s, err)) return false;
    db_bind_text(s, 1, r->program);
    db_bind_text(s, 2, r->job);
    return db_finish(s, err);
}

static void submit(Store *store, const LimitRow *row, StoreRun run) {
    Put  *job = store_job(sizeof *job, row->program.len + row->job.len + row->key.len + row->rates.len + row->throttles.len, run);
    char *at = (char *)(job + 1);
    job->row = *row;
    job->row.program = slice_keep(&at, row->program);
    job->row.job = slice_keep(&at, row->job);
    job->row.key = slice_keep(&at, row->key);
    job->row.rates = slice_keep(&at, row->rates);
    job->row.throttles = slice_keep(&at, row->throttles);
    store_submit(store, &job->base);
}

void limits_put(Store *store, const LimitRow *row) { submit(store, row, run_put); }

void limits_clear(Store *store, Slice program, Slice job) { submit(store, &(LimitRow){ .program = program, .job = job }, run_clear); }

static int64_t said(DbStmt *s, int column) { return db_is_null(s, column) ? -1 : db_int(s, column); }

bool limits_each(Db *db, Slice program, bool is_set, LimitEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT program, job, is_set, at_once, per_key, settle_ms, start_ms, key, rates, throttles FROM aios_limit"
                        " WHERE program = $1 AND is_set = $2 ORDER BY job", &s, err))
        return false;
    db_bind_text(s, 1, program);
    db_bind_int(s, 2, is_set);
    while ((ok = db_step(s, &more, err)) && more) {
        LimitRow row = { .program = db_text(s, 0), .job = db_text(s, 1), .is_set = db_int(s, 2) != 0, .at_once = said(s, 3), .per_key = said(s, 4),
                         .settle_ms = said(s, 5), .start_ms = said(s, 6), .key = db_text(s, 7), .rates = db_text(s, 8), .throttles = db_text(s, 9) };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}
