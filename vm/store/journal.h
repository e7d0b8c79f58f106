/* journal.h - the durable record of a run, one row for each thing that happened.
 *
 * Rows are queued in the order of their seq and never changed. What must not act before its
 * rows are safe waits with store_sync.
 *
 *     JournalRow row = { .run = id, .seq = n, .kind = ENTRY_RESULT, .path = path, .name = slice_of("fs.write"),
 *                        .status = ENTRY_OK, .t = now, .epoch = epoch, .out = json };
 *     journal_append(store, &row);
 *
 *     JournalLoad *past;
 *     if (!journal_load(store_reader(store), id, &past, err)) return false;
 *     for (size_t i = 0; i < past->count; i++) replay(&past->rows[i]);
 *     journal_free(past);
 *
 * A value over 32 KiB is kept once, by its hash (blob.h).
 *
 * Floor:  store.    Thread: the loop thread.
 * Memory: append copies; a load is one arena that lives until journal_free.
 */
#pragma once
#include "base/hash.h"
#include "store/schema.h"
#include "store/store.h"

typedef struct {
    int64_t     run, seq;                               /* seq = delivery order in the run, from 1 */
    EntryKind   kind;
    EntryStatus status;
    Slice       path, name;                             /* identity of the step; tool or step name */
    int         ver;                                    /* of a step: how many undo parts inside a replay must find again;
                                                         * of a tool: its version; 0 = none */
    unsigned char ahash[HASH_SIZE];                     /* of the canonical arguments; zeroes = none */
    int         line;                                   /* in the source; 0 = unknown */
    int         attempt;                                /* from 1; 0 is stored as 1 */
    int64_t     t;                                      /* Unix ms: when it ended, or when a timer is due */
    int64_t     dur;                                    /* microseconds */
    int64_t     epoch;
    Slice       out;                                    /* JSON; ptr NULL = none */
    int64_t     cost;                                   /* micro-dollars */
} JournalRow;

typedef struct {
    JournalRow *rows;                                   /* by seq */
    size_t      count;
    size_t      bytes;                                  /* of all values, for the limits of a run */
    void       *arena;                                  /* the module's */
} JournalLoad;

/* Queues one row. A (run, seq) written before breaks the store: two writers of one run must never be. */
void journal_append(Store *store, const JournalRow *row);

/* All committed rows of a run. What was queued a moment ago is there only after store_sync. */
bool journal_load(Db *db, int64_t run, JournalLoad **out, Err *err);
void journal_free(JournalLoad *load);                   /* NULL is fine */
