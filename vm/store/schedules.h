/* schedules.h - when a declared schedule fires next, and the slot it fired last.
 *
 *     schedules_declare(store, &row);
 *     // a slot is due: the run and the step forward of the schedule are one commit
 *     RunRow run = { .uid = slice_of("ID@2026-01-01T07:00:00Z"), .schedule = id, .nominal = due, ... };
 *     schedules_fire(store, id, due, next, &run, fired, ctx);
 *
 * The uid holds the slot, so a slot that ran already gives existed = true and no second run.
 *
 * Floor:  store.    Thread: the loop thread.   Memory: copies; a row given to `each` dies with the call.
 */
#pragma once
#include "store/runs.h"

typedef struct {
    Slice   id, name, program, spec, tz;
    int     overlap, catchup, dst;                      /* numbers of vm/work */
    int64_t jitter;                                     /* ms */
    bool    paused;
    int64_t anchor, next, last;                         /* Unix ms; 0 = none */
} ScheduleRow;

typedef bool (*ScheduleEach)(void *ctx, const ScheduleRow *row);

/* Queued: makes or renews a declaration. An existing one keeps anchor, paused, last; and next too,
 * unless spec or tz differ (then row->next counts). */
void schedules_declare(Store *store, const ScheduleRow *row);

/* Schedules of a program, by id. */
bool schedules_each(Db *db, Slice program, ScheduleEach each, void *ctx, Err *err);

/* Queued: the next slot, 0 = never again; the anchor when not 0. */
void schedules_set_next(Store *store, Slice id, int64_t next, int64_t anchor);
void schedules_set_paused(Store *store, Slice id, bool paused);

/* Starts the run of slot `nominal` and sets last = nominal, next = next, in one transaction. */
void schedules_fire(Store *store, Slice id, int64_t nominal, int64_t next, const RunRow *run, RunStartDone done, void *ctx);
