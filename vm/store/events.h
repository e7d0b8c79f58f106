/* events.h - what programs told the world: a name, a payload, when, and which run said it.
 *
 *     events_add(store, &(EventRow){ .name = slice_of("deploy.done"), .payload = json, .source = run_uid, .uid = key });
 *
 * A row stays; who reacts to it keeps its own place in the table (events.id only grows).
 *
 * Floor:  store.   Memory: add copies.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t id;                                         /* filled when read */
    int64_t t;                                          /* Unix ms; 0 = now */
    Slice   name, payload;                              /* "deploy.done"; JSON, ptr NULL = none */
    Slice   source;                                     /* uid of the run that said it; ptr NULL = a person */
    Slice   uid;                                        /* the same event again adds nothing; ptr NULL = never the same */
} EventRow;

/* Queued. */
void events_add(Store *store, const EventRow *row);

typedef bool (*EventEach)(void *ctx, const EventRow *row);      /* false ends the walk */

/* What came after row `id`, oldest first, at most `most`. */
bool events_after(Db *db, int64_t id, int64_t most, EventEach each, void *ctx, Err *err);

/* Where one begins to listen: the row before the first that the run `source` said, else the last row of all. */
bool events_place(Db *db, int64_t source_run, int64_t *out, Err *err);
