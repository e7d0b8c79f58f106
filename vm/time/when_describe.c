#include "time/calendar.h"
#include "time/duration.h"
#include "time/when_parts.h"

/* Writes the items of a list: "a", "a and b", "a, b and c". */
typedef struct {
    Buf *out;
    int  left;
    bool begun;
} List;

static void list_item(List *list, const char *first, const char *second) {
    if (list->begun) buf_add_text(list->out, list->left == 1 ? " and " : ", ");
    list->begun = true;
    list->left--;
    buf_printf(list->out, "%s%s", first, second);
}

static void add_time(Buf *out, int second) {
    buf_printf(out, "%02d:%02d", second / 3600, second / 60 % 60);
    if (second % 60) buf_printf(out, ":%02d", second % 60);
}

static void add_date(Buf *out, int64_t local_s) {
    Civil c = calendar_civil(local_s);
    buf_printf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
    int second = (int)calendar_mod(local_s, CALENDAR_DAY_S);
    if (second == 0) return;
    buf_add_byte(out, ' ');
    add_time(out, second);
}

static void add_gap(Buf *out, int64_t ms) {
    char text[DURATION_TEXT];
    duration_format(ms, text);
    buf_add_text(out, text);
}

static void add_periods(const When *w, Buf *out) {
    const Days *days = &w->pattern.days;
    const char *s = w->count > 1 ? "s" : "";
    if (w->count > 1) buf_printf(out, "%d ", w->count);
    if (w->period != WHEN_DAY || days->any_weekday) buf_printf(out, "%s%s", WHEN_PERIODS[w->period], s);
    else if (days->weekdays == DAYS_WORK && w->count == 1) buf_add_text(out, "weekday");
    else if (days->weekdays == DAYS_WEEKEND && w->count == 1) buf_add_text(out, "weekend");
    else {
        List list = { out, __builtin_popcount(days->weekdays), false };
        for (int i = 1; i <= 7; i++)
            if (days->weekdays >> i % 7 & 1) list_item(&list, WHEN_WEEKDAYS[i % 7], s);
    }
}

static void add_on(const Days *days, Buf *out) {
    List list = { out, __builtin_popcount(days->month_days) + (days->from_end != 0) + (days->nearest != 0) + days->last_work, false };
    for (int n = 0; n <= 5; n++) list.left += __builtin_popcount(days->nth[n]);
    buf_add_text(out, " on ");
    for (int day = 1; day <= 31; day++) {
        char text[3] = { (char)(day < 10 ? '0' + day : '0' + day / 10), (char)(day < 10 ? '\0' : '0' + day % 10), '\0' };
        if (days->month_days >> day & 1) list_item(&list, text, "");
    }
    if (days->nearest) list_item(&list, "first weekday", "");
    for (int n = 1; n <= 6; n++)
        for (int i = 1; i <= 7; i++) {
            if (!(days->nth[n % 6] >> i % 7 & 1)) continue;
            list_item(&list, WHEN_ORDINALS[n % 6], "");
            buf_printf(out, " %s", WHEN_WEEKDAYS[i % 7]);
        }
    if (days->last_work) list_item(&list, "last weekday", "");
    if (days->from_end) list_item(&list, "last", "");
}

static void add_times(const When *w, Buf *out) {
    const Pattern *p = &w->pattern;
    List list = { out, p->time_count, false };
    if (w->kind == WHEN_WINDOW) buf_add_text(out, " at random");
    else if (p->time_count > 0) buf_add_text(out, " at ");
    for (int i = 0; i < p->time_count; i++) {
        list_item(&list, "", "");
        add_time(out, p->times[i]);
    }
}

static void add_every(const When *w, Buf *out) {
    const Pattern *p = &w->pattern;
    buf_add_text(out, "every ");
    if (w->kind == WHEN_CRON) {
        const char *quote = strchr(w->cron, '"') ? "'" : "\"";
        buf_printf(out, "cron %s%s%s", quote, w->cron, quote);
    } else if (w->period == WHEN_NO_PERIOD) {
        add_gap(out, w->gap_ms);
        if (w->kind == WHEN_SPREAD) buf_add_text(out, " to ");
        if (w->kind == WHEN_SPREAD) add_gap(out, w->gap_most_ms);
    } else {
        add_periods(w, out);
        if (w->has_on) add_on(&p->days, out);
        add_times(w, out);
    }
    if (!p->windowed) return;
    buf_add_text(out, " between ");
    add_time(out, p->open_s);
    buf_add_text(out, " and ");
    add_time(out, p->close_s);
}

void when_describe(const When *w, Buf *out) {
    if (w->once) buf_add_text(out, "once ");
    if (w->kind == WHEN_DELAY) {
        buf_add_text(out, "in ");
        add_gap(out, w->gap_ms);
    } else if (w->kind == WHEN_DATE || w->kind == WHEN_TIME) {
        buf_add_text(out, "at ");
        if (w->kind == WHEN_DATE) add_date(out, w->from_local_s);
        else add_time(out, w->pattern.times[0]);
    } else add_every(w, out);
    if (w->zone[0]) buf_printf(out, " in \"%s\"", w->zone);
    if (!w->has_from) return;
    buf_add_text(out, " from ");
    add_date(out, w->from_local_s);
}

bool when_is_single(const When *w) { return w->once || w->kind == WHEN_DATE || w->kind == WHEN_TIME || w->kind == WHEN_DELAY; }

bool when_is_interval(const When *w) {
    if (w->kind == WHEN_INTERVAL || w->kind == WHEN_SPREAD) return w->gap_ms < CALENDAR_DAY_S * (int64_t)1000;
    return (w->kind == WHEN_CALENDAR || w->kind == WHEN_CRON) && !w->pattern.plain_hours;
}

const char *when_advice(const When *w) {
    const Days *days = &w->pattern.days;
    if (w->kind == WHEN_CRON && !days->any_month_day && !days->any_weekday && !days->both)
        return "the day and the weekday field both restrict, and cron runs when either fits; write + before the weekday field if both must fit";
    if (w->kind == WHEN_CALENDAR && w->has_on && days->month_days >> 29 && !days->from_end)
        return "months without that day are skipped; write 'last' for the last day of every month";
    return NULL;
}
