/* when.h - when is a schedule due next? Pure: text and instants in, instants out.
 *
 * A schedule is the words after `every`, `at` or `in` of the language, those words with
 * their `every`, `at` or `in`, or a cron pattern. SCHEDULES in docs/language.md has the rules.
 *
 *     When when;
 *     if (!when_parse(slice_of("every weekday at 08:00 in \"Europe/London\""), &when, err)) return false;
 *     if (when.zone[0] && !zone_open(when.zone, &zone, err)) return false;
 *     int64_t due = when_next(&when, now_ms, zone, enabled_ms, seed);       (WHEN_NEVER: no more)
 *
 * Floor:  time - may use base.   Thread: any.
 * Memory: a When is a plain value, no pointers; copy it freely.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "time/pattern.h"
#include "time/zone.h"
#include <stdint.h>

#define WHEN_NEVER INT64_MAX
enum { WHEN_CRON_TEXT = 128 };

typedef enum {
    WHEN_INTERVAL,                                      /* every 5m: elapsed time on the anchor's grid */
    WHEN_SPREAD,                                        /* every 20m to 40m: elapsed, drawn after each start */
    WHEN_CALENDAR,                                      /* every day at 08:00, every 15 minutes: wall clock */
    WHEN_CRON,                                          /* every cron "..." */
    WHEN_WINDOW,                                        /* every day at random between 22:00 and 02:00 */
    WHEN_DATE,                                          /* at 2026-03-02 08:00 */
    WHEN_TIME,                                          /* at 08:00: the first one after the anchor */
    WHEN_DELAY,                                         /* in 10m: after the anchor */
} WhenKind;

typedef enum { WHEN_NO_PERIOD, WHEN_MINUTE, WHEN_HOUR, WHEN_DAY, WHEN_WEEK, WHEN_MONTH } WhenPeriod;

/* Filled by when_parse; read-only for others. */
typedef struct {
    WhenKind   kind;
    WhenPeriod period;
    int        count;                                   /* every `count` periods, 1 and up */
    bool       once;                                    /* `once every ...`: only the first time after the anchor */
    bool       has_on;                                  /* month: `on` was given */
    bool       has_from;
    int64_t    from_local_s;                            /* `from DATE [TIME]`, or the moment of `at DATE`, as local seconds */
    int64_t    gap_ms, gap_most_ms;                     /* interval, spread and delay */
    Pattern    pattern;                                 /* days, times and `between` */
    char       zone[ZONE_NAME];                         /* of `in "..."`; empty: the caller's default */
    char       cron[WHEN_CRON_TEXT];                    /* the pattern as written, blanks made one */
    size_t     error_at;                                /* after a failure: where in the text the wrong word stands */
} When;

/* Reads a schedule. Fails with "invalid" and a sentence that names the word, what was
   expected, and a form to try; out->error_at has its place. Does not look whether the
   zone exists: zone_open does. */
bool when_parse(Slice text, When *out, Err *err);

/* The first due instant in Unix ms strictly after `after_ms`, or WHEN_NEVER. Bounded work
   for any input.
     zone    the clock to go by; NULL is UTC. Open when->zone if it is not empty.
     anchor  Unix ms of the first enabling: the grid of intervals, the phase of `every 2
             weeks`, the start of `in` and `at TIME`. The grid's first point is the anchor
             itself, so after = anchor - 1 makes an interval due at once. `from` replaces it.
             A window that the anchor lies in draws from what is left of it.
     seed    chance for windows and spreads. A window's draw depends on (seed, date the
             window opens) only; a spread's on (seed, after): give it the last start. */
int64_t when_next(const When *when, int64_t after_ms, const Zone *zone, int64_t anchor_ms, uint64_t seed);

/* Adds the schedule in its normal form, which when_parse reads back to the same schedule. */
void when_describe(const When *when, Buf *out);

/* Comes more often than once a day, so a missed one is not worth making up for. */
bool when_is_interval(const When *when);

/* Due at most once: at DATE, at TIME, in DURATION, once every ... */
bool when_is_single(const When *when);

/* A legal schedule that seldom means what was meant: a sentence for `aios check`, or NULL. */
const char *when_advice(const When *when);
