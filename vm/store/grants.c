#include "store/grants.h"
#include "store/store_parts.h"

typedef struct {
    DbJob base;
    Grant grant;
} Change;

static bool run_add(Db *db, void *ctx, Err *err) {
    const Grant *g = &((Change *)ctx)->grant;
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO grants(program, need, resource, by, why, created, until) VALUES($1, $2, $3, $4, $5, $6, $7)"
                        " ON CONFLICT(program, need, resource) DO UPDATE SET by = excluded.by, why = excluded.why,"
                        " created = excluded.created, until = excluded.until, revoked = NULL", &stmt, err))
        return false;
    db_bind_text(stmt, 1, g->program);
    db_bind_text(stmt, 2, g->need);
    db_bind_text(stmt, 3, g->resource);
    db_bind_text(stmt, 4, g->by);
    db_bind_text(stmt, 5, g->why);
    db_bind_int(stmt, 6, g->created);
    bind_some(stmt, 7, g->until);
    return db_finish(stmt, err);
}

static bool run_revoke(Db *db, void *ctx, Err *err) {
    const Grant *g = &((Change *)ctx)->grant;
    DbStmt *stmt;
    if (!db_prepare(db, "UPDATE grants SET revoked = $1 WHERE program = $2 AND need = $3 AND resource = $4"
                        " AND revoked IS NULL", &stmt, err))
        return false;
    db_bind_int(stmt, 1, g->created);
    db_bind_text(stmt, 2, g->program);
    db_bind_text(stmt, 3, g->need);
    db_bind_text(stmt, 4, g->resource);
    return db_finish(stmt, err);
}

static void submit(Store *store, const Grant *grant, StoreRun run) {
    size_t text = grant->program.len + grant->need.len + grant->resource.len + grant->by.len + grant->why.len;
    Change *job = store_job(sizeof *job, text, run);
    char *at = (char *)(job + 1);
    job->grant = (Grant){
        .program = slice_keep(&at, grant->program), .need = slice_keep(&at, grant->need),
        .resource = slice_keep(&at, grant->resource), .by = slice_keep(&at, grant->by), .why = slice_keep(&at, grant->why),
        .created = grant->created ? grant->created : seam_wall_ms(store->seam), .until = grant->until,
    };
    store_submit(store, &job->base);
}

void grants_add(Store *store, const Grant *grant) { submit(store, grant, run_add); }

void grants_revoke(Store *store, Slice program, Slice need, Slice resource) {
    submit(store, &(Grant){ .program = program, .need = need, .resource = resource }, run_revoke);
}

bool grants_each(Db *db, Slice program, int64_t now_ms, GrantEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT id, program, need, resource, by, why, created, until FROM grants"
                        " WHERE program = $1 AND revoked IS NULL AND (until IS NULL OR until > $2) ORDER BY id", &s, err))
        return false;
    db_bind_text(s, 1, program);
    db_bind_int(s, 2, now_ms);
    while ((ok = db_step(s, &more, err)) && more) {
        Grant grant = { .id = db_int(s, 0), .program = db_text(s, 1), .need = db_text(s, 2), .resource = db_text(s, 3),
                        .by = db_text(s, 4), .why = db_text(s, 5), .created = db_int(s, 6), .until = db_int(s, 7) };
        if (!each(ctx, &grant)) break;
    }
    db_release(s);
    return ok;
}
