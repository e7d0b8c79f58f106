#include "store/seen.h"
#include "store/store_parts.h"

bool seen_each(Db *db, Slice watch, SeenEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT path, ino, mtime, size FROM aios_seen WHERE watch = $1 ORDER BY path", &s, err)) return false;
    db_bind_text(s, 1, watch);
    while ((ok = db_step(s, &more, err)) && more) {
        SeenFile file = { db_text(s, 0), (uint64_t)db_int(s, 1), db_int(s, 2), db_int(s, 3) };
        if (!each(ctx, &file)) break;
    }
    db_release(s);
    return ok;
}

typedef struct {
    DbJob    base;
    Slice    watch;
    SeenFile file;
} Change;

static bool run_put(Db *db, void *ctx, Err *err) {
    const Change *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO aios_seen(watch, path, ino, mtime, size) VALUES($1, $2, $3, $4, $5)"
                        " ON CONFLICT(watch, path) DO UPDATE SET ino = excluded.ino, mtime = excluded.mtime, size = excluded.size", &s, err))
        return false;
    db_bind_text(s, 1, job->watch);
    db_bind_text(s, 2, job->file.path);
    db_bind_int(s, 3, (int64_t)job->file.ino);
    db_bind_int(s, 4, job->file.mtime_ns);
    db_bind_int(s, 5, job->file.size);
    return db_finish(s, err);
}

static bool run_remove(Db *db, void *ctx, Err *err) {
    const Change *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM aios_seen WHERE watch = $1 AND path = $2", &s, err)) return false;
    db_bind_text(s, 1, job->watch);
    db_bind_text(s, 2, job->file.path);
    return db_finish(s, err);
}

static void submit(Store *store, Slice watch, const SeenFile *file, StoreRun run) {
    Change *job = store_job(sizeof *job, watch.len + file->path.len, run);
    char *at = (char *)(job + 1);
    job->file = *file;
    job->watch = slice_keep(&at, watch);
    job->file.path = slice_keep(&at, file->path);
    store_submit(store, &job->base);
}

void seen_put(Store *store, Slice watch, const SeenFile *file) { submit(store, watch, file, run_put); }

void seen_remove(Store *store, Slice watch, Slice path) { submit(store, watch, &(SeenFile){ .path = path }, run_remove); }
