/* runs.h - one row for each run of a program: what it is, where it stands, when it wakes.
 *
 *     RunRow row = { .id = runs_new_id(store), .uid = slice_of(uid), .program = ..., .state = RUN_QUEUED };
 *     runs_create(store, &row, created, ctx);          // a uid that exists is the same start again
 *     runs_set_state(store, row.id, &(RunChange){ .state = RUN_WAITING, .wake = due_ms });
 *
 * Instants are Unix milliseconds, 0 = none; money is micro-dollars; a Slice with ptr NULL = none.
 *
 * Floor:  store.    Thread: the loop thread.
 * Memory: a row given to `each` dies with the call; one from runs_find is one block: free(row).
 */
#pragma once
#include "base/hash.h"
#include "store/schema.h"
#include "store/store.h"

/* What became of the undo parts of a run. */
typedef enum { UNDONE_NOT, UNDONE_ALL, UNDONE_PARTLY } Undone;

typedef struct {
    int64_t  id;
    Slice    uid;                                       /* public id and idempotency key of the start */
    Slice    program, name;                             /* absolute path of the file; name of the workflow */
    unsigned char code[HASH_SIZE];                      /* of the source; zeroes = none */
    int      engine;                                    /* version of the built-in semantics */
    RunState state;
    int64_t  seed;
    Slice    cause, reason;                             /* what started it; why it stands or ended so */
    Slice    input, output, error;                      /* JSON */
    Slice    queue, qkey;
    int      prio;
    int64_t  wake, deadline;
    Slice    wait_on;
    int64_t  parent;
    Slice    parent_path;
    int64_t  prev, forked_from, forked_seq;
    Slice    schedule;
    int64_t  nominal;                                   /* the slot of the schedule */
    int      attempt;                                   /* from 1; 0 is stored as 1 */
    int64_t  cost, epoch;
    bool     cancel;                                    /* somebody asked for its end */
    int      undo;                                      /* times a person asked to undo it after its end */
    Undone   undone;
    int64_t  created, started, finished, keep_until;
} RunRow;

/* What came of a start. */
typedef struct {
    bool     lost;                                      /* trigger: somebody else took it; there is no run */
    bool     existed;                                   /* the uid was known: id and state are those of the old run */
    int64_t  id;
    RunState state;
} RunStart;

/* Called when durable; on failure err is set and start is NULL. */
typedef void (*RunStartDone)(void *ctx, const RunStart *start, const Err *err);

typedef bool (*RunEach)(void *ctx, const RunRow *row);  /* false ends the walk */

/* What runs_set_state changes. wake and wait_on are replaced (none clears them); the rest is left alone when
 * it is none, so `{ .state = RUN_RUNNING, .started = now }` says all. */
typedef struct {
    RunState state;
    int64_t  wake;
    Slice    wait_on;
    Slice    output, error, reason;
    int64_t  started, finished, keep_until;
    int64_t  cost;                                      /* the new sum */
    int64_t  epoch;
    int      attempt;
} RunChange;

/* A new id: 63 bits, later ones are greater: milliseconds since 2026, then chance. Asks nobody. */
int64_t runs_new_id(Store *store);

/* Writes a new run; `done` may be NULL. An id already used by another run is "conflict". */
void runs_create(Store *store, const RunRow *row, RunStartDone done, void *ctx);

/* Queued; nothing happens to a run that has ended (done, failed, cancelled, continued, skipped). */
void runs_set_state(Store *store, int64_t id, const RunChange *change);

/* Marks a run so that whoever executes it ends it. */
void runs_ask_cancel(Store *store, int64_t id);

/* Queued: what became of its undo parts. */
void runs_set_undone(Store *store, int64_t id, Undone undone);

/* The run with this uid, or "not_found". */
bool runs_find(Db *db, Slice uid, RunRow **out, Err *err);
bool runs_find_id(Db *db, int64_t id, RunRow **out, Err *err);

/* Runs of a program that are queued, running or waiting: by priority, then oldest first. */
bool runs_open(Db *db, Slice program, RunEach each, void *ctx, Err *err);

/* Runs of a program that are in doubt, oldest first. */
bool runs_in_doubt(Db *db, Slice program, RunEach each, void *ctx, Err *err);

/* Unfinished runs of a program whose wake is at or before `before_ms`, earliest first. */
bool runs_due(Db *db, Slice program, int64_t before_ms, RunEach each, void *ctx, Err *err);

/* When runs of one workflow were made since `after_ms`, skipped ones left out: the newest `most`, newest first.
 * *count is how many; `at` has room for `most`. */
bool runs_recent(Db *db, Slice program, Slice name, int64_t after_ms, size_t most, int64_t *at, size_t *count, Err *err);

/* The earliest wake of an unfinished run of a program; *wake = 0 when none sleeps. Those that wait for a person's
 * answer too count until `answers_ms`. */
bool runs_next_wake(Db *db, Slice program, int64_t answers_ms, int64_t *wake, Err *err);

/* For the modules that start a run in a transaction of their own (triggers, schedules): bytes that
 * runs_copy needs, a copy of `row` with all its text at `at`, and the insert itself on the writer thread. */
size_t runs_size(const RunRow *row);
void   runs_copy(const RunRow *row, RunRow *copy, char *at);
bool   runs_insert(Db *db, const RunRow *row, RunStart *start, Err *err);
