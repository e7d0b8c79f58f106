/* report.h - the questions people ask about a database, by name, and the only SQL of the command line.
 *
 * A query has parameters by name and columns with a type, so that a caller can fill and show it without
 * knowing its SQL. Columns called *_at are Unix ms, *_json hold JSON text, money is micro-dollars.
 *
 *     Db *db;
 *     if (!report_open(path, &db, err)) return false;      // nothing can be written through it
 *     const ReportQuery *query = report_query("runs");
 *     DbStmt *rows;
 *     if (!db_prepare(db, query->sql, &rows, err)) ...     // bind query->params[i] as $i+1; missing ones NULL
 *     for (bool row; db_step(rows, &row, err) && row;) ... // query->types[column]: 'i' 'r' 't'
 *     db_release(rows);
 *     db_close(db);
 *
 * Floor:  store - may use base and db.   Thread: any, each with its own Db.
 * Memory: queries are constants; the Db is the caller's to close.
 */
#pragma once
#include "db/db.h"

enum { REPORT_PARAMS_MAX = 6 };

typedef struct {
    const char *name;
    const char *params[REPORT_PARAMS_MAX];              /* $1, $2 … by name; NULL behind the last */
    const char *types;                                  /* one letter a column: i integer, r real, t text */
    const char *sql;
} ReportQuery;

/* The query with that name, or NULL. */
const ReportQuery *report_query(const char *name);

/* Opens the database at `path` for reading. Errors: "not_found" when nothing has run yet; else those of db.h. */
bool report_open(const char *path, Db **out, Err *err);
