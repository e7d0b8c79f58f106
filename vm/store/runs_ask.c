/* What people ask of a run that is over; part of runs.h. */
#include "store/runs.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob   base;
    int64_t id, now;
    Undone  undone;
    bool    changed;
} Ask;

static Ask *ask_new(Store *store, int64_t id, StoreRun run) {
    Ask *job = store_job(sizeof *job, 0, run);
    job->id = id;
    job->now = seam_wall_ms(store->seam);
    return job;
}

static bool run_set_undone(Db *db, void *ctx, Err *err) {
    const Ask *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET undone = $1 WHERE id = $2", &s, err)) return false;
    db_bind_int(s, 1, job->undone);
    db_bind_int(s, 2, job->id);
    return db_finish(s, err);
}

void runs_set_undone(Store *store, int64_t id, Undone undone) {
    Ask *job = ask_new(store, id, run_set_undone);
    job->undone = undone;
    store_submit(store, &job->base);
}

/* wake: whoever executes the program sees the run as due. */
static bool run_ask_undo(Db *db, void *ctx, Err *err) {
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

bool runs_ask_undo(Store *store, int64_t id, bool *asked, Err *err) {
    Ask *job = ask_new(store, id, run_ask_undo);
    bool good = store_write_now(store, &job->base, err);
    *asked = good && job->changed;
    free(job);
    return good;
}
