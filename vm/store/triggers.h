/* triggers.h - the queue that any program may fill: a row is a request to start a job.
 *
 *     INSERT INTO triggers (job_name, args, kwargs, created) VALUES ('report', '[]', '{}', 1767225600.0)
 *
 *     triggers_pending(store_reader(store), take, ctx, err);
 *     triggers_claim(store, id, &run, claimed, ctx);   // marks the row and creates its run: both or none
 *     triggers_fail(store, id, "no workflow named 'reprot'");
 *
 * A row is written by strangers: any column may be NULL or nonsense. Instants of this table
 * are epoch seconds with a fraction.
 *
 * Floor:  store.    Thread: the loop thread.   Memory: a row given to `each` dies with the call.
 */
#pragma once
#include "store/runs.h"

typedef struct {
    int64_t id;
    Slice   job_name, args, kwargs;                     /* ptr NULL = NULL */
    double  created;                                    /* epoch seconds; 0 = unknown */
    Slice   uid;                                        /* of the run it becomes; NULL = the starter chooses */
    Slice   event, source;                              /* of an event: its payload (JSON), and the word behind `on`; else NULL */
    Slice   program;                                    /* whose job is meant; NULL = any */
} TriggerRow;

typedef bool (*TriggerEach)(void *ctx, const TriggerRow *row);  /* false ends the walk */
typedef void (*TriggerDone)(void *ctx, int64_t id, const Err *err);

/* Rows nobody has taken, oldest first. */
bool triggers_pending(Db *db, TriggerEach each, void *ctx, Err *err);

/* What the source of an event delivered with row `id`; "not_found" when there is no such row. */
bool triggers_event(Db *db, int64_t id, Buf *out, Err *err);

/* Takes a row and creates `run` for it, in one transaction. start->lost: another process was faster. */
void triggers_claim(Store *store, int64_t id, const RunRow *run, RunStartDone done, void *ctx);

/* Marks a row as processed with its error, so that it is not tried again. */
void triggers_fail(Store *store, int64_t id, const char *text);

/* Adds a row; `done` (may be NULL) gets its id when durable. args, kwargs: JSON, ptr NULL = none. A uid that
 * was used before is the same request again: nothing is added and `done` gets the id of the first. */
void triggers_insert(Store *store, Slice job_name, Slice args, Slice kwargs, Slice uid, TriggerDone done, void *ctx);

/* The same with every column (id and created are filled in). `fresh` tells `done` whether it was added. */
typedef void (*TriggerAdded)(void *ctx, int64_t id, bool fresh, const Err *err);
void triggers_add(Store *store, const TriggerRow *row, TriggerAdded done, void *ctx);
