#include "time/zone_rule.h"
#include "time/calendar.h"

typedef struct {
    const char *at, *end;
} Text;

static bool take(Text *t, char byte) {
    if (t->at == t->end || *t->at != byte) return false;
    t->at++;
    return true;
}

static bool take_number(Text *t, int most, int *out) {
    const char *start = t->at;
    *out = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++)
        if ((*out = *out * 10 + (*t->at - '0')) > most) return false;
    return t->at > start;
}

/* An abbreviation: three or more letters, or anything between < and >. */
static bool take_name(Text *t) {
    const char *start = t->at;
    if (take(t, '<')) {
        while (t->at < t->end && *t->at != '>') t->at++;
        return take(t, '>');
    }
    while (t->at < t->end && ((*t->at | 32) >= 'a' && (*t->at | 32) <= 'z')) t->at++;
    return t->at - start >= 3;
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_clock(Text *t, int *seconds) {
    int sign = take(t, '-') ? -1 : 1, hour = 0, minute = 0, second = 0;
    if (sign > 0) take(t, '+');
    if (!take_number(t, 167, &hour)) return false;
    if (take(t, ':') && !take_number(t, 59, &minute)) return false;
    if (take(t, ':') && !take_number(t, 59, &second)) return false;
    *seconds = sign * (hour * 3600 + minute * 60 + second);
    return true;
}

static bool take_date(Text *t, RuleDate *out) {
    *out = (RuleDate){ .kind = RULE_DAY, .time_s = 7200 };
    if (!take(t, ',')) return false;
    if (take(t, 'M')) {
        out->kind = RULE_WEEKDAY;
        if (!take_number(t, 12, &out->month) || !take(t, '.') || !take_number(t, 5, &out->week) || !take(t, '.') || !take_number(t, 6, &out->day)) return false;
        if (out->month < 1 || out->week < 1) return false;
    } else {
        if (take(t, 'J')) out->kind = RULE_JULIAN;
        if (!take_number(t, 365, &out->day) || (out->kind == RULE_JULIAN && out->day < 1)) return false;
    }
    return !take(t, '/') || take_clock(t, &out->time_s);
}

bool zone_rule_parse(Slice text, ZoneRule *out, Err *err) {
    Text t = { text.ptr, text.ptr + text.len };
    int  west = 0;
    *out = (ZoneRule){ 0 };
    bool good = take_name(&t) && take_clock(&t, &west);
    out->standard_s = -west;
    if (good && t.at < t.end) {
        out->has_summer = true;
        out->summer_s = out->standard_s + 3600;
        good = take_name(&t);
        if (good && t.at < t.end && *t.at != ',') {
            good = take_clock(&t, &west);
            out->summer_s = -west;
        }
        good = good && take_date(&t, &out->start) && take_date(&t, &out->end);
    }
    int most = 26 * 3600;
    good = good && out->standard_s <= most && out->standard_s >= -most && out->summer_s <= most && out->summer_s >= -most;
    if (!good || t.at < t.end) return err_set(err, "corrupt", "'%.*s' is not a POSIX time zone rule", (int)(text.len < 80 ? text.len : 80), text.ptr);
    return true;
}

/* The wall second, by the clock in force before it, at which a change happens. */
static int64_t date_seconds(const RuleDate *d, int year) {
    int64_t day;
    if (d->kind == RULE_WEEKDAY) {
        day = calendar_days(year, d->month, 1);
        day += (d->day - calendar_weekday(day) + 7) % 7 + (d->week - 1) * 7;
        if (day >= calendar_days(year, d->month, 1) + calendar_month_days(year, d->month)) day -= 7;
    } else {
        day = calendar_days(year, 1, 1) + d->day;
        if (d->kind == RULE_JULIAN) day -= !(calendar_month_days(year, 2) == 29 && d->day >= 60);
    }
    return day * CALENDAR_DAY_S + d->time_s;
}

typedef struct {
    int64_t at_s;
    int     offset_s;                                   /* from then on */
} Change;

/* The two changes of a year in order of time. At one and the same instant the start of
   summer time counts last: "summer all year round" is written like that. */
static void changes_of_year(const ZoneRule *rule, int year, Change out[2]) {
    Change start = { date_seconds(&rule->start, year) - rule->standard_s, rule->summer_s };
    Change end = { date_seconds(&rule->end, year) - rule->summer_s, rule->standard_s };
    bool   end_first = end.at_s <= start.at_s;
    out[0] = end_first ? end : start;
    out[1] = end_first ? start : end;
}

ZoneSpan zone_rule_span(const ZoneRule *rule, int64_t at_s) {
    ZoneSpan span = { INT64_MIN, INT64_MAX, rule->standard_s, rule->standard_s };
    if (!rule->has_summer) return span;
    Change list[6];
    int    year = calendar_civil(at_s).year;
    for (int i = 0; i < 3; i++) changes_of_year(rule, year - 1 + i, list + 2 * i);
    for (int i = 1; i < 6; i++)
        for (int k = i; k > 0 && list[k].at_s < list[k - 1].at_s; k--) {        /* years may touch: "J365/25" */
            Change swap = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swap;
        }
    span.offset_s = span.before_s = list[0].offset_s == rule->standard_s ? rule->summer_s : rule->standard_s;
    for (int i = 0; i < 6; i++) {
        if (list[i].at_s > at_s) {
            span.until_s = list[i].at_s;
            break;
        }
        bool undone = i < 5 && list[i + 1].at_s == list[i].at_s;
        if (undone || list[i].offset_s == span.offset_s) continue;
        span.before_s = span.offset_s;
        span.from_s = list[i].at_s;
        span.offset_s = list[i].offset_s;
    }
    return span;
}
