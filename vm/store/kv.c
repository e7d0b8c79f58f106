#include "store/kv.h"
#include "store/store_parts.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    DbJob   base;
    Slice   program, key, value;
    int64_t expires, now;
    int64_t by;
    double  by_real;
    Buf     found;                                      /* what get and add answer */
    bool    has;
    Err     refused;                                    /* code NULL = none; the store is not broken by it */
    KvDone  done;
    void   *ctx;
} Kv;

static Kv *kv_job(Store *store, Slice program, Slice key, Slice value, StoreRun run) {
    Kv *job = store_job(sizeof *job, program.len + key.len + value.len, run);
    char *at = (char *)(job + 1);
    job->program = slice_keep(&at, program);
    job->key = slice_keep(&at, key);
    job->value = slice_keep(&at, value);
    job->now = seam_wall_ms(store->seam);
    return job;
}

static bool put(Db *db, const Kv *job, Slice value, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO kv(program, k, v, expires) VALUES($1, $2, $3, $4)"
                        " ON CONFLICT(program, k) DO UPDATE SET v = excluded.v, expires = excluded.expires", &stmt, err))
        return false;
    db_bind_text(stmt, 1, job->program);
    db_bind_text(stmt, 2, job->key);
    db_bind_text(stmt, 3, value);
    bind_some(stmt, 4, job->expires);
    return db_finish(stmt, err);
}

/* The value that counts now, into job->found; its expiry into job->expires. */
static bool look(Db *db, Kv *job, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "SELECT v, expires FROM kv WHERE program = $1 AND k = $2 AND "
                        "(expires IS NULL OR expires > $3)", &stmt, err))
        return false;
    db_bind_text(stmt, 1, job->program);
    db_bind_text(stmt, 2, job->key);
    db_bind_int(stmt, 3, job->now);
    bool ok = db_step(stmt, &job->has, err);
    if (ok && job->has) {
        buf_add_slice(&job->found, db_text(stmt, 0));
        job->expires = db_int(stmt, 1);
    }
    db_release(stmt);
    return ok;
}

static bool run_set(Db *db, void *ctx, Err *err) {
    Kv *job = ctx;
    return put(db, job, job->value, err);
}

static bool run_delete(Db *db, void *ctx, Err *err) {
    Kv *job = ctx;
    DbStmt *stmt;
    if (!db_prepare(db, "DELETE FROM kv WHERE program = $1 AND k = $2", &stmt, err)) return false;
    db_bind_text(stmt, 1, job->program);
    db_bind_text(stmt, 2, job->key);
    return db_finish(stmt, err);
}

static bool run_get(Db *db, void *ctx, Err *err) { return look(db, ctx, err); }

static bool parse_whole(const char *text, int64_t *out) {
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return end != text && *end == 0 && errno == 0;
}

/* The shortest form that reads back as the same number, always with a mark of a fraction. */
static bool write_real(double value, char out[40]) {
    if (!isfinite(value)) return false;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 40, "%.*g", digits, value);
        if (strtod(out, NULL) == value) break;
    }
    size_t len = strlen(out);
    if (!strpbrk(out, ".e")) snprintf(out + len, 40 - len, ".0");
    return true;
}

static bool sum(Kv *job, char out[40]) {
    const char *old = job->has ? buf_text(&job->found) : "0";
    char *end;
    int64_t whole;
    double real = strtod(old, &end);
    if (end == old || *end) return false;
    if (job->by_real != 0) return write_real(real + job->by_real, out);
    if (!parse_whole(old, &whole)) return write_real(real + (double)job->by, out);
    if (__builtin_add_overflow(whole, job->by, &whole)) return false;
    snprintf(out, 40, "%" PRId64, whole);
    return true;
}

static bool run_add(Db *db, void *ctx, Err *err) {
    Kv *job = ctx;
    char text[40];
    if (!look(db, job, err)) return false;
    if (!sum(job, text)) {
        err_set(&job->refused, "invalid", "cannot add to %.*s: it holds %.60s, or the sum leaves the range of numbers",
                (int)job->key.len, job->key.ptr, buf_text(&job->found));
        return true;
    }
    buf_clear(&job->found);
    buf_add_text(&job->found, text);
    job->has = true;
    return put(db, job, buf_slice(&job->found), err);
}

static void answer(void *ctx, const Err *err) {
    Kv *job = ctx;
    if (!err && job->refused.code) err = &job->refused;
    Slice value = { 0 };
    if (!err && job->has) value = slice_make(buf_text(&job->found), job->found.len);
    if (job->done) job->done(job->ctx, value, err);
    buf_drop(&job->found);
    free(job);
}

static void ask(Store *store, Kv *job, KvDone done, void *ctx) {
    job->base.done = answer;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

void kv_set(Store *store, Slice program, Slice key, Slice value, int64_t expires) {
    Kv *job = kv_job(store, program, key, value, run_set);
    job->expires = expires;
    store_submit(store, &job->base);
}

void kv_delete(Store *store, Slice program, Slice key) {
    Kv *job = kv_job(store, program, key, (Slice){ 0 }, run_delete);
    store_submit(store, &job->base);
}

void kv_get(Store *store, Slice program, Slice key, KvDone done, void *ctx) {
    ask(store, kv_job(store, program, key, (Slice){ 0 }, run_get), done, ctx);
}

void kv_add(Store *store, Slice program, Slice key, int64_t by, KvDone done, void *ctx) {
    Kv *job = kv_job(store, program, key, (Slice){ 0 }, run_add);
    job->by = by;
    ask(store, job, done, ctx);
}

void kv_add_real(Store *store, Slice program, Slice key, double by, KvDone done, void *ctx) {
    Kv *job = kv_job(store, program, key, (Slice){ 0 }, run_add);
    job->by_real = by;
    ask(store, job, done, ctx);
}

bool kv_list(Db *db, Slice program, Slice prefix, int64_t now_ms, KvEach each, void *ctx, Err *err) {
    DbStmt *stmt;
    bool more, ok;
    if (!prefix.ptr) prefix = slice_of("");
    if (!db_prepare(db, "SELECT k, v FROM kv WHERE program = $1 AND k >= $2 AND "
                        "(expires IS NULL OR expires > $3) ORDER BY k", &stmt, err))
        return false;
    db_bind_text(stmt, 1, program);
    db_bind_text(stmt, 2, prefix);
    db_bind_int(stmt, 3, now_ms);
    while ((ok = db_step(stmt, &more, err)) && more) {
        Slice key = db_text(stmt, 0);
        if (!slice_eq(slice_make(key.ptr, key.len < prefix.len ? key.len : prefix.len), prefix)) break;
        if (!each(ctx, key, db_text(stmt, 1))) break;
    }
    db_release(stmt);
    return ok;
}
