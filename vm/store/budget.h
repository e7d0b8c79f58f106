/* budget.h - money that is held before a model is asked and settled after it.
 *
 *     BudgetScope scopes[] = { { S("run 01H…"), S("the run"), 500000 }, { S("day 2026-11-21"), S("the day"), 2000000 } };
 *     budget_hold(store, key, 21000, scopes, 2, on_answer, call);      // all of them allow it, or none is touched
 *     budget_settle(store, hold, 1300);                                // what it did cost
 *
 * A hold that is never settled stays held: a crash counts it as spent. The next hold with the same key says so for
 * good (what was lost is spent). Amounts are micro-dollars; spent + held <= cap at every commit, whoever else
 * writes to the database.
 *
 * Floor:  store.   Thread: the loop thread.
 * Memory: texts are copied; the answer's slices live until the callback returns.
 */
#pragma once
#include "store/store.h"

enum { BUDGET_SCOPES_MAX = 16 };

typedef struct {
    Slice   scope, label;                               /* what is counted, and how people call it */
    int64_t cap;
} BudgetScope;

typedef struct {
    int64_t hold;                                       /* 0: refused */
    Slice   label;                                      /* of the budget that refused; with its numbers */
    int64_t cap, spent, held;
} BudgetAnswer;

/* err not NULL: the store is broken. Else the answer is durable. */
typedef void (*BudgetDone)(void *ctx, const BudgetAnswer *answer, const Err *err);

/* Holds `amount` against every scope. A scope takes the cap it is given last. count <= BUDGET_SCOPES_MAX. */
void budget_hold(Store *store, Slice key, int64_t amount, const BudgetScope *scopes, size_t count, BudgetDone done, void *ctx);

/* Queues the end of a hold. Once only. */
void budget_settle(Store *store, int64_t hold, int64_t spent);
