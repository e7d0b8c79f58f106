#include "db/db_thread.h"
#include "base/buf.h"
#include <assert.h>
#include <signal.h>
#include <stdlib.h>

enum {
    BATCH_JOBS = 1000,
    BATCH_BYTES = 1 << 20, PATIENT_JOBS = 64,
    BEGIN_TRIES = 12                                    /* of 5 s each, while another process writes */
};

typedef struct { DbJob *head, *tail; } Queue;
struct DbThread {
    uv_loop_t  *loop;
    Db         *db;
    void      (*on_broken)(void *ctx, const Err *err);
    void       *ctx;
    uv_thread_t thread;
    uv_async_t  async;
    uv_prepare_t rest;                                  /* runs when a turn of the loop is over: wakes for patient jobs */
    uv_mutex_t  lock;                                   /* guards everything up to `broken` */
    uv_cond_t   work, progress;
    Queue       queue, finished;
    bool        writing, stop;
    bool        awake;                                  /* what is queued is to be written now */
    DbThreadStats stats;
    bool        is_broken;
    Err         broken;
    Queue       ready;                                  /* the loop's alone, from here on */
    size_t      patient;                                /* queued since the thread was woken */
    int         closed;
    size_t      pending;                                /* callbacks still to come: they hold the loop */
    bool        told;
};

static void queue_add(Queue *queue, DbJob *first, DbJob *last) {
    if (queue->tail) queue->tail->next = first;
    else queue->head = first;
    queue->tail = last;
}

static DbJob *queue_take(Queue *queue) {
    DbJob *job = queue->head;
    if (!job) return NULL;
    queue->head = job->next;
    if (!queue->head) queue->tail = NULL;
    job->next = NULL;
    return job;
}

/* The next batch, never cutting a chain; its length in *count. */
static DbJob *take_batch(Queue *queue, int64_t *count) {
    DbJob *first = queue->head, *last = first;
    size_t bytes = first->bytes;
    for (*count = 1; last->next; ++*count) {
        if (!last->own.joined && (*count >= BATCH_JOBS || bytes + last->next->bytes > BATCH_BYTES)) break;
        last = last->next;
        bytes += last->bytes;
    }
    queue->head = last->next;
    if (!queue->head) queue->tail = NULL;
    last->next = NULL;
    return first;
}

static bool run_sql(Db *db, const char *sql, Err *err) {
    DbStmt *stmt;
    return db_prepare(db, sql, &stmt, err) && db_finish(stmt, err);
}

static bool is_of_the_disk(const Err *err) {
    static const char *const WORDS[] = { "io", "full", "corrupt", "busy", "denied", "not_ours" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(err->code, WORDS[i]) == 0) return true;
    return false;
}

/* A guarded job may fail by itself, unless the disk failed under it. */
static bool run_guarded(Db *db, DbJob *job, Err *err) {
    if (!run_sql(db, "SAVEPOINT guarded", err)) return false;
    if (job->run(db, job->ctx, err)) return run_sql(db, "RELEASE guarded", err);
    if (is_of_the_disk(err) || !db_in_transaction(db)) return false;
    job->own.error = mem_new(sizeof *err);
    *job->own.error = *err;
    return run_sql(db, "ROLLBACK TO guarded", err) && run_sql(db, "RELEASE guarded", err);
}

static bool begin_patiently(Db *db, Err *err) {
    for (int i = 1; !db_begin(db, err); i++)
        if (i == BEGIN_TRIES || strcmp(err->code, "busy") != 0) return false;
    return true;
}

/* Barriers alone need no commit: all before them is durable. */
static bool has_work(const DbJob *batch) {
    while (batch && !batch->run) batch = batch->next;
    return batch != NULL;
}

static bool write_batch(Db *db, DbJob *batch, Err *err) {
    if (!begin_patiently(db, err)) return false;
    bool ok = true;
    for (DbJob *job = batch; ok && job; job = job->next)
        if (job->run) ok = job->guarded ? run_guarded(db, job, err) : job->run(db, job->ctx, err);
    if (ok && db_commit(db, err)) return true;
    db_rollback(db);
    return false;
}

/* Called with the lock held: hands a written (or lost) batch to the loop. */
static void batch_ended(DbThread *t, DbJob *batch, int64_t count) {
    t->stats.jobs += count;
    while (batch) {
        DbJob *job = batch;
        batch = job->next;
        job->next = NULL;
        job->own.lost = t->is_broken;
        job->own.finished = true;
        if (job->done && !job->own.waited) queue_add(&t->finished, job, job);
    }
}

static void thread_main(void *arg) {
    DbThread *t = arg;
    uv_mutex_lock(&t->lock);
    for (;;) {
        while (!(t->queue.head && t->awake) && !t->stop) uv_cond_wait(&t->work, &t->lock);
        if (!t->queue.head) break;
        int64_t count;
        Err err = { 0 };
        DbJob *batch = take_batch(&t->queue, &count);
        bool broken = t->is_broken, work = has_work(batch);
        t->writing = true;
        uv_mutex_unlock(&t->lock);
        bool ok = !broken && (!work || write_batch(t->db, batch, &err));
        uv_mutex_lock(&t->lock);
        t->stats.batches += work;
        if (!ok && !broken) {
            t->is_broken = true;
            t->broken = err;
        }
        t->writing = false;
        if (!t->queue.head) t->awake = false;
        batch_ended(t, batch, count);
        uv_cond_broadcast(&t->progress);
        uv_async_send(&t->async);
    }
    uv_mutex_unlock(&t->lock);
}

static void call_done(DbThread *t, DbJob *job) {
    Err *own = job->own.error;
    job->own.error = NULL;
    const Err *err = job->own.lost ? &t->broken : own;
    if (--t->pending == 0) uv_unref((uv_handle_t *)&t->async);
    job->done(job->ctx, err);
    free(own);
}

/* A callback may submit, wait or close: so one job at a time leaves `ready`. */
static void deliver(DbThread *t) {
    uv_mutex_lock(&t->lock);
    if (t->finished.head) queue_add(&t->ready, t->finished.head, t->finished.tail);
    t->finished = (Queue){ 0 };
    bool tell = t->is_broken && !t->told;
    uv_mutex_unlock(&t->lock);
    if (tell) {
        t->told = true;
        if (t->on_broken) t->on_broken(t->ctx, &t->broken);
    }
    for (DbJob *job; (job = queue_take(&t->ready));) call_done(t, job);
}

static void on_async(uv_async_t *async) { deliver(async->data); }

static void on_closed(uv_handle_t *handle) {
    DbThread *t = handle->data;
    if (++t->closed < 2) return;
    uv_cond_destroy(&t->work);
    uv_cond_destroy(&t->progress);
    uv_mutex_destroy(&t->lock);
    free(t);
}

/* Gives the lock back first: the thread would wake only to wait for it. */
static void unlock(DbThread *t, bool wake) {
    bool asleep = wake && t->queue.head && !t->awake;
    t->awake = t->awake || asleep;
    if (wake) t->patient = 0;
    uv_mutex_unlock(&t->lock);
    if (asleep) uv_cond_signal(&t->work);
}

static void on_rest(uv_prepare_t *rest) {
    DbThread *t = rest->data;
    uv_prepare_stop(rest);
    uv_mutex_lock(&t->lock);
    unlock(t, true);
}

static void enqueue(DbThread *t, DbJob *first, DbJob *last, bool patient) {
    uv_mutex_lock(&t->lock);
    assert(!t->stop);
    queue_add(&t->queue, first, last);
    bool wake = !patient || ++t->patient >= PATIENT_JOBS;
    if (!wake && t->patient == 1) uv_prepare_start(&t->rest, on_rest);
    unlock(t, wake);
}

void db_thread_submit(DbThread *t, DbJob *job) {
    DbJob *last = job;
    size_t callbacks = 0, hurried = 0;
    for (DbJob *at = job; at; at = at->next) {
        at->own.joined = at->next != NULL;
        callbacks += at->done != NULL;
        hurried += !at->patient;
        last = at;
    }
    if (callbacks && t->pending == 0) uv_ref((uv_handle_t *)&t->async);
    t->pending += callbacks;
    enqueue(t, job, last, hurried == 0);
}

bool db_thread_write_now(DbThread *t, DbJob *job, Err *err) {
    job->own.waited = true;
    enqueue(t, job, job, false);
    uv_mutex_lock(&t->lock);
    while (!job->own.finished) uv_cond_wait(&t->progress, &t->lock);
    const Err *failed = job->own.lost ? &t->broken : job->own.error;
    if (failed) *err = *failed;
    uv_mutex_unlock(&t->lock);
    bool ok = !failed;
    free(job->own.error);
    job->own.error = NULL;
    return ok;
}

bool db_thread_close(DbThread *t, Err *err) {
    for (bool more = true; more;) {
        uv_mutex_lock(&t->lock);
        unlock(t, true);
        uv_mutex_lock(&t->lock);
        while (t->queue.head || t->writing) uv_cond_wait(&t->progress, &t->lock);
        uv_mutex_unlock(&t->lock);
        deliver(t);
        uv_mutex_lock(&t->lock);
        more = t->queue.head || t->writing || t->finished.head;
        t->stop = !more;
        uv_cond_signal(&t->work);
        uv_mutex_unlock(&t->lock);
    }
    uv_thread_join(&t->thread);
    bool ok = !t->is_broken;
    if (!ok) *err = t->broken;
    uv_close((uv_handle_t *)&t->async, on_closed);
    uv_close((uv_handle_t *)&t->rest, on_closed);
    return ok;
}

DbThreadStats db_thread_stats(DbThread *t) {
    uv_mutex_lock(&t->lock);
    DbThreadStats stats = t->stats;
    uv_mutex_unlock(&t->lock);
    return stats;
}

/* Signals are for the loop; a file size limit met here shall be an error of write, not SIGXFSZ. */
static int start_thread(DbThread *t) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int rc = uv_thread_create(&t->thread, thread_main, t);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc;
}

bool db_thread_open(DbThread **out, uv_loop_t *loop, Db *db, void (*on_broken)(void *ctx, const Err *err), void *ctx, Err *err) {
    DbThread *t = mem_new(sizeof *t);
    *t = (DbThread){ .loop = loop, .db = db, .on_broken = on_broken, .ctx = ctx };
    int rc = uv_async_init(loop, &t->async, on_async);
    if (rc < 0) {
        free(t);
        return err_set(err, "failed", "cannot wake the loop from the writer thread: %s", uv_strerror(rc));
    }
    t->async.data = t->rest.data = t;
    uv_unref((uv_handle_t *)&t->async);
    uv_prepare_init(loop, &t->rest);
    uv_mutex_init(&t->lock);
    uv_cond_init(&t->work);
    uv_cond_init(&t->progress);
    rc = start_thread(t);
    if (rc < 0) {
        uv_close((uv_handle_t *)&t->async, on_closed);
        uv_close((uv_handle_t *)&t->rest, on_closed);
        return err_set(err, "failed", "cannot start the writer thread: %s", uv_strerror(rc));
    }
    *out = t;
    return true;
}
