/* store.h - what aios remembers: one database, one writer thread, one reader.
 *
 * Writes are queued and grouped into commits; reads are done on the loop's own connection
 * and see what is committed. Functions that read take a Db (store_reader(store), or any
 * other connection); functions that write take the Store.
 *
 *     Store *store;
 *     StoreHooks hooks = { .on_broken = stop_the_process, .ctx = host };
 *     if (!store_open(&store, loop, seam_real(), path, &hooks, err)) return false;
 *     journal_append(store, &row);
 *     store_sync(store, send_the_mail, mail);          // called when the row is durable
 *     ...
 *     store_close(store, err);                         // one file is left, nothing beside it
 *
 * A queued write that fails breaks the store (db_thread.h): the process must say so and stop.
 *
 * Floor:  store - may use base and db.
 * Thread: the loop thread; jobs given to store_submit run on the writer thread.
 * Memory: the Store belongs to whoever opened it. Text given to a write is copied.
 */
#pragma once
#include "base/buf.h"
#include "base/seam.h"
#include "db/db_thread.h"

typedef struct Store Store;

typedef struct {
    void (*on_broken)(void *ctx, const Err *err);       /* once, on the loop: nothing is written any more */
    void  *ctx;
} StoreHooks;

typedef void (*StoreDone)(void *ctx, const Err *err);   /* err NULL = durable */

/* Opens or makes the database at `path` and brings it up to date. `seam` and `hooks` are borrowed resp. copied.
 * Errors: db.h, and "newer" for a file of a later version. */
bool store_open(Store **out, uv_loop_t *loop, const Seam *seam, const char *path, const StoreHooks *hooks, Err *err);

/* Drains the queue, calls what waits, folds the log into the file, closes. The loop must run once more to
 * free the rest. False: something could not be made durable (a broken store). `store` is gone either way. */
bool store_close(Store *store, Err *err);

/* Calls `done` when everything queued before is durable. */
void store_sync(Store *store, StoreDone done, void *ctx);

/* The loop's connection, for reading only. */
Db *store_reader(Store *store);

const Seam *store_seam(const Store *store);
const char *store_path(const Store *store);

/* Queues a job of the caller's own making (db_thread.h). */
void store_submit(Store *store, DbJob *job);

/* Queues and blocks until durable: for start-up and the command line. */
bool store_write_now(Store *store, DbJob *job, Err *err);

/* Writes queued between the two calls are one commit: all of them or none. Not nested; nothing is
 * sent before store_group_end, so a waiting call between them would wait for ever. */
void store_group_begin(Store *store);
void store_group_end(Store *store);

/* Small values that belong to the database itself. Get: *found = false when absent. Set: queued. */
bool store_meta_get(Db *db, const char *key, Buf *out, bool *found, Err *err);
void store_meta_set(Store *store, const char *key, Slice value);

/* A number that is never given twice in the life of this database, durable before it returns: for
 * fencing (journal.epoch). */
bool store_next_epoch(Store *store, int64_t *out, Err *err);

DbThreadStats store_stats(Store *store);
