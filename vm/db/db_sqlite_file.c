#include "db/db_file.h"
#include "db/db_sqlite.h"
#include <stdio.h>
#include <stdlib.h>

static bool none_reserved(const char *table) { (void)table; return false; }

static bool failed(SqliteDb *db, int rc, Err *err) {
    if (rc == SQLITE_CANTOPEN) return err_set(err, "not_found", "%s: there is no database, or it cannot be opened", db->path);
    if ((rc & 0xff) == SQLITE_NOTADB) return err_set(err, "invalid", "%s: is no SQLite database", db->path);
    if ((rc & 0xff) == SQLITE_BUSY) return err_set(err, "busy", "%s: is locked by another program", db->path);
    return sqlite_fail(db, rc, err);
}

/* A number that a pragma tells; every database has it. */
static bool number_of(SqliteDb *db, const char *pragma, int *out, Err *err) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->raw, pragma, -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    bool good = rc == SQLITE_ROW || failed(db, rc, err);
    if (good) *out = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return good;
}

/* Close it whatever happens. */
static bool open_file(const DbFile *file, SqliteDb *db, Err *err) {
    int flags = (file->write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOFOLLOW, id = 0;
    *db = (SqliteDb){ .path = mem_copy(slice_of(file->path)) };
    int rc = sqlite3_open_v2(file->path, &db->raw, flags, NULL);
    if (rc != SQLITE_OK) return failed(db, rc, err);
    sqlite3_busy_timeout(db->raw, SQLITE_BUSY_MS);
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (!number_of(db, "pragma application_id", &id, err)) return false;
    if ((uint32_t)id != file->ours) return true;
    return err_set(err, "denied", "%s: is a database of aios itself; db.query and db.exec use its tables for programs", file->path);
}

static void close_file(SqliteDb *db) {
    sqlite3_close_v2(db->raw);
    free(db->path);
}

bool db_file_run(const DbFile *file, DbForeign *what, Buf *out, Err *err) {
    SqliteDb db;
    what->is_reserved = none_reserved;
    bool good = open_file(file, &db, err) && db_foreign(&db.base, what, out, err);
    close_file(&db);
    return good;
}

/* -------------------------------------------------- migrate */
static bool exec(SqliteDb *db, const char *sql, Err *err) {
    int rc = sqlite3_exec(db->raw, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || failed(db, rc, err);
}

/* Where the statement that begins at `sql` ends: a semicolon in a text or a trigger is none. */
static size_t statement_size(char *sql) {
    for (char *at = strchr(sql, ';'); at; at = strchr(at + 1, ';')) {
        char behind = at[1];
        at[1] = 0;
        int whole = sqlite3_complete(sql);
        at[1] = behind;
        if (whole) return (size_t)(at + 1 - sql);
    }
    return strlen(sql);
}

static bool is_blank(const char *sql) {
    for (;;) {
        sql += strspn(sql, " \t\r\n;");
        if (strncmp(sql, "--", 2) != 0) return !*sql;
        sql += strcspn(sql, "\n");
    }
}

static bool run_text(SqliteDb *db, Slice text, int version, int64_t for_ms, Err *err) {
    char *sql = mem_copy(text), *at = sql;
    bool good = true;
    Buf out = { 0 };
    while (good && !is_blank(at)) {
        size_t size = statement_size(at);
        DbForeign what = { .sql = slice_make(at, size), .is_reserved = none_reserved, .for_ms = for_ms };
        Err why;
        buf_clear(&out);
        good = db_foreign(&db->base, &what, &out, &why);
        if (!good) err_set(err, why.code, "version %d: %s", version, why.text);
        at += size;
    }
    buf_drop(&out);
    free(sql);
    return good;
}

static bool migrate(SqliteDb *db, const Slice *texts, size_t count, int64_t for_ms, int *from, Err *err) {
    char last[48];
    if (!exec(db, "begin immediate", err)) return false;
    bool good = number_of(db, "pragma user_version", from, err);
    if (good && *from > (int)count)
        good = err_set(err, "newer", "%s: has version %d, and %zu are known here", db->path, *from, count);
    for (int i = *from; good && i < (int)count; i++) good = run_text(db, texts[i], i + 1, for_ms, err);
    snprintf(last, sizeof last, "pragma user_version = %d; commit", (int)count);
    good = good && exec(db, last, err);
    if (!good) sqlite3_exec(db->raw, "rollback", NULL, NULL, NULL);
    return good;
}

bool db_file_migrate(const DbFile *file, const Slice *texts, size_t count, int64_t for_ms, int *from, Err *err) {
    SqliteDb db;
    *from = 0;
    bool good = open_file(file, &db, err) && migrate(&db, texts, count, for_ms, from, err);
    close_file(&db);
    return good;
}
