#include "store/tables.h"
#include "db/migrate.h"
#include "store/schema.h"
#include "store/store_parts.h"
#include <stdlib.h>
#include <strings.h>

enum { EXEC_MS = 10000, QUERY_MS = 60000 };

bool tables_is_reserved(const char *name) {
    static const char *const OURS[] = {
        "meta", "code", "run", "journal", "blob", "inbox", "tag", "schedule", "bucket", "jobs", "logs", "triggers", "audit", "grants",
        "spend", "kv", "owner", "events", "approvals", "state", "budget", "hold", "hold_scope",
        "decision", NULL,
    };
    if (strncasecmp(name, "aios", 4) == 0) return true;
    for (int i = 0; OURS[i]; i++)
        if (strcasecmp(name, OURS[i]) == 0) return true;
    return false;
}

typedef struct {
    DbJob      base;
    uv_work_t  work;                                    /* of a query */
    Store     *store;
    char      *path;
    DbForeign  what;
    Slice      key;
    int64_t    now;
    Buf        out;
    Err        err;
    bool       refused;                                 /* err.code is "denied", by us and not by the disk */
    bool       failed;
    TablesDone done;
    void      *ctx;
} Call;

static Call *call_new(Store *store, const TablesCall *from, StoreRun run, TablesDone done, void *ctx) {
    size_t text = from->sql.len + from->key.len;
    for (size_t i = 0; i < from->count; i++) text += from->values[i].bytes.len;
    size_t list = from->count * sizeof(DbValue);
    Call *call = store_job(sizeof *call, list + text, run);
    DbValue *values = (DbValue *)(call + 1);
    char *at = (char *)values + list;
    for (size_t i = 0; i < from->count; i++) {
        values[i] = from->values[i];
        values[i].bytes = slice_keep(&at, from->values[i].bytes);
    }
    call->what = (DbForeign){ .sql = slice_keep(&at, from->sql), .values = values, .count = from->count, .is_reserved = tables_is_reserved };
    call->key = slice_keep(&at, from->key);
    call->store = store;
    call->now = seam_wall_ms(store->seam);
    call->done = done;
    call->ctx = ctx;
    buf_init(&call->out);
    return call;
}

static void call_end(Call *call, const Err *err) {
    call->done(call->ctx, err ? slice_make(NULL, 0) : buf_slice(&call->out), err);
    buf_drop(&call->out);
    free(call->path);
    free(call);
}

/* ------------------------------------------------------------------ exec */
static bool recall(Db *db, Call *call, bool *found, Err *err) {
    DbStmt *s;
    *found = false;
    if (!call->key.ptr) return true;
    if (!db_prepare(db, "SELECT out FROM aios_done WHERE key = $1", &s, err)) return false;
    db_bind_text(s, 1, call->key);
    bool ok = db_step(s, found, err);
    if (ok && *found) buf_add_slice(&call->out, db_blob(s, 0));
    db_release(s);
    return ok;
}

static bool note(Db *db, const Call *call, Err *err) {
    DbStmt *s;
    if (!call->key.ptr) return true;
    if (!db_prepare(db, "INSERT INTO aios_done(key, out, t) VALUES($1, $2, $3)", &s, err)) return false;
    db_bind_text(s, 1, call->key);
    db_bind_blob(s, 2, buf_slice(&call->out));
    db_bind_int(s, 3, call->now);
    return db_finish(s, err);
}

/* A refusal is told as "invalid", so that the writer does not take it for a word of the disk. */
static bool run_exec(Db *db, void *ctx, Err *err) {
    Call *call = ctx;
    bool  found;
    if (!recall(db, call, &found, err)) return false;
    if (found) return true;
    if (!db_foreign(db, &call->what, &call->out, err)) {
        call->refused = strcmp(err->code, "denied") == 0;
        if (call->refused) err->code = "invalid";
        return false;
    }
    return note(db, call, err) && (!call->what.changed_schema || watches_install(db, err));
}

static void exec_done(void *ctx, const Err *err) {
    Call *call = ctx;
    Err told;
    if (err) {
        told = *err;
        if (call->refused) told.code = "denied";
    }
    call_end(call, err ? &told : NULL);
}

void tables_exec(Store *store, const TablesCall *from, TablesDone done, void *ctx) {
    Call *call = call_new(store, from, run_exec, done, ctx);
    call->what.for_ms = EXEC_MS;
    call->base.done = exec_done;
    call->base.guarded = true;
    store_submit(store, &call->base);
}

/* ------------------------------------------------------------------ query */
static void query_work(uv_work_t *work) {
    Call *call = work->data;
    Db   *db;
    DbOpen how = { .path = call->path, .mode = DB_READ, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    call->failed = !db_open(&DB_SQLITE, &db, &how, &call->err);
    if (call->failed) return;
    call->failed = !db_foreign(db, &call->what, &call->out, &call->err);
    db_abandon(db);
}

static void query_done(uv_work_t *work, int status) {
    Call *call = work->data;
    if (status == UV_ECANCELED) call->failed = !err_set(&call->err, "cancelled", "the query was given up");
    call_end(call, call->failed ? &call->err : NULL);
}

void tables_query(Store *store, const TablesCall *from, TablesDone done, void *ctx) {
    Call *call = call_new(store, from, NULL, done, ctx);
    call->what.for_ms = QUERY_MS;
    call->path = mem_copy(slice_of(store->path));
    call->work.data = call;
    uv_queue_work(store->loop, &call->work, query_work, query_done);
}

/* ------------------------------------------------------------------ notes that are not needed any more */
typedef struct {
    DbJob base;
    Slice key;
} Forget;

static bool run_forget(Db *db, void *ctx, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM aios_done WHERE key = $1", &s, err)) return false;
    db_bind_text(s, 1, ((Forget *)ctx)->key);
    return db_finish(s, err);
}

void tables_forget(Store *store, Slice key) {
    Forget *job = store_job(sizeof *job, key.len, run_forget);
    char *at = (char *)(job + 1);
    job->key = slice_keep(&at, key);
    store_submit(store, &job->base);
}
