#include "time/backoff.h"
#include <string.h>

const RestartPolicy RESTART_ALWAYS = {
    .backoff = { .base_ms = 1000, .cap_ms = 60000 }, .healthy_ms = 60000, .limit = 5, .within_ms = 60000, .retry_ms = 300000, .jitter_percent = 20
};

int64_t backoff_ceiling(const Backoff *backoff, uint32_t attempt) {
    int64_t delay = backoff->base_ms;
    for (uint32_t i = 1; i < attempt && delay < backoff->cap_ms; i++)
        if (__builtin_mul_overflow(delay, 2, &delay)) return backoff->cap_ms;
    return delay < backoff->cap_ms ? delay : backoff->cap_ms;
}

/* 0 .. most; the bias of a remainder of 64 bits is below one in a million for any delay of ours */
static int64_t draw(int64_t most, uint64_t random) { return most > 0 ? (int64_t)(random % ((uint64_t)most + 1)) : 0; }

int64_t backoff_delay(const Backoff *backoff, uint32_t attempt, uint64_t random) {
    return draw(backoff_ceiling(backoff, attempt), random);
}

static int64_t with_jitter(int64_t delay, int percent, uint64_t random) { return delay + draw(delay / 100 * percent, random); }

/* Puts an end in front of the latest ones and says whether they are too many in too short a time. */
static bool note_end(Restart *state, const RestartPolicy *policy, int64_t ended_ms) {
    memmove(state->ends_ms + 1, state->ends_ms, (RESTART_ENDS - 1) * sizeof state->ends_ms[0]);
    state->ends_ms[0] = ended_ms;
    if (state->count < RESTART_ENDS) state->count++;
    int limit = policy->limit < RESTART_ENDS ? policy->limit : RESTART_ENDS;
    return limit > 0 && state->count >= (uint32_t)limit && ended_ms - state->ends_ms[limit - 1] <= policy->within_ms;
}

RestartStep restart_next(Restart *state, const RestartPolicy *policy, int64_t started_ms, int64_t ended_ms, uint64_t random) {
    RestartStep step = { RESTART_LATER, 0 };
    if (ended_ms - started_ms >= policy->healthy_ms) *state = (Restart){ 0 };
    if (state->attempt < UINT32_MAX) state->attempt++;
    bool crowded = note_end(state, policy, ended_ms);
    if (crowded && policy->retry_ms == 0) {
        step.verdict = RESTART_STOP;
        return step;
    }
    if (crowded && !state->looping) {
        state->looping = true;
        step.verdict = RESTART_LOOPING;
    }
    step.delay_ms = state->looping ? policy->retry_ms : with_jitter(backoff_ceiling(&policy->backoff, state->attempt), policy->jitter_percent, random);
    return step;
}
