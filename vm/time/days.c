#include "time/days.h"
#include "time/calendar.h"

typedef struct {
    int     year, month, length;
    int     first_weekday;                              /* of day 1 */
    int64_t before;                                     /* the day number of day 0 */
} Month;

static Month month_of(int year, int month) {
    Month m = { .year = year, .month = month, .length = calendar_month_days(year, month) };
    m.before = calendar_days(year, month, 1) - 1;
    m.first_weekday = calendar_weekday(m.before + 1);
    return m;
}

static uint32_t bits_upto(int day) { return (uint32_t)((2ull << day) - 2); }                 /* 1 .. day */
static uint32_t bit(int day) { return (uint32_t)1 << day; }

/* Day of the month of the first `weekday`. */
static int first_of(const Month *m, int weekday) { return 1 + (weekday - m->first_weekday + 7) % 7; }

static uint32_t all_of(const Month *m, int weekday) {
    uint32_t every_seventh = bit(1) | bit(8) | bit(15) | bit(22) | bit(29);
    return (every_seventh << (first_of(m, weekday) - 1)) & bits_upto(m->length);
}

/* The Monday to Friday nearest to a day, never in another month. */
static int nearest_work(const Month *m, int day) {
    int weekday = (m->first_weekday + day - 1) % 7;
    if (weekday == 6) return day > 1 ? day - 1 : day + 2;
    if (weekday == 0) return day < m->length ? day + 1 : day - 2;
    return day;
}

static uint32_t by_month_day(const Days *days, const Month *m) {
    uint32_t out = days->month_days;
    for (uint32_t left = days->from_end; left; left &= left - 1) {
        int day = m->length - __builtin_ctz(left);
        if (day >= 1) out |= bit(day);
    }
    for (uint32_t left = days->nearest & bits_upto(m->length); left; left &= left - 1) out |= bit(nearest_work(m, __builtin_ctz(left)));
    if (days->last_work) out |= bit(nearest_work(m, m->length));
    if (days->clamp_day) out |= bit(days->clamp_day < m->length ? days->clamp_day : m->length);
    return out & bits_upto(m->length);
}

static uint32_t by_weekday(const Days *days, const Month *m) {
    uint32_t out = 0;
    for (unsigned left = days->weekdays; left; left &= left - 1) out |= all_of(m, __builtin_ctz(left));
    for (int n = 1; n <= 5; n++)
        for (unsigned left = days->nth[n]; left; left &= left - 1) out |= bit(first_of(m, __builtin_ctz(left))) << (n - 1) * 7;
    for (unsigned left = days->nth[DAYS_LAST]; left; left &= left - 1) {
        uint32_t all = all_of(m, __builtin_ctz(left));
        out |= bit(31 - __builtin_clz(all));
    }
    return out & bits_upto(m->length);
}

/* The Monday of the week of a day, counted in weeks. */
static int64_t week_of(int64_t day) { return calendar_floor(day + 3, 7); }

static bool month_counts(const Days *days, const Month *m, int64_t origin) {
    if (days->unit != DAYS_COUNT_MONTHS || days->count == 1) return true;
    Civil start = calendar_date(origin);
    int64_t apart = ((int64_t)m->year - start.year) * 12 + m->month - start.month;
    return calendar_mod(apart, days->count) == 0;
}

static uint32_t only_counted(const Days *days, const Month *m, int64_t origin, uint32_t mask) {
    uint32_t out = 0;
    if (days->count <= 1 || days->unit == DAYS_COUNT_NONE || days->unit == DAYS_COUNT_MONTHS) return mask;
    for (uint32_t left = mask; left; left &= left - 1) {
        int64_t day = m->before + __builtin_ctz(left);
        int64_t apart = days->unit == DAYS_COUNT_DAYS ? day - origin : week_of(day) - week_of(origin);
        if (calendar_mod(apart, days->count) == 0) out |= left & -left;
    }
    return out;
}

static bool year_holds(const Days *days, int year) {
    if (days->any_year) return true;
    int at = year - DAYS_YEAR_FIRST;
    return at >= 0 && at <= DAYS_YEAR_LAST - DAYS_YEAR_FIRST && days->years[at / 64] >> at % 64 & 1;
}

uint32_t days_of_month(const Days *days, int year, int month, int64_t origin) {
    if (!(days->months >> month & 1) || !year_holds(days, year)) return 0;
    Month m = month_of(year, month);
    if (!month_counts(days, &m, origin)) return 0;
    uint32_t mask = bits_upto(m.length);
    if (!days->any_month_day && !days->any_weekday)
        mask = days->both ? by_month_day(days, &m) & by_weekday(days, &m) : by_month_day(days, &m) | by_weekday(days, &m);
    else if (!days->any_month_day) mask = by_month_day(days, &m);
    else if (!days->any_weekday) mask = by_weekday(days, &m);
    return only_counted(days, &m, origin, mask);
}

bool days_next(const Days *days, int64_t from, int64_t origin, int64_t *out) {
    Civil    at = calendar_date(from);
    uint32_t rest = ~(bits_upto(at.day) >> 1);          /* this day and later */
    int      last = at.year + 400 < 9999 ? at.year + 400 : 9999;
    while (at.year <= last) {
        uint32_t mask = days_of_month(days, at.year, at.month, origin) & rest;
        if (mask) {
            *out = calendar_days(at.year, at.month, __builtin_ctz(mask));
            return true;
        }
        rest = UINT32_MAX;
        if (++at.month > 12) {
            at.month = 1;
            at.year++;
        }
    }
    return false;
}

bool days_exist(const Days *days) {
    int64_t day;
    return days_next(days, 0, 0, &day);
}
