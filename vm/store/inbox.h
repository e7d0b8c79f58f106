/* inbox.h - what was said to a run and waits until the run asks for it.
 *
 *     inbox_put(store, &(Letter){ .run = uid, .mid = key, .name = slice_of("paid"), .body = json }, told, ctx);
 *     if (!inbox_next(store_reader(store), id, name, skip, count, &letter, err)) ...    // letter NULL: none
 *     store_group_begin(store);                        // handed over and recorded: both or none
 *     inbox_hand_over(store, id, letter->n, seq);
 *     journal_append(store, &row);
 *     store_group_end(store);
 *
 * A run that sleeps until it is told something has the names in run.wait_on, with ", " between; a letter with one of
 * them makes it due at once (run.wake), so whoever executes its program wakes it.
 *
 * Floor:  store.   Thread: the loop thread.   Memory: put copies; a Letter of inbox_next is one block: free(letter).
 */
#pragma once
#include "store/store.h"

typedef struct {
    Slice   run;                                        /* uid */
    Slice   mid;                                        /* the same letter again is not another one */
    Slice   name, body;                                 /* body: JSON; ptr NULL = none */
    int64_t n;                                          /* order of arrival in the run; filled when read */
} Letter;

/* err: "not_found" (no such run), "closed" (it is over), or a broken store. NULL: it is in the inbox, durable. */
typedef void (*LetterDone)(void *ctx, const Err *err);

void inbox_put(Store *store, const Letter *letter, LetterDone done, void *ctx);

/* The oldest letter with that name that was not handed over and whose n is not among `skip`. */
bool inbox_next(Db *db, int64_t run, Slice name, const int64_t *skip, size_t skip_count, Letter **out, Err *err);

/* Queued: the journal row `seq` holds it now. */
void inbox_hand_over(Store *store, int64_t run, int64_t n, int64_t seq);

/* For modules that put a letter in a transaction of their own: on the writer thread. */
bool inbox_insert(Db *db, int64_t run, const Letter *letter, int64_t now_ms, Err *err);
