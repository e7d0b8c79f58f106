/* db.h - the table of functions behind which a database lives.
 *
 * Everything above speaks to this table; one file per database fills it. SQL is the
 * part that both SQLite and PostgreSQL know: parameters are $1, $2 … first used in
 * that order, ON CONFLICT, RETURNING.
 *
 *     Db *db;
 *     DbOpen how = { .path = path, .mode = DB_CREATE, .application_id = ID, .version = 1 };
 *     if (!db_open(&DB_SQLITE, &db, &how, err)) return false;
 *     DbStmt *put;
 *     if (!db_prepare(db, "INSERT INTO meta(k, v) VALUES($1, $2)", &put, err)) return false;
 *     db_bind_text(put, 1, key);
 *     db_bind_blob(put, 2, value);
 *     if (!db_finish(put, err)) return false;             // runs it and gives it back
 *
 *     for (bool row; db_step(get, &row, err) && row;) use(db_text(get, 0));
 *     db_release(get);
 *
 * A Slice with ptr NULL is SQL's NULL, both ways; an empty value has a pointer.
 *
 * Error codes: "not_found" "denied" "invalid" (not a regular file, wrong SQL) "not_ours" (a file of another
 * program) "newer" (written by a later version) "corrupt" "full" "io" "busy" "conflict" "too_big" "failed".
 *
 * Floor:  db - may use base.          Thread: a Db is used by one thread at a time.
 * Memory: a Db owns its statements; bound bytes are borrowed until db_finish or
 *         db_release; slices read from a row die with the next step.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include <stdint.h>

typedef struct Db     Db;
typedef struct DbStmt DbStmt;
typedef struct DbKind DbKind;

typedef enum {
    DB_READ,               /* the file must exist; nothing can be written */
    DB_WRITE,              /* the file must exist */
    DB_CREATE              /* made when absent: mode 0600, parent directories 0700 */
} DbMode;

typedef struct {
    const char *path;
    DbMode      mode;
    uint32_t    application_id;  /* a file with another number is "not_ours" and stays untouched */
    int         version;         /* highest schema version understood; above it is "newer", untouched */
} DbOpen;

struct DbKind {
    const char *name;                                   /* "sqlite", for `db info` */

    /* Opens *out. Refusals leave every byte of the file as it was. */
    bool (*open)(Db **out, const DbOpen *how, Err *err);
    /* Closes; the last one out folds the write-ahead log into the file and removes it. */
    void (*close)(Db *db);
    /* Closes without writing anything: for a connection beside another one, or after a failed write. */
    void (*abandon)(Db *db);
    /* Runs SQL that has no parameters and no wanted rows; several statements may follow each other. */
    bool (*exec)(Db *db, const char *sql, Err *err);
    /* A statement ready for binding, kept for the next caller of the same SQL. Give back by finish or release. */
    bool (*prepare)(Db *db, const char *sql, DbStmt **out, Err *err);
    /* Bind parameter $n. A mistake (no such parameter) is told by the next step. */
    void (*bind_int)(DbStmt *stmt, int n, int64_t value);
    void (*bind_real)(DbStmt *stmt, int n, double value);
    void (*bind_text)(DbStmt *stmt, int n, Slice value);
    void (*bind_blob)(DbStmt *stmt, int n, Slice value);
    void (*bind_null)(DbStmt *stmt, int n);
    /* Goes to the next row; *row = false at the end. */
    bool (*step)(DbStmt *stmt, bool *row, Err *err);
    /* Runs to the end and gives the statement back, also on failure. */
    bool (*finish)(DbStmt *stmt, Err *err);
    /* Gives the statement back, wherever it stands. NULL is fine. */
    void (*release)(DbStmt *stmt);
    /* Columns of the current row, from 0. Text of a number is its digits, number of a text its leading digits. */
    int64_t (*column_int)(DbStmt *stmt, int column);
    double  (*column_real)(DbStmt *stmt, int column);
    Slice   (*column_text)(DbStmt *stmt, int column);
    Slice   (*column_blob)(DbStmt *stmt, int column);
    bool    (*column_is_null)(DbStmt *stmt, int column);
    int     (*column_count)(DbStmt *stmt);
    const char *(*column_name)(DbStmt *stmt, int column);
    /* Rows changed by the last INSERT, UPDATE or DELETE, and the id given by the last INSERT. */
    int64_t (*changes)(Db *db);
    int64_t (*last_id)(Db *db);
    /* A transaction that may write, from its first moment ("busy" after 5 s of another writer). */
    bool (*begin)(Db *db, Err *err);
    /* True means durable: power may fail now. False means nothing may be trusted to be durable. */
    bool (*commit)(Db *db, Err *err);
    void (*rollback)(Db *db);
    /* False outside a transaction, also when a full or failing disk ended it. */
    bool (*in_transaction)(Db *db);
    /* Folds the write-ahead log into the file and empties it; "busy" while another process uses it. */
    bool (*checkpoint)(Db *db, Err *err);
    /* The schema version written in the file; 0 = nothing yet. */
    bool (*version)(Db *db, int *out, Err *err);
    /* Sets it; part of the current transaction. */
    bool (*set_version)(Db *db, int version, Err *err);
};

struct Db     { const DbKind *kind; };
struct DbStmt { const DbKind *kind; };

extern const DbKind DB_SQLITE;

static inline bool db_open(const DbKind *kind, Db **out, const DbOpen *how, Err *err) { return kind->open(out, how, err); }
static inline void db_close(Db *db) { if (db) db->kind->close(db); }
static inline void db_abandon(Db *db) { if (db) db->kind->abandon(db); }
static inline bool db_exec(Db *db, const char *sql, Err *err) { return db->kind->exec(db, sql, err); }
static inline bool db_prepare(Db *db, const char *sql, DbStmt **out, Err *err) { return db->kind->prepare(db, sql, out, err); }
static inline void db_bind_int(DbStmt *s, int n, int64_t value) { s->kind->bind_int(s, n, value); }
static inline void db_bind_real(DbStmt *s, int n, double value) { s->kind->bind_real(s, n, value); }
static inline void db_bind_text(DbStmt *s, int n, Slice value) { s->kind->bind_text(s, n, value); }
static inline void db_bind_blob(DbStmt *s, int n, Slice value) { s->kind->bind_blob(s, n, value); }
static inline void db_bind_null(DbStmt *s, int n) { s->kind->bind_null(s, n); }
static inline bool db_step(DbStmt *s, bool *row, Err *err) { return s->kind->step(s, row, err); }
static inline bool db_finish(DbStmt *s, Err *err) { return s->kind->finish(s, err); }
static inline void db_release(DbStmt *s) { if (s) s->kind->release(s); }
static inline int64_t db_int(DbStmt *s, int column) { return s->kind->column_int(s, column); }
static inline double  db_real(DbStmt *s, int column) { return s->kind->column_real(s, column); }
static inline Slice   db_text(DbStmt *s, int column) { return s->kind->column_text(s, column); }
static inline Slice   db_blob(DbStmt *s, int column) { return s->kind->column_blob(s, column); }
static inline bool    db_is_null(DbStmt *s, int column) { return s->kind->column_is_null(s, column); }
static inline int     db_columns(DbStmt *s) { return s->kind->column_count(s); }
static inline const char *db_column_name(DbStmt *s, int column) { return s->kind->column_name(s, column); }
static inline int64_t db_changes(Db *db) { return db->kind->changes(db); }
static inline int64_t db_last_id(Db *db) { return db->kind->last_id(db); }
static inline bool db_begin(Db *db, Err *err) { return db->kind->begin(db, err); }
static inline bool db_commit(Db *db, Err *err) { return db->kind->commit(db, err); }
static inline void db_rollback(Db *db) { db->kind->rollback(db); }
static inline bool db_in_transaction(Db *db) { return db->kind->in_transaction(db); }
static inline bool db_checkpoint(Db *db, Err *err) { return db->kind->checkpoint(db, err); }
static inline bool db_version(Db *db, int *out, Err *err) { return db->kind->version(db, out, err); }
static inline bool db_set_version(Db *db, int version, Err *err) { return db->kind->set_version(db, version, err); }
