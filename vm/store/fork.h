/* fork.h - a run taken back to a step: as another run that shares what was recorded before it, or as itself.
 *
 *     ForkWish wish = { .run = run, .past = past, .at = place, .uid = slice_of(uid) };
 *     if (!fork_place(past, slice_of("/4"), &wish.at, err)) ...
 *     if (!fork_run(store, &wish, err)) ...            // queued; its program goes on with it
 *
 * A fork has rows of its own, numbered anew; long values are shared. Calls that had begun and not ended before the
 * step are not in it: it makes them itself. What the shared part did outside has happened once.
 *
 * Floor:  store.   Thread: the loop thread; blocks.   Memory: all is borrowed.
 */
#pragma once
#include "store/journal.h"
#include "store/runs.h"

enum { FORK_SETS_MAX = 32 };

/* Rows of the record, by their place in a JournalLoad. */
typedef struct {
    size_t begin, end;                                  /* the first row of a step; behind its result, or the same when it has none */
} ForkPlace;

/* A step by its path ("/4/1", "4/1") or by its name, when only one has it. Errors: "not_found", "invalid" (several). */
bool fork_place(const JournalLoad *past, Slice step, ForkPlace *out, Err *err);

typedef struct {
    size_t row;                                         /* the result */
    Slice  value;                                       /* JSON that it gives in the fork */
} ForkSet;

typedef struct {
    const RunRow      *run;
    const JournalLoad *past;
    size_t  rows;                                       /* of the record that are shared */
    ForkSet sets[FORK_SETS_MAX];
    size_t  set_count;
    Slice   uid;                                        /* of the fork */
    Slice   source;                                     /* the text it follows; ptr NULL: that of the run */
    Slice   cause;
} ForkWish;

/* Errors: "exists" (the uid), "invalid". */
bool fork_run(Store *store, const ForkWish *wish, Err *err);

/* A run that is not over follows another text from now on; one that diverged goes on. The caller has seen that the text fits the record,
 * and holds the program (owner.h). *done is false when the run is over. */
bool fork_move(Store *store, const RunRow *run, Slice source, bool *done, Err *err);

/* The run itself, which failed, diverged or is paused, forgets the record from row `rows` on and goes on from there.
 * *done is false when it is not such a run any more. */
bool fork_truncate(Store *store, const RunRow *run, const JournalLoad *past, size_t rows, bool *done, Err *err);
