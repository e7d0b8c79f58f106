#include "store/bonds.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob        base;
    RunRow       row;
    Bond         bond;
    RunStart     start;
    RunStartDone done;
    void        *ctx;
} Begin;

static bool insert(Db *db, const Begin *job, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO aios_bond(child, caller, path, on_end) VALUES($1, $2, $3, $4)", &s, err)) return false;
    db_bind_int(s, 1, job->row.id);
    db_bind_int(s, 2, job->bond.caller);
    db_bind_text(s, 3, job->bond.path);
    db_bind_int(s, 4, job->bond.on_end);
    return db_finish(s, err);
}

static bool run_begin(Db *db, void *ctx, Err *err) {
    Begin *job = ctx;
    return runs_insert(db, &job->row, &job->start, err) && (job->start.existed || insert(db, job, err));
}

static void begin_done(void *ctx, const Err *err) {
    Begin *job = ctx;
    if (job->done) job->done(job->ctx, err ? NULL : &job->start, err);
    free(job);
}

void bonds_start(Store *store, const RunRow *row, const Bond *bond, RunStartDone done, void *ctx) {
    size_t size = runs_size(row);
    Begin *job = store_job(sizeof *job, size + bond->path.len, run_begin);
    char  *at = (char *)(job + 1) + size;
    runs_copy(row, &job->row, (char *)(job + 1));
    job->bond = (Bond){ bond->caller, slice_keep(&at, bond->path), bond->on_end };
    job->base.done = begin_done;
    job->base.guarded = true;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

bool bonds_is_left(Db *db, int64_t run, bool *left, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "SELECT 1 FROM aios_bond b JOIN run r ON r.id = b.caller WHERE b.child = $1 AND b.on_end = 2 AND r.state >= 7", &s, err)) return false;
    db_bind_int(s, 1, run);
    bool ok = db_step(s, left, err);
    db_release(s);
    return ok;
}

/* One that no process can go on with (diverged, in doubt) is told when it goes on. */
bool bonds_end(Db *db, int64_t id, int64_t now_ms, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET cancel = 1, wake = CASE WHEN state = 3 THEN $1 ELSE wake END, state = CASE state WHEN 4 THEN 1 ELSE state END"
                        " WHERE state < 7 AND id IN (SELECT child FROM aios_bond WHERE caller = $2 AND on_end = 2)", &s, err))
        return false;
    db_bind_int(s, 1, now_ms);
    db_bind_int(s, 2, id);
    return db_finish(s, err);
}
