#include "store/store.h"
#include "db/migrate.h"
#include "store/schema.h"
#include "store/store_parts.h"
#include <assert.h>
#include <stdlib.h>

void *store_job(size_t size, size_t text, StoreRun run) {
    DbJob *job = mem_new(size + text);
    job->run = run;
    job->ctx = job;
    job->bytes = size + text;
    return job;
}

static void free_job(void *ctx, const Err *err) {
    (void)err;
    free(ctx);
}

Slice slice_keep(char **at, Slice slice) {
    if (!slice.ptr) return slice;
    Slice kept = slice_make(*at, slice.len);
    if (slice.len) memcpy(*at, slice.ptr, slice.len);
    *at += slice.len;
    return kept;
}

void bind_some(DbStmt *stmt, int n, int64_t value) {
    if (value) db_bind_int(stmt, n, value);
    else db_bind_null(stmt, n);
}

void bind_hash(DbStmt *stmt, int n, const unsigned char hash[HASH_SIZE]) {
    static const unsigned char NONE[HASH_SIZE];
    if (memcmp(hash, NONE, HASH_SIZE) == 0) db_bind_null(stmt, n);
    else db_bind_blob(stmt, n, slice_make(hash, HASH_SIZE));
}

void read_hash(DbStmt *stmt, int column, unsigned char hash[HASH_SIZE]) {
    Slice bytes = db_blob(stmt, column);
    memset(hash, 0, HASH_SIZE);
    if (bytes.len == HASH_SIZE) memcpy(hash, bytes.ptr, HASH_SIZE);
}

static bool open_connections(Store *store, const char *path, Err *err) {
    DbOpen how = { .path = path, .mode = DB_CREATE, .application_id = SCHEMA_APPLICATION_ID,
                   .version = migrate_count(SCHEMA_STEPS) };
    if (!db_open(&DB_SQLITE, &store->writer, &how, err)) return false;
    if (!migrate_up(store->writer, SCHEMA_STEPS, err)) return false;
    how.mode = DB_READ;
    return db_open(&DB_SQLITE, &store->reader, &how, err);
}

static void store_free(Store *store) {
    owner_close(store);
    free(store->path);
    free(store);
}

bool store_open(Store **out, uv_loop_t *loop, const Seam *seam, const char *path, const StoreHooks *hooks, Err *err) {
    Store *store = mem_new(sizeof *store);
    *store = (Store){ .loop = loop, .seam = seam, .path = mem_copy(slice_of(path)), .lock_fd = -1 };
    if (open_connections(store, path, err)
        && db_thread_open(&store->thread, loop, store->writer, hooks->on_broken, hooks->ctx, err)) {
        *out = store;
        return true;
    }
    db_abandon(store->reader);
    db_close(store->writer);
    store_free(store);
    return false;
}

/* The order matters: the reader must not be the last one out, and the file of owner.c is closed after
 * both connections, since closing any descriptor of a file drops this process's POSIX locks on it. */
bool store_close(Store *store, Err *err) {
    Err busy;
    owner_release_all(store);
    bool ok = db_thread_close(store->thread, err);
    db_abandon(store->reader);
    if (ok && !db_checkpoint(store->writer, &busy) && strcmp(busy.code, "busy") != 0) {
        *err = busy;
        ok = false;
    }
    if (ok) db_close(store->writer);
    else db_abandon(store->writer);
    store_free(store);
    return ok;
}

void store_submit(Store *store, DbJob *job) {
    if (!job->done) {
        job->done = free_job;
        job->patient = true;
    }
    if (!store->grouping) {
        db_thread_submit(store->thread, job);
        return;
    }
    if (store->group_last) store->group_last->next = job;
    else store->group = job;
    store->group_last = job;
}

void store_group_begin(Store *store) {
    assert(!store->grouping);
    store->grouping = true;
}

void store_group_end(Store *store) {
    DbJob *first = store->group;
    assert(store->grouping);
    store->grouping = false;
    store->group = store->group_last = NULL;
    if (first) db_thread_submit(store->thread, first);
}

bool store_write_now(Store *store, DbJob *job, Err *err) {
    assert(!store->grouping);
    return db_thread_write_now(store->thread, job, err);
}

typedef struct {
    DbJob     base;
    StoreDone done;
    void     *ctx;
} Sync;

static void sync_done(void *ctx, const Err *err) {
    Sync sync = *(Sync *)ctx;
    free(ctx);
    sync.done(sync.ctx, err);
}

void store_sync(Store *store, StoreDone done, void *ctx) {
    Sync *sync = store_job(sizeof *sync, 0, NULL);
    sync->base.done = sync_done;
    sync->done = done;
    sync->ctx = ctx;
    store_submit(store, &sync->base);
}

Db *store_reader(Store *store) { return store->reader; }
const Seam *store_seam(const Store *store) { return store->seam; }
const char *store_path(const Store *store) { return store->path; }
DbThreadStats store_stats(Store *store) { return db_thread_stats(store->thread); }
