/* db_thread.h - one writer thread: what is queued while a commit syncs goes into the next one.
 *
 * No timer: a lone job is committed at once, a crowd shares one fsync. A batch is cut at
 * 1,000 jobs or 1 MiB of declared bytes. Patient jobs, for which nobody waits, begin no commit before
 * the loop has nothing else to do (or 64 have gathered): the row of a result shares the commit of
 * what the same turn of the loop does next.
 *
 *     static bool put(Db *db, void *ctx, Err *err) { ... }        // writer thread, inside the transaction
 *     static void put_done(void *ctx, const Err *err) { ... }     // loop thread; err NULL = durable
 *     job->base = (DbJob){ .run = put, .done = put_done, .ctx = job, .bytes = size };
 *     db_thread_submit(thread, &job->base);
 *
 * Fail-stop: when a job or a COMMIT fails, the whole batch is rolled back, `on_broken` is called
 * once, then every callback of the batch and of the queue gets the error, and nothing is ever
 * written again. A `guarded` job that fails for a reason of its own ("conflict", "invalid") is
 * rolled back alone and only its callback hears of it.
 *
 * While jobs with a callback are under way the loop stays alive; an idle thread does not hold it.
 *
 * Floor:  db - may use base and libuv.
 * Thread: all functions are called on the loop thread.
 * Memory: a job belongs to its submitter, who keeps it in place until `done` (where it may be freed).
 */
#pragma once
#include "db/db.h"
#include <uv.h>

typedef struct DbThread DbThread;
typedef struct DbJob    DbJob;

struct DbJob {
    bool (*run)(Db *db, void *ctx, Err *err);           /* NULL = barrier: done when all before it is durable */
    void (*done)(void *ctx, const Err *err);            /* in order of submission; err dies with the call */
    void  *ctx;
    size_t bytes;                                       /* about how much it writes */
    bool   patient;                                     /* nobody waits for it */
    bool   guarded;                                     /* its own failure harms nobody else; costs a savepoint */
    DbJob *next;                                        /* jobs chained here share one commit; NULL ends the chain */
    struct { Err *error; bool joined, waited, finished, lost; } own;   /* the thread's; start as zero */
};

typedef struct {
    int64_t jobs, batches;                              /* finished so far; batches = commits */
} DbThreadStats;

/* Starts the thread on `db`, which it uses alone until db_thread_close. */
bool db_thread_open(DbThread **out, uv_loop_t *loop, Db *db, void (*on_broken)(void *ctx, const Err *err), void *ctx, Err *err);

/* Queues a job, or a chain of them that commits as one. */
void db_thread_submit(DbThread *thread, DbJob *job);

/* Queues one job, blocks until it is durable (or failed). Its `done` is not called; others' callbacks wait for the loop. */
bool db_thread_write_now(DbThread *thread, DbJob *job, Err *err);

/* Blocks until everything queued is durable, calls the callbacks, also of what they queue, and stops the
 * thread. The Db is the caller's again; memory goes when the loop next runs. False: the thread was broken. */
bool db_thread_close(DbThread *thread, Err *err);

DbThreadStats db_thread_stats(DbThread *thread);
