/* when_settle: from the words of a schedule to what it means, or why it means nothing. */
#include "time/calendar.h"
#include "time/when_parts.h"

static bool refuse(const Words *w, const char *why) { return err_set(w->err, "invalid", "%s", why); }

static int window_length(const Pattern *p) { return (p->close_s - p->open_s + CALENDAR_DAY_S) % CALENDAR_DAY_S; }

static bool settle_elapsed(Draft *d, const Words *w) {
    const Pattern *p = &d->out->pattern;
    if (d->has_time || d->has_random) return refuse(w, "'at' does not go with a length of time; try: every day at 08:00, or every 13h from 2026-01-01 07:00");
    if (p->windowed && d->out->gap_most_ms > window_length(p) * (int64_t)1000)
        return refuse(w, "'between': the window is shorter than the time between two runs, so some days would have none; try: every day at random between 09:00 and 17:00");
    return true;
}

static uint64_t every_nth_bit(int count, int size) {
    uint64_t bits = 0;
    for (int i = 0; i < size; i += count) bits |= (uint64_t)1 << i;
    return bits;
}

/* every minute, every 15 minutes, every hour, every 6 hours: on the wall clock */
static bool settle_clock(Draft *d, const Words *w) {
    When    *out = d->out;
    Pattern *p = &out->pattern;
    bool     minute = out->period == WHEN_MINUTE;
    int      size = minute ? 60 : 24;
    if (d->has_time || d->has_random) return refuse(w, "'at' needs a day: minutes and hours come by themselves; try: every day at 08:00, or every 20m to 40m for chance");
    if (size % out->count != 0)
        return err_set(w->err, "invalid", "every %d %ss does not fit the clock: %d is no part of %d, and the last step of each %s would be short; for elapsed time try: every %d%s",
                       out->count, WHEN_PERIODS[out->period], out->count, size, minute ? "hour" : "day", out->count, minute ? "m" : "h");
    p->seconds = 1;
    p->minutes = minute ? every_nth_bit(out->count, 60) : 1;
    p->hours = minute ? 0xffffff : (uint32_t)every_nth_bit(out->count, 24);
    if (pattern_time(p, 0) < 0) return refuse(w, "'between': no such time lies in this window; try a wider one");
    return true;
}

/* Which days of the period: those named, or the ones `from` implies, or the first. */
static void settle_days(Draft *d) {
    When  *out = d->out;
    Days  *days = &out->pattern.days;
    Civil  from = calendar_civil(out->from_local_s);
    bool   from_day = out->has_from && out->kind != WHEN_WINDOW;
    days->count = (uint32_t)out->count;
    if (out->period == WHEN_MONTH) {
        days->unit = DAYS_COUNT_MONTHS;
        if (out->has_on) return;
        days->any_month_day = false;
        if (from_day) days->clamp_day = (uint8_t)from.day;
        else days->month_days = 1 << 1;
        return;
    }
    days->unit = out->period == WHEN_WEEK || d->named_days ? DAYS_COUNT_WEEKS : DAYS_COUNT_DAYS;
    if (out->period != WHEN_WEEK) return;
    int weekday = from_day ? calendar_weekday(calendar_floor(out->from_local_s, CALENDAR_DAY_S)) : 1;
    days->weekdays = (uint8_t)(1 << weekday);
    days->any_weekday = false;
}

static bool settle_calendar(Draft *d, const Words *w) {
    When    *out = d->out;
    Pattern *p = &out->pattern;
    if (d->working && out->count > 1) return refuse(w, "a number does not go with weekday or weekend; try: every 2 days, or every 2 mondays");
    if (d->has_between && !d->has_random)
        return refuse(w, "'between' needs 'at random' or a shorter period; try: every day at random between 09:00 and 17:00, or "
                         "every 15 minutes between 09:00 and 17:00");
    if (d->has_random) out->kind = WHEN_WINDOW;
    else if (!d->has_time) {
        p->time_count = 1;
        p->times[0] = out->has_from ? (int32_t)calendar_mod(out->from_local_s, CALENDAR_DAY_S) : 0;
    }
    p->plain_hours = p->plain = true;
    settle_days(d);
    return true;
}

static bool settle_cron(Draft *d, const Words *w) {
    Pattern *p = &d->out->pattern;
    if (d->has_time || d->has_random) return refuse(w, "'at' does not go with cron: the pattern has the time in it");
    if (pattern_time(p, 0) < 0) return refuse(w, "'between': the pattern has no time in this window; try a wider one");
    return true;
}

bool when_settle(Draft *d, const Words *w) {
    switch (d->out->kind) {
    case WHEN_INTERVAL:
    case WHEN_SPREAD: return settle_elapsed(d, w);
    case WHEN_CRON: return settle_cron(d, w);
    case WHEN_CALENDAR: return d->out->period <= WHEN_HOUR ? settle_clock(d, w) : settle_calendar(d, w);
    default: return true;
    }
}
