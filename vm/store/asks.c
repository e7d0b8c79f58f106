#include "store/asks.h"
#include "store/bonds.h"
#include "store/inbox.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob      base;
    Slice      uid;
    int64_t    id, by, now;
    RunState   state;
    bool       changed;
    Err        refused;                                 /* code NULL = none; the store is not broken by it */
    Asked      done;
    AskedState done_state;
    void      *ctx;
} Ask;

static Ask *ask_new(Store *store, Slice uid, int64_t id, StoreRun run) {
    Ask *job = store_job(sizeof *job, uid.len, run);
    char *at = (char *)(job + 1);
    job->uid = slice_keep(&at, uid);
    job->id = id;
    job->now = seam_wall_ms(store->seam);
    return job;
}

static void refuse(Ask *job, const char *code, const char *what) {
    err_set(&job->refused, code, "%s %.*s%s", code[0] == 'n' ? "there is no run" : "run", (int)job->uid.len, job->uid.ptr, what);
}

/* Fills in id and state from the uid; state 0 = there is none. */
static bool find(Db *db, Ask *job, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT id, state FROM run WHERE uid = $1", &s, err)) return false;
    db_bind_text(s, 1, job->uid);
    bool ok = db_step(s, &found, err);
    if (ok && found) {
        job->id = db_int(s, 0);
        job->state = (RunState)db_int(s, 1);
    }
    db_release(s);
    if (ok && !found) refuse(job, "not_found", "");
    return ok;
}

/* ------------------------------------------------------------------ its end */
/* wake: whoever executes the program sees the run as due. */
static const char CANCEL[] = "UPDATE run SET cancel = 1, wake = CASE WHEN state = 3 THEN $1 ELSE wake END,"
                             " state = CASE state WHEN 4 THEN 1 ELSE state END WHERE id = $2";
static const char CANCEL_STUCK[] = "UPDATE run SET cancel = 1, finished = $1, state = 9,"
                                   " reason = 'cancelled by a person; nothing was undone' WHERE id = $2";

static bool run_cancel_ask(Db *db, void *ctx, Err *err) {
    Ask *job = ctx;
    DbStmt *s;
    if (!find(db, job, err)) return false;
    if (job->state >= RUN_DONE) refuse(job, "closed", " is over");
    if (job->refused.code) return true;
    bool stuck = job->state == RUN_DIVERGED || job->state == RUN_IN_DOUBT;
    if (!db_prepare(db, stuck ? CANCEL_STUCK : CANCEL, &s, err)) return false;
    db_bind_int(s, 1, job->now);
    db_bind_int(s, 2, job->id);
    return db_finish(s, err) && (!stuck || asks_answer_end(db, job->id, job->now, err));
}

static void ask_done(void *ctx, const Err *err) {
    Ask *job = ctx;
    if (!err && job->refused.code) err = &job->refused;
    if (job->done) job->done(job->ctx, err);
    if (job->done_state) job->done_state(job->ctx, job->state, err);
    free(job);
}

void asks_cancel(Store *store, Slice uid, Asked done, void *ctx) {
    Ask *job = ask_new(store, uid, 0, run_cancel_ask);
    job->base.done = ask_done;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

/* ------------------------------------------------------------------ who wants to know */
static bool run_tell_end(Db *db, void *ctx, Err *err) {
    Ask *job = ctx;
    DbStmt *s;
    if (!find(db, job, err)) return false;
    if (job->refused.code || job->state >= RUN_DONE) return true;
    if (!db_prepare(db, "INSERT INTO tag(k, v, run) VALUES('waiter', $1, $2) ON CONFLICT DO NOTHING", &s, err)) return false;
    db_bind_text(s, 1, job->uid);
    db_bind_int(s, 2, job->by);
    return db_finish(s, err);
}

void asks_tell_end(Store *store, Slice uid, int64_t by, AskedState done, void *ctx) {
    Ask *job = ask_new(store, uid, 0, run_tell_end);
    job->by = by;
    job->base.done = ask_done;
    job->done_state = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

static bool next_waiter(Db *db, int64_t id, Buf *uid, int64_t *by, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT t.run, t.v FROM tag t WHERE t.k = 'waiter' AND t.v = (SELECT uid FROM run WHERE id = $1) LIMIT 1", &s, err))
        return false;
    db_bind_int(s, 1, id);
    bool ok = db_step(s, &found, err);
    *by = ok && found ? db_int(s, 0) : 0;
    buf_clear(uid);
    if (*by) buf_add_slice(uid, db_text(s, 1));
    db_release(s);
    return ok;
}

static bool forget_waiter(Db *db, Slice uid, int64_t by, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM tag WHERE k = 'waiter' AND v = $1 AND run = $2", &s, err)) return false;
    db_bind_text(s, 1, uid);
    db_bind_int(s, 2, by);
    return db_finish(s, err);
}

bool asks_answer_end(Db *db, int64_t id, int64_t now_ms, Err *err) {
    if (!bonds_end(db, id, now_ms, err)) return false;
    Buf uid = { 0 }, name = { 0 };
    int64_t by;
    bool good;
    while ((good = next_waiter(db, id, &uid, &by, err)) && by) {
        buf_clear(&name);
        buf_printf(&name, "run %s", buf_text(&uid));
        Letter letter = { .mid = buf_slice(&name), .name = buf_slice(&name), .body = slice_of("null") };
        good = inbox_insert(db, by, &letter, now_ms, err) && forget_waiter(db, buf_slice(&uid), by, err);
        if (!good) break;
    }
    buf_drop(&uid);
    buf_drop(&name);
    return good;
}

/* ------------------------------------------------------------------ undoing it later */
static bool run_undo(Db *db, void *ctx, Err *err) {
    Ask *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET state = 1, undo = undo + 1, wake = $1, finished = NULL, reason = 'a person asked to undo it'"
                        " WHERE id = $2 AND (state = 7 AND undone = 0 AND undo = 0 OR state IN (7, 8, 9) AND undone = 2)", &s, err))
        return false;
    db_bind_int(s, 1, job->now);
    db_bind_int(s, 2, job->id);
    if (!db_finish(s, err)) return false;
    job->changed = db_changes(db) == 1;
    return true;
}

bool asks_undo(Store *store, int64_t id, bool *asked, Err *err) {
    Ask *job = ask_new(store, slice_make(NULL, 0), id, run_undo);
    bool good = store_write_now(store, &job->base, err);
    *asked = good && job->changed;
    free(job);
    return good;
}

/* ------------------------------------------------------------------ for who executes runs */
bool asks_cancelled(Db *db, Slice program, RunEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT id FROM run WHERE program = $1 AND cancel = 1 AND state < 7 AND state IN (1, 2, 3) ORDER BY id", &s, err)) return false;
    db_bind_text(s, 1, program);
    while ((ok = db_step(s, &more, err)) && more) {
        RunRow row = { .id = db_int(s, 0) };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}

bool asks_expected(Db *db, Slice program, bool *letter, bool *answer, Err *err) {
    DbStmt *s;
    bool row;
    if (!db_prepare(db, "SELECT count(*), sum(instr(wait_on, 'approval ') > 0) FROM run"
                        " WHERE program = $1 AND state = 3 AND state < 7 AND wait_on IS NOT NULL", &s, err))
        return false;
    db_bind_text(s, 1, program);
    bool ok = db_step(s, &row, err);
    *letter = ok && row && db_int(s, 0) > 0;
    *answer = ok && row && db_int(s, 1) > 0;
    db_release(s);
    return ok;
}
