/* tables.h - the tables that programs make for themselves, in the same database file as ours.
 *
 *     tables_exec(store, &(TablesCall){ .sql = sql, .values = values, .count = 2, .key = key }, done, ctx);
 *     tables_query(store, &call, done, ctx);
 *     tables_forget(store, key);                       // the step that asked is recorded
 *     tables_watch(store, program, watches, 3);        // their changes become rows of `triggers`
 *
 * exec: the statement and a note of its result under `key` are one commit; the same key again gives the noted result, so a crash
 * between the statement and the record of its step does nothing twice. query: on a thread and a connection of its own, so that a
 * long one holds nobody up; it sees every exec that has been answered.
 *
 * A watch is a SQL trigger in the file itself: changes count whoever makes them, also while no program runs. A table that is not
 * there yet is watched as soon as an exec makes it. NULL is left out of the row; bytes come as hexadecimal digits.
 *
 * Floor:  store.   Thread: the loop thread.   Memory: calls are copied; what `done` gets dies with it.
 */
#pragma once
#include "db/db_foreign.h"
#include "store/store.h"

typedef struct {
    Slice          sql, key;                            /* key.ptr NULL: no note is kept */
    const DbValue *values;
    size_t         count;
} TablesCall;

typedef struct {
    Slice job_name, op, table;                          /* op: insert, update, delete */
} TablesWatch;

/* `out` is the JSON of db_foreign.h. Errors: those of db_foreign.h; a broken store. */
typedef void (*TablesDone)(void *ctx, Slice out, const Err *err);

void tables_exec(Store *store, const TablesCall *call, TablesDone done, void *ctx);
void tables_query(Store *store, const TablesCall *call, TablesDone done, void *ctx);
void tables_forget(Store *store, Slice key);            /* queued */

/* Queued: these are the watches of a program from now on. */
void tables_watch(Store *store, Slice program, const TablesWatch *watches, size_t count);

bool tables_has_watches(Db *db, Slice program);

/* Is it a table of aios itself? Letters of both cases are the same. */
bool tables_is_reserved(const char *name);

/* watches.c: on the writer's connection, inside its transaction. */
bool watches_install(Db *db, Err *err);
