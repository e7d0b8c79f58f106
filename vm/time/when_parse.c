#include "time/calendar.h"
#include "time/cron.h"
#include "time/duration.h"
#include "time/when_parts.h"

enum { COUNT_MOST = 1000 };
static const int64_t GAP_MOST_MS = 36525ll * 86400000;  /* a hundred years */

static const char EXPECTED_PERIOD[] = "a length of time, cron, or a period (minute, hour, day, weekday, weekend, week, month or a day's name)";

static bool read_gap(Words *w, int64_t *ms) {
    if (w->word.kind != WORD_NUMBER) return words_wrong(w, "a length of time", "5m or 1h30m");
    if (!duration_parse(w->word.text, ms, w->err)) return false;
    if (*ms < 1 || *ms > GAP_MOST_MS) return words_wrong(w, "a length of time between 1ms and 100 years", "every 5m");
    words_skip(w);
    return true;
}

/* every DURATION [to DURATION] */
static bool read_elapsed(Draft *d, Words *w) {
    When *out = d->out;
    out->kind = WHEN_INTERVAL;
    if (!read_gap(w, &out->gap_ms)) return false;
    out->gap_most_ms = out->gap_ms;
    if (!words_is(w, "to")) return true;
    words_skip(w);
    Words second = *w;
    if (!read_gap(w, &out->gap_most_ms)) return false;
    if (out->gap_most_ms <= out->gap_ms) {
        *w = second;
        return words_wrong(w, "a longer time after 'to'", "every 20m to 40m");
    }
    out->kind = WHEN_SPREAD;
    return true;
}

/* Copies a cron pattern with single blanks and reads it. */
static bool read_cron_text(Draft *d, Slice text, Words *w) {
    When  *out = d->out;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = strchr(" \t\r\n", text.ptr[i]) != NULL;
        if (blank && (len == 0 || out->cron[len - 1] == ' ')) continue;
        if (len + 1 >= WHEN_CRON_TEXT) return err_set(w->err, "invalid", "the cron pattern is longer than %d bytes; split it into two schedules", WHEN_CRON_TEXT - 1);
        out->cron[len++] = blank ? ' ' : text.ptr[i];
    }
    while (len > 0 && out->cron[len - 1] == ' ') len--;
    out->cron[len] = '\0';
    out->kind = WHEN_CRON;
    return cron_parse(slice_of(out->cron), &out->pattern, w->err);
}

static bool same_word(Slice word, const char *name) {
    size_t len = strlen(name);
    return (word.len == len || (word.len == len + 1 && word.ptr[len] == 's')) && memcmp(word.ptr, name, len) == 0;
}

static bool no_period(const Words *w, Slice word) {
    static const char *const KNOWN[] = {
        "minute", "hour", "day", "weekday", "weekend", "week", "month", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "minutes", "hours", "days", "weeks", "months", "cron", NULL,
    };
    if (same_word(word, "year")) return err_set(w->err, "invalid", "'year': a year is twelve months here; try: every 12 months from 2026-01-01");
    if (same_word(word, "second"))
        return err_set(w->err, "invalid", "'%.*s': shorter periods are written as a length of time; try: every 30s", (int)word.len, word.ptr);
    return words_unknown(w, KNOWN, EXPECTED_PERIOD, "every day at 08:00");
}

/* One period, singular or plural; names of days gather in the set. */
static bool read_period(Draft *d, Words *w) {
    Days *days = &d->out->pattern.days;
    Slice word = w->word.kind == WORD_NAME ? w->word.text : slice_make("", 0);
    int   period = WHEN_NO_PERIOD, set = 0;
    for (int i = WHEN_MINUTE; i <= WHEN_MONTH; i++)
        if (same_word(word, WHEN_PERIODS[i])) period = i;
    for (int i = 0; i < 7; i++)
        if (same_word(word, WHEN_WEEKDAYS[i])) set = 1 << i;
    if (set) d->named_days = true;
    if (same_word(word, "weekday")) set = DAYS_WORK;
    if (same_word(word, "weekend")) set = DAYS_WEEKEND;
    if (set == DAYS_WORK || set == DAYS_WEEKEND) d->working = true;
    if (period == WHEN_DAY) d->all_days = true;
    if (set) period = WHEN_DAY;
    if (period == WHEN_NO_PERIOD) return no_period(w, word);
    if (d->out->period && (d->out->period != (WhenPeriod)period || period != WHEN_DAY))
        return words_wrong(w, "days only in a list of periods", "every monday and friday");
    if (set) days->any_weekday = false;
    days->weekdays |= (uint8_t)set;
    d->out->period = (WhenPeriod)period;
    words_skip(w);
    return true;
}

static bool read_periods(Draft *d, Words *w) {
    d->out->kind = WHEN_CALENDAR;
    do {
        if (!read_period(d, w)) return false;
    } while (words_take_separator(w));
    if (d->all_days && !d->out->pattern.days.any_weekday)
        return err_set(w->err, "invalid", "'day' is every day already; leave the names of days out, or leave 'day' out");
    return true;
}

/* A number without a unit: every 2 weeks. */
static bool read_count(Draft *d, Words *w) {
    int count = 0;
    for (size_t i = 0; i < w->word.text.len && count <= COUNT_MOST; i++) count = count * 10 + (w->word.text.ptr[i] - '0');
    if (count < 1 || count > COUNT_MOST) return words_wrong(w, "a number from 1 to 1000", "every 2 weeks");
    d->out->count = count;
    words_skip(w);
    return read_periods(d, w);
}

static bool is_count(Slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    return true;
}

static bool read_every(Draft *d, Words *w) {
    bool good;
    if (words_take(w, "cron")) {
        if (w->word.kind != WORD_STRING) return words_wrong(w, "a cron pattern in quotes", "every cron \"0 9 * * mon-fri\"");
        good = read_cron_text(d, w->word.text, w);
        if (good) words_skip(w);
    } else if (w->word.kind != WORD_NUMBER) good = read_periods(d, w);
    else good = is_count(w->word.text) ? read_count(d, w) : read_elapsed(d, w);
    return good && when_read_clauses(d, w) && when_settle(d, w);
}

static bool is_date(Slice text) { return text.len > 0 && memchr(text.ptr, '-', text.len) != NULL; }

/* at DATE [TIME], at TIME, each with [in "Zone"] */
static bool read_moment(Draft *d, Words *w) {
    When    *out = d->out;
    Pattern *p = &out->pattern;
    if (is_date(w->word.text)) {
        out->kind = WHEN_DATE;
        if (!when_read_date(w, &out->from_local_s)) return false;
    } else {
        out->kind = WHEN_TIME;
        p->plain = p->plain_hours = true;
        p->time_count = 1;
        if (!when_read_time(w, &p->times[0])) return false;
    }
    if (words_take(w, "in") && !when_read_zone(d, w)) return false;
    return w->word.kind == WORD_END || words_wrong(w, "the end of the schedule, or in \"Zone\"", "at 2026-03-02 08:00 in \"Europe/London\"");
}

static bool read_delay(Draft *d, Words *w) {
    d->out->kind = WHEN_DELAY;
    if (!read_gap(w, &d->out->gap_ms)) return false;
    return w->word.kind == WORD_END || words_wrong(w, "the end of the schedule", "in 10m");
}

/* Bare cron: a macro, or two fields of cron's alphabet in front and no clock time. */
static bool looks_like_cron(Slice text) {
    size_t i = 0, words = 0;
    while (i < text.len && strchr(" \t\r\n", text.ptr[i])) i++;
    if (i < text.len && (text.ptr[i] == '@' || text.ptr[i] == '*' || text.ptr[i] == '?')) return true;
    for (; words < 2 && i < text.len; words++) {
        size_t start = i;
        while (i < text.len && strchr("0123456789*?/,-", text.ptr[i])) i++;
        if (i == start || i == text.len || text.ptr[i] != ' ') return false;
        while (i < text.len && text.ptr[i] == ' ') i++;
    }
    return words == 2;
}

/* A date, 08:00 or 8am; 8m is a length of time. */
static bool is_moment(Word word) {
    Slice t = word.text;
    if (word.kind != WORD_NUMBER) return false;
    bool half = t.len > 2 && (t.ptr[t.len - 1] | 32) == 'm' && ((t.ptr[t.len - 2] | 32) == 'a' || (t.ptr[t.len - 2] | 32) == 'p');
    return half || is_date(t) || memchr(t.ptr, ':', t.len) != NULL;
}

static bool read_schedule(Draft *d, Words *w) {
    if (looks_like_cron(w->text)) return read_cron_text(d, w->text, w);
    d->out->once = words_take(w, "once");
    if (words_take(w, "every")) return read_every(d, w);
    if (words_take(w, "at")) return read_moment(d, w);
    if (words_take(w, "in")) return read_delay(d, w);
    if (w->word.kind == WORD_END) return words_wrong(w, "every, at, in or a cron pattern", "every day at 08:00");
    if (is_moment(w->word)) return read_moment(d, w);
    return read_every(d, w);
}

bool when_parse(Slice text, When *out, Err *err) {
    Words words;
    *out = (When){ .count = 1, .pattern = { .days = DAYS_EVERY } };
    Draft draft = { .out = out };
    words_init(&words, text, err);
    if (read_schedule(&draft, &words)) return true;
    out->error_at = words.word.at;
    return false;
}
