/* days.h - a set of calendar days: "every weekday", "the last Friday", cron's day, month and year fields.
 *
 *     Days days = DAYS_EVERY;
 *     days.any_weekday = false;
 *     days.weekdays = 1 << 1;                              Mondays
 *     if (days_next(&days, from_day, 0, &day)) ...
 *
 * Days are counted as in calendar.h. Years end with 9999.
 *
 * Floor:  time - may use base.   Memory: a plain value, no pointers.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { DAYS_YEAR_FIRST = 1970, DAYS_YEAR_LAST = 2199, DAYS_LAST = 0, DAYS_WORK = 0x3e, DAYS_WEEKEND = 0x41 };

typedef enum { DAYS_COUNT_NONE, DAYS_COUNT_DAYS, DAYS_COUNT_WEEKS, DAYS_COUNT_MONTHS } DaysCount;

typedef struct {
    uint64_t  years[4];                                 /* bit year - DAYS_YEAR_FIRST, when !any_year */
    bool      any_year;
    bool      any_month_day, any_weekday;               /* that side does not restrict */
    bool      both;                                     /* both sides must hold; else either will do */
    bool      last_work;                                /* the last Monday to Friday of the month */
    uint16_t  months;                                   /* bit 1-12 */
    uint32_t  month_days;                               /* bit 1-31 */
    uint32_t  from_end;                                 /* bit k: k days before the last day */
    uint32_t  nearest;                                  /* bit d: the Monday to Friday nearest to day d, in the same month */
    uint8_t   weekdays;                                 /* bit 0 Sunday - 6 Saturday */
    uint8_t   nth[6];                                   /* [n] bit weekday: the n-th of the month; [DAYS_LAST] the last */
    uint8_t   clamp_day;                                /* not 0: this day of the month, or the last if there is none */
    DaysCount unit;                                     /* and of those only every count-th day, week or month from `origin` */
    uint32_t  count;
} Days;

#define DAYS_EVERY ((Days){ .any_year = true, .any_month_day = true, .any_weekday = true, .months = 0x1ffe })

/* The days of one month as bits 1-31. `origin` is the day that counting starts from. */
uint32_t days_of_month(const Days *days, int year, int month, int64_t origin);

/* The first day of the set at or after `from`; false when there is none in the next 400
   years, after which the calendar repeats itself. */
bool days_next(const Days *days, int64_t from, int64_t origin, int64_t *out);

/* False for a set that can never hold a day, such as 30 February. */
bool days_exist(const Days *days);
