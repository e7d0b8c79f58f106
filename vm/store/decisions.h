/* decisions.h - what was decided: by which rule or tier, what was tried and turned down before, and how it turned out.
 *
 *     decisions_append(store, &(DecisionRow){ .run = uid, .path = path, .name = S("triage"), .tier = S("tactical"),
 *                                             .chosen = json, .attempts = json_list, .cost = 130 });
 *     decisions_outcome(store, uid, S("triage"), S("good"), on_marked, op);
 *
 * Floor:  store.   Thread: the loop thread.   Memory: append copies.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t t;                                          /* Unix ms; 0 = now */
    Slice   run, path, program, name;
    int     line;
    Slice   tier, model;                                /* tier: "rule", "otherwise", a tier, or none when nobody decided */
    Slice   chosen;                                     /* JSON of the answer; ptr NULL = none */
    Slice   why;
    Slice   attempts;                                   /* JSON list of { tier, model, verdict, why, cost, ms } */
    int64_t cost, ms;
} DecisionRow;

/* One row a place in a run: a call that is made again after a crash replaces what it wrote. */
void decisions_append(Store *store, const DecisionRow *row);

/* Marks the newest decision of that name in a run; *id of it, or 0 when there is none. */
typedef void (*DecisionMarked)(void *ctx, int64_t id, const Err *err);
void decisions_outcome(Store *store, Slice run, Slice name, Slice outcome, DecisionMarked done, void *ctx);
