/* Small values of the database itself; face in store.h. */
#include "store/store.h"
#include "store/store_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    DbJob base;
    Slice key, value;
} MetaSet;

static bool put(Db *db, Slice key, Slice value, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO meta(k, v) VALUES($1, $2)"
                        " ON CONFLICT(k) DO UPDATE SET v = excluded.v", &stmt, err))
        return false;
    db_bind_text(stmt, 1, key);
    db_bind_blob(stmt, 2, value);
    return db_finish(stmt, err);
}

static bool run_set(Db *db, void *ctx, Err *err) {
    MetaSet *job = ctx;
    return put(db, job->key, job->value, err);
}

void store_meta_set(Store *store, const char *key, Slice value) {
    MetaSet *job = store_job(sizeof *job, strlen(key) + value.len, run_set);
    char *at = (char *)(job + 1);
    job->key = slice_keep(&at, slice_of(key));
    job->value = slice_keep(&at, value);
    store_submit(store, &job->base);
}

bool store_meta_get(Db *db, const char *key, Buf *out, bool *found, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "SELECT v FROM meta WHERE k = $1", &stmt, err)) return false;
    db_bind_text(stmt, 1, slice_of(key));
    bool ok = db_step(stmt, found, err);
    if (ok && *found) buf_add_slice(out, db_blob(stmt, 0));
    db_release(stmt);
    return ok;
}

typedef struct {
    DbJob   base;
    int64_t epoch;
} NextEpoch;

static bool run_next_epoch(Db *db, void *ctx, Err *err) {
    NextEpoch *job = ctx;
    Buf text;
    char next[24];
    bool found;
    buf_init(&text);
    bool ok = store_meta_get(db, "epoch", &text, &found, err);
    if (ok) {
        job->epoch = strtoll(buf_text(&text), NULL, 10) + 1;
        snprintf(next, sizeof next, "%" PRId64, job->epoch);
        ok = put(db, slice_of("epoch"), slice_of(next), err);
    }
    buf_drop(&text);
    return ok;
}

bool store_next_epoch(Store *store, int64_t *out, Err *err) {
    NextEpoch job = { .base = { .run = run_next_epoch, .ctx = &job, .bytes = sizeof job } };
    if (!store_write_now(store, &job.base, err)) return false;
    *out = job.epoch;
    return true;
}
