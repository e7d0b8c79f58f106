/* spend.h - every call of a model: who answered, what it cost, why it went there.
 *
 *     spend_append(store, &(SpendRow){ .run = uid, .tier = slice_of("rule"), .outcome = slice_of("ok") });
 *     spend_sum(store_reader(store), uid, &sum, err);
 *
 * Floor:  store.   Memory: append copies.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t t;                                          /* Unix ms; 0 = now */
    Slice   run, path, tier, provider, model;           /* ptr NULL = none */
    int64_t tokens_in, tokens_out, tokens_cached;
    int64_t cost;                                       /* micro-dollars */
    int64_t ms;
    Slice   outcome, class_name, why, detail;           /* class_name: class of the failure */
} SpendRow;

typedef struct {
    int64_t calls, tokens_in, tokens_out, cost;
} SpendSum;

void spend_append(Store *store, const SpendRow *row);

/* Sum of a run, by uid; all zero when it never asked. */
bool spend_sum(Db *db, Slice run, SpendSum *out, Err *err);

/* Sum of everything since `since_ms`, for budgets. */
bool spend_sum_since(Db *db, int64_t since_ms, SpendSum *out, Err *err);
