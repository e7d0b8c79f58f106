#include "store/code.h"
#include "store/store_parts.h"

typedef struct {
    DbJob         base;
    unsigned char hash[HASH_SIZE];
    Slice         name, source;
    int64_t       created;
} Put;

bool code_insert(Db *db, const unsigned char hash[HASH_SIZE], Slice name, Slice source, int64_t created_ms, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO code(hash, name, source, created) VALUES($1, $2, $3, $4)"
                        " ON CONFLICT(hash) DO NOTHING", &stmt, err))
        return false;
    db_bind_blob(stmt, 1, slice_make(hash, HASH_SIZE));
    db_bind_text(stmt, 2, name);
    db_bind_blob(stmt, 3, source);
    db_bind_int(stmt, 4, created_ms);
    return db_finish(stmt, err);
}

static bool run_put(Db *db, void *ctx, Err *err) {
    const Put *job = ctx;
    return code_insert(db, job->hash, job->name, job->source, job->created, err);
}

void code_put(Store *store, const unsigned char hash[HASH_SIZE], Slice name, Slice source) {
    Put *job = store_job(sizeof *job, name.len + source.len, run_put);
    char *at = (char *)(job + 1);
    memcpy(job->hash, hash, HASH_SIZE);
    job->name = slice_keep(&at, name);
    job->source = slice_keep(&at, source);
    job->created = seam_wall_ms(store->seam);
    store_submit(store, &job->base);
}

bool code_get(Db *db, const unsigned char hash[HASH_SIZE], char **source, size_t *size, Err *err) {
    DbStmt *stmt;
    bool found;
    char text[HASH_TEXT];
    if (!db_prepare(db, "SELECT source FROM code WHERE hash = $1", &stmt, err)) return false;
    db_bind_blob(stmt, 1, slice_make(hash, HASH_SIZE));
    bool ok = db_step(stmt, &found, err);
    if (ok && found) {
        *source = mem_copy(db_blob(stmt, 0));
        *size = db_blob(stmt, 0).len;
    } else if (ok) {
        hash_text(hash, text);
        ok = err_set(err, "not_found", "no program with hash %s in the database", text);
    }
    db_release(stmt);
    return ok;
}
