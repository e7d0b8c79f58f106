/* audit.h - what was decided and done, as a chain in which no row can be changed unseen.
 *
 * hash = 256 bits of (the hash before, all other columns); the newest hash is kept beside the
 * table, so rows cut off at the end are missed too.
 *
 *     audit_append(store, &(AuditRow){ .tool = slice_of("fs.write"), .decision = slice_of("allow"), ... });
 *     store_sync(store, act, ctx);                     // no audit, no act
 *
 * Floor:  store.   Memory: append copies.
 */
#pragma once
#include "base/buf.h"
#include "store/store.h"

typedef struct {
    int64_t t;                                          /* Unix ms; 0 = now */
    Slice   run, program, path;                         /* uid, file, step; ptr NULL = none */
    Slice   tool, args;                                 /* args: JSON with secrets already taken out */
    Slice   need, decision, reason, status;
    int64_t dur;                                        /* microseconds; 0 = none */
} AuditRow;

typedef struct {
    int64_t rows;                                       /* looked at */
    int64_t bad_id;                                     /* first row that does not fit; 0 = all fit */
    char    text[200];                                  /* one sentence either way */
} AuditReport;

void audit_append(Store *store, const AuditRow *row);

/* The arguments that were kept of the call at `path` of a run; empty when there are none. */
bool audit_args(Db *db, Slice run, Slice path, Buf *out, Err *err);

/* For modules that add one in a transaction of their own, on the writer thread; t is not filled in. */
bool audit_insert(Db *db, const AuditRow *row, Err *err);

/* Walks the chain. False only when it cannot be read; what it found is in *report. */
bool audit_verify(Db *db, AuditReport *report, Err *err);
