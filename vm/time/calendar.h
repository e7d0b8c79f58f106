/* calendar.h - days, dates and ISO 8601 text, in the proleptic Gregorian calendar.
 *
 * Days are counted from 1970-01-01; "local seconds" are the seconds a wall clock
 * shows, counted from 1970-01-01 00:00 on that same clock. No zone is known here.
 *
 *     int64_t day = calendar_days(2026, 3, 2);           20514
 *     calendar_weekday(day)                              1, Monday
 *     calendar_format(ms, 3600, text)                    "2026-03-02T08:00:00+01:00"
 *
 * Floor:  time - may use base.   Thread: any.
 * Memory: plain values only.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include <stdint.h>

enum { CALENDAR_DAY_S = 86400, CALENDAR_TEXT = 48 };

typedef struct {
    int year, month, day;                               /* month 1-12, day 1-31 */
    int hour, minute, second;
} Civil;

int64_t calendar_days(int year, int month, int day);    /* any year; month 1-12 */
int     calendar_weekday(int64_t days);                 /* 0 Sunday - 6 Saturday */
int     calendar_month_days(int year, int month);       /* 28-31 */
Civil   calendar_date(int64_t days);                    /* time fields are 0 */
Civil   calendar_civil(int64_t local_s);
int64_t calendar_seconds(Civil civil);

/* a / b and a % b rounded towards minus infinity; b > 0. */
static inline int64_t calendar_floor(int64_t a, int64_t b) { return a / b - (a % b < 0); }
static inline int64_t calendar_mod(int64_t a, int64_t b) { return a - calendar_floor(a, b) * b; }

/* An instant (Unix ms) as ISO 8601 on a clock `offset_s` east of UTC. The milliseconds
   are written when they are not 0; offset 0 is "+00:00". */
void calendar_format(int64_t ms, int offset_s, char out[CALENDAR_TEXT]);

/* "2026-03-02T08:00:00+01:00" to Unix ms. A space may stand for T, seconds and a fraction
   are optional, the offset (Z or +hh[:mm[:ss]]) is not: without it no instant is named. */
bool calendar_parse(Slice text, int64_t *ms, Err *err);

/* "2026-03-02" alone; fails on a day that does not exist. */
bool calendar_parse_date(Slice text, Civil *out, Err *err);

/* "08:00", "08:00:30", "8am", "8:30pm" to the second of the day. */
bool calendar_parse_time(Slice text, int *second_of_day, Err *err);
