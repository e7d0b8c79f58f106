#include "work/rate.h"
#include "base/buf.h"
#include <stdlib.h>

void rate_init(Rate *rate, size_t most, int64_t per_ms) {
    *rate = (Rate){ .per_ms = per_ms, .most = most, .at = mem_new(most * sizeof *rate->at) };
    for (size_t i = 0; i < most; i++) rate->at[i] = 0;
}

void rate_drop(Rate *rate) { free(rate->at); }

/* A start that a clock set back has put into the future counts as one of now. */
bool rate_allows(const Rate *rate, int64_t now_ms) {
    int64_t oldest = rate->at[rate->next];
    return !oldest || now_ms - oldest >= rate->per_ms;
}

int64_t rate_next(const Rate *rate, int64_t now_ms) {
    return rate_allows(rate, now_ms) ? now_ms : rate->at[rate->next] + rate->per_ms;
}

void rate_note(Rate *rate, int64_t now_ms) {
    rate->at[rate->next] = now_ms;
    rate->next = (rate->next + 1) % rate->most;
}
