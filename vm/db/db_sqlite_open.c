/* Opening: nothing of a foreign or newer file may change, and SQLite changes files early, so the
 * first 100 bytes are judged before the first statement. They are read through SQLite's own file
 * handle: closing one of ours would drop the POSIX locks of every connection of this process. */
#include "db/db_sqlite.h"
#include "base/buf.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

enum { HEADER_SIZE = 100, HEADER_VERSION = 60, HEADER_APPLICATION = 68 };

static const char *word_of_errno(int os) {
    return os == EACCES || os == EPERM || os == EROFS ? "denied" : os == ENOENT ? "not_found"
         : os == ENOSPC || os == EDQUOT ? "full" : os == ENOTDIR || os == ELOOP || os == ENAMETOOLONG ? "invalid" : "io";
}

static void sync_directory(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}

/* mkdir -p of everything before the last slash; a made directory is entered in its parent for good. */
static bool make_parents(const char *path, Err *err) {
    char *copy = mem_copy(slice_of(path)), *parent = NULL;
    bool ok = true;
    for (char *slash = strchr(copy + 1, '/'); ok && slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(copy, 0700) == 0) sync_directory(parent ? parent : copy[0] == '/' ? "/" : ".");
        else if (errno != EEXIST)
            ok = err_set(err, word_of_errno(errno), "cannot make the directory %s for the database: %s", copy, strerror(errno));
        free(parent);
        parent = mem_copy(slice_of(copy));
        *slash = '/';
    }
    free(parent);
    free(copy);
    return ok;
}

static bool make_file(const char *path, Err *err) {
    if (!make_parents(path, err)) return false;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) close(fd);                             /* ours since this moment: no lock can be lost */
    if (fd >= 0 || errno == EEXIST) return true;
    return err_set(err, word_of_errno(errno), "cannot make the database %s: %s", path, strerror(errno));
}

static bool check_path(const char *path, DbMode mode, Err *err) {
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT && mode == DB_CREATE) return make_file(path, err);
        return err_set(err, word_of_errno(errno), "no database at %s: %s", path, strerror(errno));
    }
    if (S_ISREG(st.st_mode)) return true;
    return err_set(err, "invalid", "%s is %s, a database must be a regular file; give another path with --db", path,
                   S_ISDIR(st.st_mode) ? "a directory" : S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode) ? "a device" : "no regular file");
}

static uint32_t number_at(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool fail_not_ours(SqliteDb *db, const char *why, Err *err) {
    return err_set(err, "not_ours", "%s is %s; it was left as it is, give another path with --db", db->path, why);
}

static bool fail_newer(SqliteDb *db, int version, int known, Err *err) {
    return err_set(err, "newer", "the database %s was written by a later aios (schema %d, this one knows %d); it was left as it is, "
                   "install a later aios or give another path with --db", db->path, version, known);
}

/* *empty: the file has no bytes yet. */
static bool check_header(SqliteDb *db, const DbOpen *how, bool *empty, Err *err) {
    unsigned char head[HEADER_SIZE];
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    int rc = sqlite3_file_control(db->raw, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc == SQLITE_OK) rc = file->pMethods->xFileSize(file, &size);
    if (rc != SQLITE_OK) return sqlite_fail(db, rc, err);
    *empty = size == 0;
    if (*empty) return true;
    if (size < HEADER_SIZE) return fail_not_ours(db, "no database", err);
    rc = file->pMethods->xRead(file, head, HEADER_SIZE, 0);
    if (rc != SQLITE_OK) return sqlite_fail(db, rc, err);
    if (memcmp(head, "SQLite format 3", 16) != 0) return fail_not_ours(db, "no database", err);
    if (number_at(head + HEADER_APPLICATION) != how->application_id) return fail_not_ours(db, "the database of another program", err);
    if (number_at(head + HEADER_VERSION) > (uint32_t)how->version)
        return fail_newer(db, (int)number_at(head + HEADER_VERSION), how->version, err);
    return true;
}

static bool read_number(SqliteDb *db, const char *sql, int64_t *out, Err *err) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->raw, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(stmt, 0);
    bool ok = rc == SQLITE_ROW || sqlite_fail(db, rc, err);
    sqlite3_finalize(stmt);
    return ok;
}

bool sqlite_version(Db *base, int *out, Err *err) {
    int64_t version = 0;
    if (!read_number((SqliteDb *)base, "PRAGMA user_version", &version, err)) return false;
    *out = (int)version;
    return true;
}

/* Free pages can be given back to the file system (prune.h). The statement is made and not run: that tells the connection how its first
 * page is to look, where running it would write a page without our number. */
static bool want_pages_back(SqliteDb *db, Err *err) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->raw, "PRAGMA auto_vacuum = INCREMENTAL", -1, &stmt, NULL);
    sqlite3_finalize(stmt);
    return rc == SQLITE_OK || sqlite_fail(db, rc, err);
}

/* Puts our number into an empty file, in SQLite's rollback mode: so it is in the file itself and not
 * in the log, where check_header would miss it. Another process may do the same at the same time. */
static bool claim_empty(SqliteDb *db, const DbOpen *how, Err *err) {
    char sql[64];
    int64_t found = 0, tables = 0;
    if (!want_pages_back(db, err)) return false;
    if (!db_begin(&db->base, err)) return false;
    bool ok = read_number(db, "PRAGMA application_id", &found, err)
           && read_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (ok && found == 0 && tables == 0) {
        snprintf(sql, sizeof sql, "PRAGMA application_id = %d", (int)how->application_id);
        ok = db_exec(&db->base, sql, err) && db_commit(&db->base, err);
    } else if (ok && (uint32_t)found != how->application_id) {
        ok = fail_not_ours(db, "the database of another program", err);
    }
    db_rollback(&db->base);
    return ok;
}

/* A process that died in claim_empty has left our number in the file and a journal that takes it back. */
static bool check_claim(SqliteDb *db, bool *empty, Err *err) {
    int64_t found = 0;
    if (!read_number(db, "PRAGMA application_id", &found, err)) return false;
    *empty = found == 0;
    return true;
}

static bool switch_to_log(SqliteDb *db, bool *busy, Err *err) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->raw, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    bool wal = rc == SQLITE_ROW && sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    *busy = (rc & 0xff) == SQLITE_BUSY;
    if (rc != SQLITE_ROW) sqlite_fail(db, rc, err);
    else if (!wal) err_set(err, "io", "database %s: its file system cannot hold a write-ahead log; use another with --db", db->path);
    sqlite3_finalize(stmt);
    return wal;
}

/* Two processes that switch at once answer each other SQLITE_BUSY without waiting. */
static bool use_log(SqliteDb *db, Err *err) {
    Err problem;
    bool busy = true;
    for (int waited_ms = 0; busy && waited_ms < SQLITE_BUSY_MS; waited_ms += 5) {
        if (switch_to_log(db, &busy, &problem)) return true;
        if (busy) uv_sleep(5);
    }
    *err = problem;
    return false;
}

/* Instead of wal_autocheckpoint, which hides that an fsync failed. */
static int after_commit(void *ctx, sqlite3 *raw, const char *name, int frames) {
    SqliteDb *db = ctx;
    if (frames < SQLITE_CHECKPOINT_FRAMES) return SQLITE_OK;
    errno = 0;
    int rc = sqlite3_wal_checkpoint_v2(raw, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED) db->checkpoint_rc = rc;
    return SQLITE_OK;
}

static bool set_up_writer(SqliteDb *db, const DbOpen *how, bool empty, Err *err) {
    char sql[200];
    if (sqlite3_db_readonly(db->raw, "main") == 1)
        return err_set(err, "denied", "the database %s is read only for this user; look at its owner and mode", db->path);
    if (empty && !claim_empty(db, how, err)) return false;
    if (!use_log(db, err)) return false;
    snprintf(sql, sizeof sql, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = %d", SQLITE_LOG_MAX);
    if (!db_exec(&db->base, sql, err)) return false;
    sqlite3_wal_hook(db->raw, after_commit, db);
    return true;
}

static bool set_up(SqliteDb *db, const DbOpen *how, Err *err) {
    bool empty = false;
    int version;
    sqlite3_extended_result_codes(db->raw, 1);
    sqlite3_busy_timeout(db->raw, SQLITE_BUSY_MS);
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    if (!check_header(db, how, &empty, err) || (!empty && !check_claim(db, &empty, err))) return false;
    if (empty && how->mode != DB_CREATE) return err_set(err, "not_found", "the database %s is empty", db->path);
    if (how->mode != DB_READ && !set_up_writer(db, how, empty, err)) return false;
    if (!sqlite_version(&db->base, &version, err)) return false;      /* the log may be ahead of the header */
    if (version > how->version) return fail_newer(db, version, how->version, err);
    if (how->mode != DB_READ) return true;
    if (version == 0) return err_set(err, "not_found", "the database %s is empty", db->path);
    return db_exec(&db->base, "PRAGMA query_only = ON", err);
}

static void close_raw(SqliteDb *db) {
    for (size_t i = 0; i < SQLITE_CACHE_SLOTS; i++) {
        if (!db->cache[i]) continue;
        sqlite3_finalize(db->cache[i]->raw);
        free(db->cache[i]);
    }
    sqlite3_close_v2(db->raw);
    free(db->path);
    free(db);
}

void sqlite_close(Db *base) { close_raw((SqliteDb *)base); }

void sqlite_abandon(Db *base) {
    SqliteDb *db = (SqliteDb *)base;
    sqlite3_db_config(db->raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    close_raw(db);
}

bool sqlite_open(Db **out, const DbOpen *how, Err *err) {
    if (!how->path[0]) return err_set(err, "invalid", "the path of the database is empty");
    if (!check_path(how->path, how->mode, err)) return false;
    SqliteDb *db = mem_new(sizeof *db);
    Buf path;
    buf_init(&path);
    if (how->path[0] != '/') buf_add_text(&path, "./");  /* else ":memory:" and "file:x" mean something to SQLite */
    buf_add_text(&path, how->path);
    db->base.kind = &DB_SQLITE;
    db->path = mem_copy(slice_of(how->path));
    /* readers open for writing too: the last one out must be able to fold and remove the log */
    errno = 0;
    int rc = sqlite3_open_v2(buf_text(&path), &db->raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    buf_drop(&path);
    bool ok = rc == SQLITE_OK ? set_up(db, how, err) : sqlite_fail(db, rc, err);
    if (ok) *out = &db->base;
    else sqlite_abandon(&db->base);
    return ok;
}
