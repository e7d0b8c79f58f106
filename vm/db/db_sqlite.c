#include "db/db_sqlite.h"
#include "base/buf.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *sqlite_word(int rc, int os) {
    bool no_room = os == ENOSPC || os == EDQUOT || os == EFBIG;
    switch (rc & 0xff) {
    case SQLITE_NOTADB:     return "not_ours";
    case SQLITE_CORRUPT:    return "corrupt";
    case SQLITE_FULL:       return "full";
    case SQLITE_IOERR:      return no_room ? "full" : "io";
    case SQLITE_CANTOPEN:   return os == ENOENT ? "not_found" : os == EACCES || os == EROFS ? "denied" : "io";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:     return "busy";
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:   return "denied";
    case SQLITE_CONSTRAINT: return "conflict";
    case SQLITE_TOOBIG:     return "too_big";
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:      return "invalid";
    default:                return "failed";
    }
}

static const char *hint_for(const char *word) {
    static const struct { const char *word, *hint; } HINTS[] = {
        { "full", "; free some space, then start again: what was acknowledged is safe" },
        { "io", "; look at the disk (dmesg), then start again: what was acknowledged is safe" },
        { "corrupt", "; restore a copy, or save what can be read with: sqlite3 FILE .recover" },
        { "busy", "; another process holds it for too long" },
        { "denied", "; look at the owner and the mode of the file and its directory" },
    };
    for (size_t i = 0; i < sizeof HINTS / sizeof *HINTS; i++)
        if (strcmp(HINTS[i].word, word) == 0) return HINTS[i].hint;
    return "";
}

bool sqlite_fail(SqliteDb *db, int rc, Err *err) {
    int os = errno;                                     /* SQLite forgets it for a failed COMMIT */
    if (sqlite3_system_errno(db->raw)) os = sqlite3_system_errno(db->raw);
    bool by_os = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_FULL;
    const char *word = sqlite_word(rc, by_os ? os : 0);
    /* the connection's text may belong to another call: then the code's own sentence */
    const char *what = sqlite3_extended_errcode(db->raw) == rc ? sqlite3_errmsg(db->raw) : sqlite3_errstr(rc);
    return err_set(err, word, "database %s: %s%s%s%s%s", db->path, what, by_os && os ? " (" : "",
                   by_os && os ? strerror(os) : "", by_os && os ? ")" : "", hint_for(word));
}

static bool sqlite_exec(Db *base, const char *sql, Err *err) {
    SqliteDb *db = (SqliteDb *)base;
    errno = 0;
    int rc = sqlite3_exec(db->raw, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || sqlite_fail(db, rc, err);
}

/* SQLite numbers $N by first appearance, PostgreSQL by N: both must agree. */
static bool parameters_in_order(sqlite3_stmt *raw) {
    for (int i = 1, n = sqlite3_bind_parameter_count(raw); i <= n; i++) {
        char want[16];
        const char *name = sqlite3_bind_parameter_name(raw, i);
        snprintf(want, sizeof want, "$%d", i);
        if (!name || strcmp(name, want) != 0) return false;
    }
    return true;
}

/* NULL = *err says why. */
static SqliteStmt *stmt_new(SqliteDb *db, const char *sql, bool cached, Err *err) {
    sqlite3_stmt *raw = NULL;
    int rc = sqlite3_prepare_v3(db->raw, sql, -1, cached ? SQLITE_PREPARE_PERSISTENT : 0, &raw, NULL);
    if (rc != SQLITE_OK) {
        sqlite_fail(db, rc, err);
        return NULL;
    }
    if (!raw || !parameters_in_order(raw)) {
        sqlite3_finalize(raw);
        err_set(err, "invalid", "SQL must be one statement with parameters $1, $2 … in order: %.200s", sql);
        return NULL;
    }
    SqliteStmt *stmt = mem_new(sizeof *stmt);
    *stmt = (SqliteStmt){ .base = { db->base.kind }, .db = db, .raw = raw, .sql = sql, .cached = cached };
    return stmt;
}

static void stmt_free(SqliteStmt *stmt) {
    if (!stmt) return;
    sqlite3_finalize(stmt->raw);
    free(stmt);
}

/* Statements are found by the address of their text, which is a literal almost always; the text is
 * compared too, since memory of a built one may be used again. NULL = not there; *slot: where it may go. */
static SqliteStmt *cache_find(SqliteDb *db, const char *sql, SqliteStmt ***slot) {
    size_t at = ((uintptr_t)sql >> 3) * 2654435761u;
    *slot = NULL;
    for (size_t i = 0; i < 8; i++) {
        SqliteStmt **here = &db->cache[(at + i) % SQLITE_CACHE_SLOTS];
        if (*here && (*here)->sql == sql && !(*here)->busy && strcmp(sqlite3_sql((*here)->raw), sql) == 0) return *here;
        if (!*slot && (!*here || (i == 7 && !(*here)->busy))) *slot = here;
    }
    return NULL;
}

static bool sqlite_prepare(Db *base, const char *sql, DbStmt **out, Err *err) {
    SqliteDb *db = (SqliteDb *)base;
    SqliteStmt **slot, *stmt = cache_find(db, sql, &slot);
    if (!stmt) {
        stmt = stmt_new(db, sql, slot != NULL, err);
        if (!stmt) return false;
        if (slot) {
            stmt_free(*slot);
            *slot = stmt;
        }
    }
    stmt->busy = true;
    stmt->bind_rc = SQLITE_OK;
    *out = &stmt->base;
    return true;
}

static void bind_result(DbStmt *base, int rc) {
    SqliteStmt *stmt = (SqliteStmt *)base;
    if (rc != SQLITE_OK && stmt->bind_rc == SQLITE_OK) stmt->bind_rc = rc;
}

static sqlite3_stmt *raw_of(DbStmt *base) { return ((SqliteStmt *)base)->raw; }

static void sqlite_bind_null(DbStmt *base, int n) { bind_result(base, sqlite3_bind_null(raw_of(base), n)); }

static void sqlite_bind_int(DbStmt *base, int n, int64_t value) { bind_result(base, sqlite3_bind_int64(raw_of(base), n, value)); }

static void sqlite_bind_real(DbStmt *base, int n, double value) { bind_result(base, sqlite3_bind_double(raw_of(base), n, value)); }

static void sqlite_bind_text(DbStmt *base, int n, Slice value) {
    if (!value.ptr) sqlite_bind_null(base, n);
    else bind_result(base, sqlite3_bind_text64(raw_of(base), n, value.ptr, value.len, SQLITE_STATIC, SQLITE_UTF8));
}

static void sqlite_bind_blob(DbStmt *base, int n, Slice value) {
    if (!value.ptr) sqlite_bind_null(base, n);
    else bind_result(base, sqlite3_bind_blob64(raw_of(base), n, value.ptr, value.len, SQLITE_STATIC));
}

static bool sqlite_step(DbStmt *base, bool *row, Err *err) {
    SqliteStmt *stmt = (SqliteStmt *)base;
    if (stmt->bind_rc != SQLITE_OK)
        return err_set(err, sqlite_word(stmt->bind_rc, 0), "cannot bind: %s: %.200s", sqlite3_errstr(stmt->bind_rc), stmt->sql);
    errno = 0;
    int rc = sqlite3_step(stmt->raw);
    *row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(stmt->db, rc, err);
}

static void sqlite_release(DbStmt *base) {
    SqliteStmt *stmt = (SqliteStmt *)base;
    if (!stmt->cached) {
        stmt_free(stmt);
        return;
    }
    sqlite3_reset(stmt->raw);
    sqlite3_clear_bindings(stmt->raw);
    stmt->busy = false;
}

static bool sqlite_finish(DbStmt *base, Err *err) {
    bool row = true, ok = true;
    while (row && ok) ok = sqlite_step(base, &row, err);
    sqlite_release(base);
    return ok;
}

static int64_t sqlite_column_int(DbStmt *base, int column) { return sqlite3_column_int64(raw_of(base), column); }

static double sqlite_column_real(DbStmt *base, int column) { return sqlite3_column_double(raw_of(base), column); }

/* Text too: sqlite3_column_text would copy it to append a NUL, and numbers come as digits here as well. */
static Slice sqlite_column_blob(DbStmt *base, int column) {
    sqlite3_stmt *raw = raw_of(base);
    const void *bytes = sqlite3_column_blob(raw, column);
    if (bytes) return slice_make(bytes, (size_t)sqlite3_column_bytes(raw, column));
    return slice_make(sqlite3_column_type(raw, column) == SQLITE_NULL ? NULL : "", 0);
}

static bool sqlite_column_is_null(DbStmt *base, int column) { return sqlite3_column_type(raw_of(base), column) == SQLITE_NULL; }

static int sqlite_column_count(DbStmt *base) { return sqlite3_column_count(raw_of(base)); }

static const char *sqlite_column_name(DbStmt *base, int column) { return sqlite3_column_name(raw_of(base), column); }

static int64_t sqlite_changes(Db *base) { return sqlite3_changes64(((SqliteDb *)base)->raw); }

static int64_t sqlite_last_id(Db *base) { return sqlite3_last_insert_rowid(((SqliteDb *)base)->raw); }

static bool run_cached(Db *base, const char *sql, Err *err) {
    DbStmt *stmt;
    return sqlite_prepare(base, sql, &stmt, err) && sqlite_finish(stmt, err);
}

static bool sqlite_begin(Db *base, Err *err) { return run_cached(base, "BEGIN IMMEDIATE", err); }

/* A checkpoint that failed after the commit counts as failed too: its fsync may have lost pages that
 * the log is about to forget, so nothing more may be written. */
static bool sqlite_commit(Db *base, Err *err) {
    SqliteDb *db = (SqliteDb *)base;
    if (!run_cached(base, "COMMIT", err)) return false;
    return db->checkpoint_rc == SQLITE_OK || sqlite_fail(db, db->checkpoint_rc, err);
}

static bool sqlite_in_transaction(Db *base) { return !sqlite3_get_autocommit(((SqliteDb *)base)->raw); }

static void sqlite_rollback(Db *base) {
    Err ignored;
    if (sqlite_in_transaction(base)) run_cached(base, "ROLLBACK", &ignored);
}

static bool sqlite_checkpoint(Db *base, Err *err) {
    SqliteDb *db = (SqliteDb *)base;
    errno = 0;
    int rc = sqlite3_wal_checkpoint_v2(db->raw, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK || sqlite_fail(db, rc, err);
}

static bool sqlite_set_version(Db *base, int version, Err *err) {
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
    return sqlite_exec(base, sql, err);
}

const DbKind DB_SQLITE = {
    .name = "sqlite",
    .open = sqlite_open, .close = sqlite_close, .abandon = sqlite_abandon,
    .exec = sqlite_exec, .prepare = sqlite_prepare,
    .bind_int = sqlite_bind_int, .bind_real = sqlite_bind_real, .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob, .bind_null = sqlite_bind_null,
    .step = sqlite_step, .finish = sqlite_finish, .release = sqlite_release,
    .column_int = sqlite_column_int, .column_real = sqlite_column_real, .column_text = sqlite_column_blob,
    .column_blob = sqlite_column_blob, .column_is_null = sqlite_column_is_null,
    .column_count = sqlite_column_count, .column_name = sqlite_column_name,
    .changes = sqlite_changes, .last_id = sqlite_last_id,
    .begin = sqlite_begin, .commit = sqlite_commit, .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction, .checkpoint = sqlite_checkpoint,
    .version = sqlite_version, .set_version = sqlite_set_version,
};
