/* db_foreign.h - a statement that somebody else wrote: one of a program's own tables, never one of ours.
 *
 *     DbForeign what = { .sql = sql, .values = values, .count = 2, .is_reserved = is_ours, .for_ms = 10000 };
 *     if (!db_foreign(db, &what, &out, err)) return false;      // out: {"changes":1,"id":7,"rows":[{"name":"tea"}]}
 *
 * While the statement is prepared an authorizer sees every table it would touch, inside triggers and views too. Refused are:
 * reserved tables, names that begin with aios or sqlite_, attaching files, pragmas, transactions, virtual tables.
 *
 * Errors: "denied", "invalid" (SQL), "conflict", "too_big", "timeout", and those of db.h.
 *
 * Floor:  db - may use base.   Thread: that of the Db.   Memory: borrows everything for the call.
 */
#pragma once
#include "base/buf.h"
#include "db/db.h"

typedef enum { DB_VALUE_NULL, DB_VALUE_INT, DB_VALUE_REAL, DB_VALUE_TEXT, DB_VALUE_BLOB } DbValueType;

typedef struct {
    DbValueType type;
    int64_t     integer;
    double      real;
    Slice       bytes;
} DbValue;

enum { DB_FOREIGN_ROWS = 100000, DB_FOREIGN_BYTES = 32 << 20 };

typedef struct {
    Slice          sql;                                 /* one statement; parameters are ?, ?1, :name or $name, bound by place */
    const DbValue *values;
    size_t         count;
    bool         (*is_reserved)(const char *table);
    int64_t        for_ms;                              /* longer is "timeout" */
    bool           changed_schema;                      /* set: it made, changed or dropped something */
} DbForeign;

/* Runs it; `out` gets one JSON object. More than DB_FOREIGN_ROWS rows or DB_FOREIGN_BYTES are "too_big". SQLite only. */
bool db_foreign(Db *db, DbForeign *what, Buf *out, Err *err);
