/* rate.h - `limit 60 per 1m`: at most so many starts in any stretch of that length.
 *
 *     rate_init(&rate, 60, 60000);
 *     if (rate_allows(&rate, now_ms)) rate_note(&rate, now_ms);
 *
 * Pure: the last starts are kept in a ring; a stretch slides, it has no edges to crowd at.
 *
 * Floor:  work - uses base.   Memory: owns the ring until rate_drop.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATE_MOST = 10000 };

typedef struct {
    int64_t  per_ms;
    size_t   most, next;                /* next: the oldest start in the ring */
    int64_t *at;                        /* 0: no start yet */
} Rate;

void rate_init(Rate *rate, size_t most, int64_t per_ms);        /* most from 1 to RATE_MOST */
void rate_drop(Rate *rate);
bool rate_allows(const Rate *rate, int64_t now_ms);
int64_t rate_next(const Rate *rate, int64_t now_ms);            /* the first instant at which it allows one */
void rate_note(Rate *rate, int64_t now_ms);                     /* starts are told in order */
