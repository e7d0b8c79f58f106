/* The clauses of `every`: at, on, between, in, from. */
#include "time/calendar.h"
#include "time/when_parts.h"

const char *const WHEN_WEEKDAYS[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", NULL };
const char *const WHEN_PERIODS[] = { "", "minute", "hour", "day", "week", "month", NULL };
const char *const WHEN_ORDINALS[] = { "last", "first", "second", "third", "fourth", "fifth", NULL };

static bool is_sun(const Words *w) {
    static const char *const SUN[] = { "sunrise", "sunset", "dawn", "dusk", "before", "after", NULL };
    for (int i = 0; SUN[i]; i++)
        if (words_is(w, SUN[i])) return true;
    return false;
}

static bool no_sun(const Words *w) {
    return err_set(w->err, "invalid", "'%.*s': times of the sun are not known to this version of aios; give a time of day like 06:30", (int)w->word.text.len, w->word.text.ptr);
}

bool when_read_time(Words *w, int32_t *second) {
    int value = 0;
    if (is_sun(w)) return no_sun(w);
    if (w->word.kind != WORD_NUMBER) return words_wrong(w, "a time of day", "08:00 or 8am");
    Word time = w->word;
    if (!calendar_parse_time(time.text, &value, w->err)) {
        Words ahead = *w;
        words_skip(&ahead);
        return is_sun(&ahead) ? no_sun(&ahead) : false;
    }
    words_skip(w);
    *second = value;
    return true;
}

bool when_read_date(Words *w, int64_t *local_s) {
    Civil   date;
    int32_t second = 0;
    if (w->word.kind != WORD_NUMBER) return words_wrong(w, "a date", "2026-03-02 or 2026-03-02 08:00");
    if (!calendar_parse_date(w->word.text, &date, w->err)) return false;
    words_skip(w);
    if (w->word.kind == WORD_NUMBER && !when_read_time(w, &second)) return false;
    *local_s = calendar_seconds(date) + second;
    return true;
}

bool when_read_zone(Draft *d, Words *w) {
    Slice name = w->word.text;
    if (w->word.kind != WORD_STRING) return words_wrong(w, "the name of a time zone in quotes", "in \"Europe/Berlin\"");
    if (name.len == 0 || name.len >= ZONE_NAME) return words_wrong(w, "the name of a time zone", "in \"Europe/Berlin\"");
    memcpy(d->out->zone, name.ptr, name.len);
    d->out->zone[name.len] = '\0';
    words_skip(w);
    return true;
}

/* Puts a time among the others, in order and once. */
static bool add_time(Pattern *p, int32_t second, const Words *w) {
    int at = 0;
    while (at < p->time_count && p->times[at] < second) at++;
    if (at < p->time_count && p->times[at] == second) return true;
    if (p->time_count == PATTERN_TIMES) return words_wrong(w, "no more than 32 times", "every 15 minutes between 09:00 and 17:00");
    memmove(p->times + at + 1, p->times + at, (size_t)(p->time_count - at) * sizeof p->times[0]);
    p->times[at] = second;
    p->time_count++;
    return true;
}

static bool read_at(Draft *d, Words *w) {
    int32_t second = 0;
    if (words_take(w, "random")) {
        d->has_random = true;
        return true;
    }
    do {
        if (!when_read_time(w, &second) || !add_time(&d->out->pattern, second, w)) return false;
    } while (words_take_separator(w));
    d->has_time = true;
    return true;
}

static bool read_between(Draft *d, Words *w) {
    Pattern *p = &d->out->pattern;
    if (!when_read_time(w, &p->open_s)) return false;
    if (!words_take(w, "and")) return words_wrong(w, "'and' and the end of the window", "between 09:00 and 17:00");
    if (w->word.kind == WORD_NUMBER && slice_is(w->word.text, "24:00")) {       /* the end of the day */
        p->close_s = 0;
        words_skip(w);
    } else if (!when_read_time(w, &p->close_s)) return false;
    if (p->open_s == p->close_s) return err_set(w->err, "invalid", "'between': the window opens and closes at the same time; try: between 09:00 and 17:00");
    d->has_between = p->windowed = true;
    return true;
}

/* first monday, last weekday, last, last day */
static bool read_ordinal(Days *days, int nth, Words *w) {
    for (int day = 0; WHEN_WEEKDAYS[day]; day++)
        if (words_take(w, WHEN_WEEKDAYS[day])) {
            days->nth[nth] |= (uint8_t)(1 << day);
            days->any_weekday = false;
            return true;
        }
    days->any_month_day = false;
    if (nth <= 1 && words_take(w, "weekday")) {
        if (nth == DAYS_LAST) days->last_work = true;
        else days->nearest |= 1 << 1;                   /* the working day nearest to the 1st is the first one */
        return true;
    }
    if (words_take(w, "day") || nth == DAYS_LAST) {
        if (nth == DAYS_LAST) days->from_end |= 1;
        else days->month_days |= (uint32_t)1 << nth;
        return true;
    }
    return words_unknown(w, WHEN_WEEKDAYS, "the name of a day", "on first monday or on last weekday");
}

static bool read_on_item(Days *days, Words *w) {
    for (int nth = 0; WHEN_ORDINALS[nth]; nth++)
        if (words_take(w, WHEN_ORDINALS[nth])) return read_ordinal(days, nth, w);
    Slice t = w->word.text;
    bool  digits = w->word.kind == WORD_NUMBER && t.len <= 2 && t.ptr[0] <= '9' && t.ptr[t.len - 1] >= '0' && t.ptr[t.len - 1] <= '9';
    int   day = !digits ? 0 : t.len == 1 ? t.ptr[0] - '0' : (t.ptr[0] - '0') * 10 + t.ptr[1] - '0';
    if (w->word.kind == WORD_NAME) return words_unknown(w, WHEN_ORDINALS, "a day of the month", "on 1, 15 and last");
    if (day < 1 || day > 31) return words_wrong(w, "a day of the month from 1 to 31", "on 1, 15 and last");
    days->month_days |= (uint32_t)1 << day;
    days->any_month_day = false;
    words_skip(w);
    return true;
}

static bool read_on(Draft *d, Words *w) {
    if (d->out->period != WHEN_MONTH)
        return err_set(w->err, "invalid", "'on' goes with months only; try: every month on 1, 15 and last, or every monday and friday");
    d->out->has_on = true;
    do {
        if (!read_on_item(&d->out->pattern.days, w)) return false;
    } while (words_take_separator(w));
    return true;
}

static bool twice(bool already, const char *clause, const Words *w) {
    return already && !err_set(w->err, "invalid", "'%s' stands twice in this schedule; join the values with 'and'", clause);
}

static bool no_clause(const Words *w) {
    static const char *const CLAUSES[] = { "at", "on", "between", "in", "from", NULL };
    if (words_is(w, "except") || words_is(w, "shift"))
        return err_set(w->err, "invalid", "'%.*s': calendars of holidays are not known to this version of aios; leave the clause out", (int)w->word.text.len, w->word.text.ptr);
    return words_unknown(w, CLAUSES, "at, on, between, in or from, or the end of the schedule", "every day at 08:00 in \"Europe/Berlin\"");
}

bool when_read_clauses(Draft *d, Words *w) {
    When *out = d->out;
    while (w->word.kind != WORD_END) {
        Words here = *w;
        bool  good;
        if (words_take(w, "at")) good = !twice(d->has_time || d->has_random, "at", &here) && read_at(d, w);
        else if (words_take(w, "on")) good = !twice(out->has_on, "on", &here) && read_on(d, w);
        else if (words_take(w, "between")) good = !twice(d->has_between, "between", &here) && read_between(d, w);
        else if (words_take(w, "in")) good = !twice(out->zone[0], "in", &here) && when_read_zone(d, w);
        else if (words_take(w, "from")) {
            good = !twice(out->has_from, "from", &here) && when_read_date(w, &out->from_local_s);
            out->has_from = true;
        } else good = no_clause(w);
        if (!good) return false;
    }
    return true;
}
