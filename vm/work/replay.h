/* replay.h - what a run already did, asked call by call while its program runs again.
 *
 * Pure. Rows are those of journal_load, in delivery order. The common case (calls come
 * in the order they were recorded) costs one comparison; anything else goes
 * through an index by path that is built when first needed.
 *
 *     ReplayAnswer a = replay_ask(&replay, path, name, ahash);
 *     if (a.verdict == REPLAY_RECORDED) give(a.row->status, a.row->out);
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
    uint32_t *index;                    /* 1 + row, by hash of the path */
    size_t    mask;
} Replay;

void replay_init(Replay *replay, const JournalRow *rows, size_t count);
void replay_drop(Replay *replay);

/* ahash NULL: the call has no arguments to compare. */
ReplayAnswer replay_ask(Replay *replay, Slice path, Slice name, const unsigned char *ahash);

/* True when the program has caught up with the last recorded row. */
bool replay_is_over(const Replay *replay);

/* What the clock said at reading number `reading` (from 1) of the scope at `path`: true and *ms, or false when nothing
 * was recorded for it (it said the same as before, or the record ends). Readings are asked for in their order. */
bool replay_clock(Replay *replay, Slice path, int reading, int64_t *ms);

/* The greatest number among recorded paths "/N": how many calls the top scope made. */
int64_t replay_top_calls(const Replay *replay);
