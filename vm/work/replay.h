/* replay.h - what a run already did, asked call by call while its program runs again.
 *
 * Pure. Rows are those of journal_load, in delivery order. The common case (calls come
 * in the order they were recorded) costs one comparison; anything else goes
 * through an index by path that is built when first needed.
 *
 *     ReplayAnswer a = replay_ask(&replay, path, name, ahash);
 *     if (a.verdict == REPLAY_RECORDED) give(a.row->status, a.row->out);
 *
 * While several branches of a run are at work a result is not taken when it is asked for but when its turn comes:
 *
 *     ReplayAnswer a = replay_look(&replay, path, name, ahash);
 *     if (a.verdict == REPLAY_RECORDED) replay_hold(&replay, a.row, branch);
 *     ... all branches wait ...
 *     if (replay_next(&replay, &row, &branch) == REPLAY_TURN) resume(branch, row);
 *
 * Floor:  work.   Memory: borrows the rows; owns its index until replay_drop.
 */
#pragma once
#include "store/journal.h"

typedef enum {
    REPLAY_LIVE,                        /* nothing is recorded: do it */
    REPLAY_RECORDED,                    /* row holds the result */
    REPLAY_OPEN,                        /* begun and not ended: row is the intent or the timer */
    REPLAY_AGAIN,                       /* begun and not ended, and a person allows it to be done again: row says so */
    REPLAY_DIVERGED                     /* row is something else: the program is not what it was */
} ReplayVerdict;

typedef struct {
    ReplayVerdict     verdict;
    const JournalRow *row;
} ReplayAnswer;

typedef struct {
    const JournalRow *rows;
    size_t    count, reached;           /* rows before `reached` lie behind the program */
    size_t    next_clock, clock_end;    /* clock rows at and after next_clock are still to come; none at or after clock_end */
    size_t    opened, last_result;      /* rows before `opened` that hold no result are done with; 1 + the last result */
    uint32_t *index;                    /* 1 + row, by hash of the path */
    size_t    mask;
    void    **holders;                  /* by row: who waits for it; made when first needed */
} Replay;

typedef enum {
    REPLAY_OVER,                        /* nothing is recorded beyond this */
    REPLAY_TURN,                        /* row and its holder are next */
    REPLAY_STUCK                        /* row is next, and nobody waits for it */
} ReplayNext;

void replay_init(Replay *replay, const JournalRow *rows, size_t count);
void replay_drop(Replay *replay);

/* ahash NULL: the call has no arguments to compare. */
ReplayAnswer replay_ask(Replay *replay, Slice path, Slice name, const unsigned char *ahash);

/* The same, without taking it: it stays the turn of whatever was recorded first. */
ReplayAnswer replay_look(Replay *replay, Slice path, Slice name, const unsigned char *ahash);

/* The result `row` is next: nothing recorded before it is still to come. */
bool replay_is_next(Replay *replay, const JournalRow *row);

/* `holder` waits for the result `row`, or does not any more and nobody will. */
void replay_hold(Replay *replay, const JournalRow *row, void *holder);
void replay_let_go(Replay *replay, const JournalRow *row);

/* An intent or a timer that replay_look found has been seen by who made it. */
void replay_opened(Replay *replay, const JournalRow *row);

/* Goes on to the next result that counts and takes it. Results inside a step whose own result is recorded do not count. */
ReplayNext replay_next(Replay *replay, const JournalRow **row, void **holder);

/* The first row of this kind; NULL: none. */
const JournalRow *replay_first(const Replay *replay, EntryKind kind);

/* True when the program has caught up with the last recorded row. */
bool replay_is_over(const Replay *replay);

/* What the clock said at reading number `reading` (from 1) of the scope at `path`: true and *ms, or false when nothing
 * was recorded for it (it said the same as before, or the record ends). Readings are asked for in their order. */
bool replay_clock(Replay *replay, Slice path, int reading, int64_t *ms);

/* The greatest number among recorded paths "/N": how many calls the top scope made. */
int64_t replay_top_calls(const Replay *replay);
