/* limits.h - how often and how many at once: what a program declares of its jobs, and what a person has set instead.
 *
 *     limits_put(store, &(LimitRow){ .program = path, .job = name, .is_set = true, .at_once = 2, ... });
 *     limits_clear(store, program, job);               // as declared again
 *     limits_each(store_reader(store), program, true, apply, ctx, err);
 *
 * Numbers below 0 and texts with ptr NULL: nothing is said. 0, "": there is no such limit.
 *
 * Floor:  store.   Thread: the loop thread.   Memory: arguments are copied; a row given to `each` dies with the call.
 */
#pragma once
#include "store/store.h"

typedef struct {
    Slice   program, job;
    bool    is_set;                     /* by a person, while the program may run */
    int64_t at_once, per_key, settle_ms, start_ms;
    Slice   key, rates, throttles;      /* where the key of a row is found; "60/60000 5/1000": most, in ms */
} LimitRow;

typedef bool (*LimitEach)(void *ctx, const LimitRow *row);      /* false ends the walk */

void limits_put(Store *store, const LimitRow *row);
void limits_clear(Store *store, Slice program, Slice job);      /* what was set */
bool limits_each(Db *db, Slice program, bool is_set, LimitEach each, void *ctx, Err *err);
