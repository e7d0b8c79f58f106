/* asks.h - what people and other runs ask of a run: that it ends, that it says when it has, that it undoes what it did.
 *
 *     asks_cancel(store, uid, asked, ctx);             // whoever executes its program ends it
 *     asks_tell_end(store, uid, by, watched, ctx);     // its end will be a letter to run `by`
 *     asks_undo(store, id, &asked, err);
 *
 * Floor:  store.   Thread: the loop thread.   Memory: arguments are copied.
 */
#pragma once
#include "store/runs.h"

/* err: "not_found", "closed" (it is over), or a broken store. NULL: durable. */
typedef void (*Asked)(void *ctx, const Err *err);

/* A run that no process can go on with (diverged, in doubt) ends at once. */
void asks_cancel(Store *store, Slice uid, Asked done, void *ctx);

/* state: how it stands now; when it is over there will be no letter. err: "not_found". */
typedef void (*AskedState)(void *ctx, RunState state, const Err *err);

/* When the run ends, run `by` gets the letter "run UID" (inbox.h). */
void asks_tell_end(Store *store, Slice uid, int64_t by, AskedState done, void *ctx);

/* A run that is over goes on once more, to undo what it did, when its program next looks: *asked. Not when it was
 * undone, or failed or was cancelled (that undid it) - except that some of its undo parts failed. Waits for the disk. */
bool asks_undo(Store *store, int64_t id, bool *asked, Err *err);

/* A run that failed (or is paused, or diverged) goes on when its program next looks: what failed last is forgotten and done
 * again. `source`: of the program it follows from now on; ptr NULL = the one it began with. *step: where it goes on,
 * free() it; NULL = behind its last step. err: "invalid" when it may not. Waits for the disk. */
bool asks_retry(Store *store, const RunRow *run, Slice source, char **step, Err *err);

/* Runs of a program whose end was asked for and has not come. */
bool asks_cancelled(Db *db, Slice program, RunEach each, void *ctx, Err *err);

/* Whether runs of a program sleep until they are told something, and whether a person's answer is among that. */
bool asks_expected(Db *db, Slice program, bool *letter, bool *answer, Err *err);

/* On the writer thread: run `id` is over; those who asked are told. */
bool asks_answer_end(Db *db, int64_t id, int64_t now_ms, Err *err);
