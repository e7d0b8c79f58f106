/* db_sqlite.h - what the files of the SQLite half of db.h share; nobody else includes it.
 *
 *     if (rc != SQLITE_OK) return sqlite_fail(db, rc, err);
 *
 * Floor:  db - SQLite is used in db_sqlite*.c alone.
 * Memory: a SqliteDb owns its statements and its path.
 */
#pragma once
#include "db/db.h"
#include <sqlite3.h>

enum {
    SQLITE_CACHE_SLOTS = 256,                           /* statements kept; all of vm/store is about 60 */
    SQLITE_BUSY_MS = 5000,
    SQLITE_CHECKPOINT_FRAMES = 4000,
    SQLITE_LOG_MAX = 64 << 20                           /* bytes the log keeps on disk after a checkpoint */
};

typedef struct SqliteDb SqliteDb;

typedef struct {
    DbStmt        base;
    SqliteDb     *db;
    sqlite3_stmt *raw;
    const char   *sql;                                  /* the caller's pointer: the key in the cache */
    bool          cached, busy;
    int           bind_rc;                              /* first failed bind */
} SqliteStmt;

struct SqliteDb {
    Db          base;
    sqlite3    *raw;
    char       *path;
    SqliteStmt *cache[SQLITE_CACHE_SLOTS];
    void       *guard;                                  /* of db_sqlite_foreign.c, while it runs; else NULL */
    bool        is_guarded;
    int         checkpoint_rc;                          /* why the log could not be folded in after a commit */
};

/* Fills err from the connection's last error; always false. */
bool sqlite_fail(SqliteDb *db, int rc, Err *err);
/* Our word for a result code; `os` is the errno beside it. */
const char *sqlite_word(int rc, int os);

/* The slots of DbKind that live in db_sqlite_open.c. */
bool sqlite_open(Db **out, const DbOpen *how, Err *err);
void sqlite_close(Db *base);
void sqlite_abandon(Db *base);
bool sqlite_version(Db *base, int *out, Err *err);
