/* pattern.h - wall-clock schedules: which days, at which times, in a zone with its gaps and overlaps.
 *
 *     Pattern p = { .days = DAYS_EVERY, .times = { 8 * 3600 }, .time_count = 1, .plain_hours = true, .plain = true };
 *     int64_t due_s = pattern_next(&p, zone, now_s, 0);       PATTERN_NEVER: no more
 *
 * Two rules for the nights on which clocks change. Plain hours: the times that a gap of up
 * to 3 hours swallows become one at the first instant after it; other patterns simply have
 * no such times. All plain: a time that comes twice counts once, the first time; other
 * patterns count both.
 *
 * Floor:  time - may use base.   Memory: a plain value, no pointers.
 */
#pragma once
#include "time/days.h"
#include "time/zone.h"

#define PATTERN_NEVER INT64_MAX
/* GAP_MOST: a longer gap is not daylight saving but a lost day, as in Apia in 2011. */
enum { PATTERN_TIMES = 32, PATTERN_GAP_MOST_S = 3 * 3600 };

typedef struct {
    Days     days;
    uint64_t seconds, minutes;                          /* bits 0-59, unless time_count > 0 */
    uint32_t hours;                                     /* bits 0-23 */
    int      time_count;
    int32_t  times[PATTERN_TIMES];                      /* seconds of the day, rising */
    bool     plain_hours, plain;                        /* only hours / all of the clock are plain numbers */
    bool     windowed;                                  /* only times from open_s to close_s, both included; */
    int32_t  open_s, close_s;                           /* close_s < open_s goes past midnight */
} Pattern;

/* The first time of the day at or after `second`, or -1. */
int pattern_time(const Pattern *pattern, int second);

/* The first matching wall time at or after `local_s`, in local seconds. */
int64_t pattern_local(const Pattern *pattern, int64_t local_s, int64_t origin);

/* The first due Unix second after `after_s`. `origin` is the local day that counted
   periods (every 2 weeks) start from. */
int64_t pattern_next(const Pattern *pattern, const Zone *zone, int64_t after_s, int64_t origin);
