#include "store/runs.h"
#include "store/asks.h"
#include "store/blob.h"
#include "store/store_parts.h"
#include <stdlib.h>

#define RUN_COLUMNS \
    "id, uid, program, name, code, engine, state, seed, cause, reason, input, output, error, queue, qkey, prio," \
    " wake, deadline, wait_on, parent, parent_path, prev, forked_from, forked_seq, schedule, nominal, attempt, cost," \
    " epoch, cancel, created, started, finished, keep_until, input_big, output_big, error_big"

static const int64_t ID_ORIGIN_MS = 1767225600000;      /* 2026-01-01T00:00:00Z */
enum { ID_CHANCE_BITS = 21 };

/* Half of the chance bits are drawn, so a busy millisecond can count upwards a million times; a clock
 * that stepped back goes on from the last id. */
int64_t runs_new_id(Store *store) {
    uint32_t chance;
    seam_random(store->seam, &chance, sizeof chance);
    int64_t ms = seam_wall_ms(store->seam) - ID_ORIGIN_MS;
    int64_t id = (ms > 0 ? ms : 0) << ID_CHANCE_BITS | (chance >> (32 - ID_CHANCE_BITS + 1));
    bool same_ms = id >> ID_CHANCE_BITS <= store->last_run_id >> ID_CHANCE_BITS;
    store->last_run_id = same_ms ? store->last_run_id + 1 : id;
    return store->last_run_id;
}

/* Every text of a row, in one list for measuring and copying. */
static void list_text(RunRow *row, Slice *list[13]) {
    Slice *all[13] = { &row->uid, &row->program, &row->name, &row->cause, &row->reason, &row->input, &row->output,
                       &row->error, &row->queue, &row->qkey, &row->wait_on, &row->parent_path, &row->schedule };
    memcpy(list, all, sizeof all);
}

size_t runs_size(const RunRow *row) {
    RunRow borrowed = *row;
    Slice *list[13];
    size_t size = 0;
    list_text(&borrowed, list);
    for (int i = 0; i < 13; i++) size += list[i]->len;
    return size;
}

void runs_copy(const RunRow *row, RunRow *copy, char *at) {
    Slice *list[13];
    *copy = *row;
    list_text(copy, list);
    for (int i = 0; i < 13; i++) *list[i] = slice_keep(&at, *list[i]);
}

static bool insert_row(Db *db, const RunRow *r, Err *err) {
    unsigned char hashes[3][HASH_SIZE];
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO run(" RUN_COLUMNS ") VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,"
                        "$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37) ON CONFLICT DO NOTHING", &s, err))
        return false;
    db_bind_int(s, 1, r->id);
    db_bind_text(s, 2, r->uid);
    db_bind_text(s, 3, r->program);
    db_bind_text(s, 4, r->name);
    bind_hash(s, 5, r->code);
    db_bind_int(s, 6, r->engine);
    db_bind_int(s, 7, r->state);
    db_bind_int(s, 8, r->seed);
    db_bind_text(s, 9, r->cause);
    db_bind_text(s, 10, r->reason);
    db_bind_text(s, 14, r->queue);
    db_bind_text(s, 15, r->qkey);
    db_bind_int(s, 16, r->prio);
    bind_some(s, 17, r->wake);
    bind_some(s, 18, r->deadline);
    db_bind_text(s, 19, r->wait_on);
    bind_some(s, 20, r->parent);
    db_bind_text(s, 21, r->parent_path);
    bind_some(s, 22, r->prev);
    bind_some(s, 23, r->forked_from);
    bind_some(s, 24, r->forked_seq);
    db_bind_text(s, 25, r->schedule);
    bind_some(s, 26, r->nominal);
    db_bind_int(s, 27, r->attempt ? r->attempt : 1);
    db_bind_int(s, 28, r->cost);
    db_bind_int(s, 29, r->epoch);
    db_bind_int(s, 30, r->cancel);
    db_bind_int(s, 31, r->created);
    bind_some(s, 32, r->started);
    bind_some(s, 33, r->finished);
    bind_some(s, 34, r->keep_until);
    return blob_bind(db, s, 11, 35, r->input, hashes[0], err) && blob_bind(db, s, 12, 36, r->output, hashes[1], err)
        && blob_bind(db, s, 13, 37, r->error, hashes[2], err) && db_finish(s, err);
}

bool runs_insert(Db *db, const RunRow *row, RunStart *start, Err *err) {
    DbStmt *old;
    bool found;
    *start = (RunStart){ .id = row->id, .state = row->state };
    if (!insert_row(db, row, err)) return false;
    if (db_changes(db) == 1) return true;
    if (!db_prepare(db, "SELECT id, state FROM run WHERE uid = $1", &old, err)) return false;
    db_bind_text(old, 1, row->uid);
    bool ok = db_step(old, &found, err);
    if (ok && found) *start = (RunStart){ .existed = true, .id = db_int(old, 0), .state = (RunState)db_int(old, 1) };
    else if (ok) ok = err_set(err, "conflict", "run %.*s: its id %lld or a column is refused",
                                (int)row->uid.len, row->uid.ptr, (long long)row->id);
    db_release(old);
    return ok;
}

typedef struct {
    DbJob        base;
    RunRow       row;
    RunStart     start;
    RunStartDone done;
    void        *ctx;
} Create;

static bool run_create(Db *db, void *ctx, Err *err) {
    Create *job = ctx;
    return runs_insert(db, &job->row, &job->start, err);
}

static void create_done(void *ctx, const Err *err) {
    Create *job = ctx;
    if (job->done) job->done(job->ctx, err ? NULL : &job->start, err);
    free(job);
}

/* Guarded: an id that is used already is the caller's trouble, not the store's. */
void runs_create(Store *store, const RunRow *row, RunStartDone done, void *ctx) {
    Create *job = store_job(sizeof *job, runs_size(row), run_create);
    runs_copy(row, &job->row, (char *)(job + 1));
    job->base.done = create_done;
    job->base.guarded = true;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

typedef struct {
    DbJob     base;
    int64_t   id, now;
    RunChange change;
} SetState;

static bool run_set_state(Db *db, void *ctx, Err *err) {
    SetState *job = ctx;
    const RunChange *c = &job->change;
    unsigned char hashes[2][HASH_SIZE];
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET state = $1, wake = $2, wait_on = $3,"
                        " output = CASE WHEN $4 IS NULL THEN coalesce($5, output) END, output_big = CASE WHEN $5 IS NULL THEN coalesce($4, output_big) END,"
                        " error = CASE WHEN $6 IS NULL THEN coalesce($7, error) END, error_big = CASE WHEN $7 IS NULL THEN coalesce($6, error_big) END,"
                        " reason = coalesce($8, reason), started = coalesce($9, started), finished = coalesce($10, finished),"
                        " keep_until = coalesce($11, keep_until), cost = coalesce($12, cost), epoch = coalesce($13, epoch),"
                        " attempt = coalesce($14, attempt) WHERE id = $15 AND state < 7", &s, err))
        return false;
    db_bind_int(s, 1, c->state);
    bind_some(s, 2, c->wake);
    db_bind_text(s, 3, c->wait_on);
    db_bind_text(s, 8, c->reason);
    bind_some(s, 9, c->started);
    bind_some(s, 10, c->finished);
    bind_some(s, 11, c->keep_until);
    bind_some(s, 12, c->cost);
    bind_some(s, 13, c->epoch);
    bind_some(s, 14, c->attempt);
    db_bind_int(s, 15, job->id);
    if (!blob_bind(db, s, 5, 4, c->output, hashes[0], err) || !blob_bind(db, s, 7, 6, c->error, hashes[1], err)) return false;
    return db_finish(s, err) && (c->state < RUN_DONE || db_changes(db) == 0 || asks_answer_end(db, job->id, job->now, err));
}

void runs_set_state(Store *store, int64_t id, const RunChange *change) {
    size_t text = change->wait_on.len + change->output.len + change->error.len + change->reason.len;
    SetState *job = store_job(sizeof *job, text, run_set_state);
    char *at = (char *)(job + 1);
    job->id = id;
    job->now = seam_wall_ms(store->seam);
    job->change = *change;
    job->change.wait_on = slice_keep(&at, change->wait_on);
    job->change.output = slice_keep(&at, change->output);
    job->change.error = slice_keep(&at, change->error);
    job->change.reason = slice_keep(&at, change->reason);
    store_submit(store, &job->base);
}

typedef struct {
    DbJob   base;
    int64_t id;
} AskCancel;

typedef struct {
    DbJob   base;
    int64_t id;
    Undone  undone;
} SetUndone;

static bool run_set_undone(Db *db, void *ctx, Err *err) {
    const SetUndone *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET undone = $1 WHERE id = $2", &s, err)) return false;
    db_bind_int(s, 1, job->undone);
    db_bind_int(s, 2, job->id);
    return db_finish(s, err);
}

void runs_set_undone(Store *store, int64_t id, Undone undone) {
    SetUndone *job = store_job(sizeof *job, 0, run_set_undone);
    job->id = id;
    job->undone = undone;
    store_submit(store, &job->base);
}

static bool run_ask_cancel(Db *db, void *ctx, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "UPDATE run SET cancel = 1 WHERE id = $1 AND state < 7", &stmt, err)) return false;
    db_bind_int(stmt, 1, ((AskCancel *)ctx)->id);
    return db_finish(stmt, err);
}

void runs_ask_cancel(Store *store, int64_t id) {
    AskCancel *job = store_job(sizeof *job, 0, run_ask_cancel);
    job->id = id;
    store_submit(store, &job->base);
}
