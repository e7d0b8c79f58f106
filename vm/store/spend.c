#include "store/spend.h"
#include "store/store_parts.h"

typedef struct {
    DbJob    base;
    SpendRow row;
} Append;

static bool run_append(Db *db, void *ctx, Err *err) {
    const SpendRow *r = &((Append *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO spend(t, run, path, tier, provider, model, tokens_in, tokens_out, tokens_cached, cost, ms,"
                        " outcome, class, why, detail) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)", &s, err))
        return false;
    db_bind_int(s, 1, r->t);
    db_bind_text(s, 2, r->run);
    db_bind_text(s, 3, r->path);
    db_bind_text(s, 4, r->tier);
    db_bind_text(s, 5, r->provider);
    db_bind_text(s, 6, r->model);
    db_bind_int(s, 7, r->tokens_in);
    db_bind_int(s, 8, r->tokens_out);
    db_bind_int(s, 9, r->tokens_cached);
    db_bind_int(s, 10, r->cost);
    db_bind_int(s, 11, r->ms);
    db_bind_text(s, 12, r->outcome);
    db_bind_text(s, 13, r->class_name);
    db_bind_text(s, 14, r->why);
    db_bind_text(s, 15, r->detail);
    return db_finish(s, err);
}

void spend_append(Store *store, const SpendRow *row) {
    size_t text = row->run.len + row->path.len + row->tier.len + row->provider.len + row->model.len + row->outcome.len
                + row->class_name.len + row->why.len + row->detail.len;
    Append *job = store_job(sizeof *job, text, run_append);
    char *at = (char *)(job + 1);
    SpendRow *copy = &job->row;
    *copy = *row;
    if (!copy->t) copy->t = seam_wall_ms(store->seam);
    copy->run = slice_keep(&at, row->run);
    copy->path = slice_keep(&at, row->path);
    copy->tier = slice_keep(&at, row->tier);
    copy->provider = slice_keep(&at, row->provider);
    copy->model = slice_keep(&at, row->model);
    copy->outcome = slice_keep(&at, row->outcome);
    copy->class_name = slice_keep(&at, row->class_name);
    copy->why = slice_keep(&at, row->why);
    copy->detail = slice_keep(&at, row->detail);
    store_submit(store, &job->base);
}

static bool read_sum(DbStmt *s, SpendSum *out, Err *err) {
    bool row, ok = db_step(s, &row, err);
    if (ok) *out = (SpendSum){ .calls = db_int(s, 0), .tokens_in = db_int(s, 1), .tokens_out = db_int(s, 2), .cost = db_int(s, 3) };
    db_release(s);
    return ok;
}

bool spend_sum(Db *db, Slice run, SpendSum *out, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "SELECT count(*), sum(tokens_in), sum(tokens_out), sum(cost) FROM spend"
                        " WHERE run = $1", &s, err))
        return false;
    db_bind_text(s, 1, run);
    return read_sum(s, out, err);
}

bool spend_sum_since(Db *db, int64_t since_ms, SpendSum *out, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "SELECT count(*), sum(tokens_in), sum(tokens_out), sum(cost) FROM spend"
                        " WHERE t >= $1", &s, err))
        return false;
    db_bind_int(s, 1, since_ms);
    return read_sum(s, out, err);
}
