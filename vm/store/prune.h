/* prune.h - removes runs that are over, with all that only they need.
 *
 *     PruneWish wish = { .states = 1 << RUN_DONE, .before_ms = now - DAYS_30, .now_ms = now };
 *     PruneCount count;
 *     if (!prune_look(store_reader(store), &wish, &count, err)) ...     // what would go
 *     if (!prune_do(store, &wish, &count, err)) ...                     // goes
 *
 * In many small transactions: the process that executes the program meanwhile waits for none of them long. A run
 * goes from `run` first, so nobody meets one with half a journal; what a dead process has left of it goes with the next
 * prune. A load run stays while runs that were begun with its record are kept, and while its program is being executed.
 *
 * Floor:  store.   Thread: the loop thread; blocks.
 */
#pragma once
#include "store/schema.h"
#include "store/store.h"

typedef struct {
    Slice    name;                                      /* of the workflow; ptr NULL = all */
    unsigned states;                                    /* bit n: runs in state n; only those that are over count */
    int64_t  before_ms;                                 /* that ended before */
    int64_t  now_ms;                                    /* runs to be kept until later stay (run.keep_until) */
    int64_t  keep;                                      /* the newest of each workflow that stay */
} PruneWish;

typedef struct {
    int64_t runs, rows;                                 /* of journals */
    int64_t blobs, texts;                               /* values over 32 KiB, sources of programs that nobody names any more */
    int64_t bytes;                                      /* given back to the file system */
} PruneCount;

/* Counts runs and rows; a load run counts when it is not being executed and all that were begun with it go too. */
bool prune_look(Db *db, const PruneWish *wish, PruneCount *count, Err *err);
bool prune_do(Store *store, const PruneWish *wish, PruneCount *count, Err *err);
