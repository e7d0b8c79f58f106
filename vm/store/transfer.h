/* transfer.h - runs with all that was recorded of them, row by row, out of one database and into another.
 *
 *     if (!transfer_read(db, run_id, each, ctx, err)) ...       // inside one read transaction of the caller's
 *
 *     TransferIn in = { .rows = rows, .count = n, .now_ms = now };
 *     if (!transfer_write(store, &in, err)) ...                 // all of it or nothing; in.bad: which row is at fault
 *
 * A row is a table and its columns, in the order of the table's `columns`. Numbers of runs are those of the database the row
 * comes from; they change on the way in when they are taken. A run that was not over arrives paused, so that it does not
 * go on in two places by itself. Rows of the audit log join the chain of the new database.
 *
 * Floor:  store.   Thread: the loop thread; blocks.
 * Memory: values given to `each` die with the call; those of a TransferIn are borrowed.
 */
#pragma once
#include "store/store.h"

enum { TRANSFER_COLUMNS_MAX = 48 };

/* i integer, r real, t text, h the 16 bytes of a hash, b bytes, n the number of a run */
typedef struct {
    const char *name, *kind;                            /* kind: one of these letters */
} TransferColumn;

typedef struct {
    const char     *name;
    TransferColumn  columns[TRANSFER_COLUMNS_MAX];      /* name NULL behind the last */
    const char     *from;                               /* what a run ($1) has in it */
} TransferTable;

/* By name; NULL: there is none. The list ends with a name NULL. */
const TransferTable *transfer_table(const char *name);

typedef struct {
    bool    is_null;
    int64_t number;
    double  real;
    Slice   text;                                       /* t, b, and the 16 bytes of h */
} TransferValue;

typedef struct {
    const TransferTable *table;
    TransferValue values[TRANSFER_COLUMNS_MAX];
    bool context;                                       /* of a run that others need: when it is there already, all is well */
} TransferRow;

/* `row` is the current row of a query with the columns of the table. */
typedef bool (*TransferEach)(void *ctx, const TransferTable *table, DbStmt *row, Err *err);

bool transfer_read(Db *db, int64_t run, TransferEach each, void *ctx, Err *err);

typedef struct {
    const TransferRow *rows;
    size_t   count;
    int64_t  now_ms;
    size_t   bad;                                       /* filled when it is refused: the row, from 0; count: none in particular */
} TransferIn;

/* Errors: "exists" (a run is there already), "invalid" (a row that fits nothing). */
bool transfer_write(Store *store, TransferIn *in, Err *err);
