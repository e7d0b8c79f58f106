#include "store/blob.h"

static bool keep(Db *db, const unsigned char hash[HASH_SIZE], Slice value, Err *err) {
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO blob(hash, size, data) VALUES($1, $2, $3)"
                        " ON CONFLICT(hash) DO NOTHING", &stmt, err))
        return false;
    db_bind_blob(stmt, 1, slice_make(hash, HASH_SIZE));
    db_bind_int(stmt, 2, (int64_t)value.len);
    db_bind_blob(stmt, 3, value);
    return db_finish(stmt, err);
}

bool blob_bind(Db *db, DbStmt *stmt, int in_line, int big, Slice value, unsigned char hash[HASH_SIZE], Err *err) {
    if (value.len <= BLOB_INLINE_MAX) {
        db_bind_text(stmt, in_line, value);
        db_bind_null(stmt, big);
        return true;
    }
    hash_bytes(value, hash);
    if (!keep(db, hash, value, err)) {
        db_release(stmt);
        return false;
    }
    db_bind_null(stmt, in_line);
    db_bind_blob(stmt, big, slice_make(hash, HASH_SIZE));
    return true;
}
