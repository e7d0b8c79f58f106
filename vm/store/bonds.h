/* bonds.h - which run began which other one, and what becomes of it when that one ends.
 *
 *     bonds_start(store, &row, &(Bond){ .caller = id, .path = path, .on_end = ON_END_CANCEL }, started, ctx);
 *
 * The run and its bond are one commit. A start by a name that is used already makes neither. The end of a caller, in its own
 * commit, asks for the end of those that are to end with it. That a caller waits for one is its own matter (flow/people.lua).
 *
 * Floor:  store.   Thread: the loop thread.   Memory: arguments are copied.
 */
#pragma once
#include "store/runs.h"

/* Numbers kept in aios_bond.on_end. */
typedef enum { ON_END_ABANDON, ON_END_WAIT, ON_END_CANCEL } OnEnd;

typedef struct {
    int64_t caller;                     /* the run that begins it */
    Slice   path;                       /* and the place of the step that does */
    OnEnd   on_end;
} Bond;

/* As runs_create. */
void bonds_start(Store *store, const RunRow *row, const Bond *bond, RunStartDone done, void *ctx);

/* The run was asked to end because the one that began it is over. */
bool bonds_is_left(Db *db, int64_t run, bool *left, Err *err);

/* On the writer thread: run `id` is over. */
bool bonds_end(Db *db, int64_t id, int64_t now_ms, Err *err);
