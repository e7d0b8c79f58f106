/* backoff.h - how long to wait before trying again. Chance comes in as a number.
 *
 *     Backoff backoff = { .base_ms = 1000, .cap_ms = 60000 };
 *     backoff_ceiling(&backoff, 3)            4000: 1 s, 2 s, 4 s ... 60 s
 *     backoff_delay(&backoff, 3, random)      0 to 4000, "full jitter"
 *
 * A program that is always on follows a Restart: delays that double, a crash loop after
 * `limit` ends within `within_ms`, all forgotten after `healthy_ms` of life.
 *
 *     Restart state = { 0 };                  or as it was stored
 *     RestartStep step = restart_next(&state, &RESTART_ALWAYS, up_since_ms, now_ms, random);
 *     if (step.verdict == RESTART_LOOPING) alert();      once per crash loop
 *     if (step.verdict != RESTART_STOP) start_in(step.delay_ms);
 *
 * Floor:  time - may use base.   Memory: plain values; a Restart may be stored as bytes.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t base_ms, cap_ms;
} Backoff;

/* base doubled for each attempt after the first, at most the cap. Attempts count from 1. */
int64_t backoff_ceiling(const Backoff *backoff, uint32_t attempt);

/* Uniform in 0 .. backoff_ceiling, by `random` (64 random bits). */
int64_t backoff_delay(const Backoff *backoff, uint32_t attempt, uint64_t random);

enum { RESTART_ENDS = 32 };                             /* the highest limit a policy can have */

typedef struct {
    Backoff backoff;
    int64_t healthy_ms;                                 /* up this long: the past is forgotten */
    int     limit;                                      /* this many ends ... */
    int64_t within_ms;                                  /* ... within this time are a crash loop */
    int64_t retry_ms;                                   /* in a crash loop: one try each; 0 stops for good */
    int     jitter_percent;                             /* added on top of the delay, at most */
} RestartPolicy;

/* 1, 2, 4 .. 60 s and up to 20 %; 5 ends within 60 s: one try every 5 minutes. */
extern const RestartPolicy RESTART_ALWAYS;

typedef struct {
    uint32_t attempt;                                   /* ends in a row */
    uint32_t count;                                     /* how many of ends_ms are filled */
    bool     looping;
    int64_t  ends_ms[RESTART_ENDS];                     /* the latest ends, newest first */
} Restart;

typedef enum {
    RESTART_LATER,                                      /* start again after delay_ms */
    RESTART_LOOPING,                                    /* the same, and a crash loop has just begun */
    RESTART_STOP,                                       /* the limit stops it for good */
} RestartVerdict;

typedef struct {
    RestartVerdict verdict;
    int64_t        delay_ms;
} RestartStep;

/* Notes that a program that was up from `started_ms` to `ended_ms` has ended, and says
   what to do. Any clock that does not step back will do, the same for both times. */
RestartStep restart_next(Restart *state, const RestartPolicy *policy, int64_t started_ms, int64_t ended_ms, uint64_t random);
