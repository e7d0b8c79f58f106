#include "time/cron.h"
#include <stdio.h>
#include <strings.h>

typedef struct {
    const char *label;
    int         low, high;
    const char *names;                                  /* three letters each, the first one has the value `low` */
} Field;

enum { SECOND, MINUTE, HOUR, MONTH_DAY, MONTH, WEEKDAY, YEAR, FIELD_COUNT, VALUES = DAYS_YEAR_LAST - DAYS_YEAR_FIRST + 1 };

static const Field FIELDS[FIELD_COUNT] = {
    { "second", 0, 59, "" }, { "minute", 0, 59, "" }, { "hour", 0, 23, "" }, { "day", 1, 31, "" },
    { "month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec" }, { "weekday", 0, 7, "sunmontuewedthufrisat" },
    { "year", DAYS_YEAR_FIRST, DAYS_YEAR_LAST, "" },
};

typedef struct {
    const Field *field;
    Slice        item;                                  /* the part between commas, for messages */
    const char  *at, *end;
    uint64_t     bits[4];                               /* bit value - low */
    bool         plain;                                 /* only numbers, so far */
    Err         *err;
} Reader;

static bool wrong(const Reader *r, const char *why) {
    return err_set(r->err, "invalid", "cron: the %s field has '%.*s': %s", r->field->label, (int)(r->item.len < 40 ? r->item.len : 40), r->item.ptr, why);
}

static bool out_of_range(const Reader *r) {
    char why[80];
    snprintf(why, sizeof why, "expected %d to %d%s", r->field->low, r->field->high, r->field->names[0] ? " or a name of three letters" : "");
    return wrong(r, why);
}

/* Takes one byte; letters in either case. */
static bool take(Reader *r, char upper) {
    if (r->at == r->end) return false;
    char byte = *r->at >= 'a' && *r->at <= 'z' ? (char)(*r->at - 32) : *r->at;
    if (byte != upper) return false;
    r->at++;
    return true;
}

static bool take_value(Reader *r, int *out) {
    const char *names = r->field->names;
    for (int i = 0; names[0] && names[3 * i] && r->end - r->at >= 3; i++) {
        bool same = true;
        for (int k = 0; k < 3; k++) same = same && (r->at[k] | 32) == names[3 * i + k];
        if (!same) continue;
        *out = r->field->low + i;
        r->at += 3;
        return true;
    }
    const char *start = r->at;
    int         value = 0;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && value <= 9999; r->at++) value = value * 10 + (*r->at - '0');
    *out = value;
    if (r->at == start || value < r->field->low || value > r->field->high) return out_of_range(r);
    return true;
}

static void set(Reader *r, int value) {
    int at = value - r->field->low;
    r->bits[at / 64] |= (uint64_t)1 << at % 64;
}

/* low-high/step; high below low wraps around the end of the field. */
static bool set_range(Reader *r, int low, int high, int step) {
    bool day = r->field == &FIELDS[WEEKDAY];
    int  size = day ? 7 : r->field->high - r->field->low + 1;
    int  span = high >= low ? high - low + 1 : high - low + 1 + size;
    if (high < low && r->field == &FIELDS[YEAR]) return wrong(r, "years do not wrap around; put the earlier one first");
    if (step > span) return wrong(r, "the step is larger than the range, so it would never step");
    for (int i = 0; i < span; i += step) {
        int at = low - r->field->low + i;
        set(r, r->field->low + (at < size || (day && at == 7) ? at : at - size));
    }
    return true;
}

/* `*`, `?`, n, n-m, each with /step: an item that every field can have. */
static bool read_common(Reader *r) {
    int  low = r->field->low, high = r->field == &FIELDS[WEEKDAY] ? 6 : r->field->high, step = 1;
    bool open = take(r, '*') || take(r, '?');
    if (!open) {
        if (!take_value(r, &low)) return false;
        if (r->at == r->end) {
            set(r, low);
            return true;
        }
        bool range = take(r, '-');
        if (range && !take_value(r, &high)) return false;
    }
    r->plain = false;
    if (take(r, '/')) {
        const char *start = r->at;
        for (step = 0; r->at < r->end && *r->at >= '0' && *r->at <= '9' && step < 10000; r->at++) step = step * 10 + (*r->at - '0');
        if (r->at == start || step == 0) return wrong(r, "expected a step of 1 or more after '/'");
    }
    if (r->at < r->end) return wrong(r, "expected *, a number, a range like 2-5 or a step like */5");
    return set_range(r, low, high, step);
}

/* L, L-n, LW, nW; *done tells whether it was one of them. */
static bool read_month_day(Reader *r, Days *days, bool *done) {
    const char *start = r->at;
    int         value = 0;
    *done = true;
    if (take(r, 'L')) {
        if (take(r, 'W')) days->last_work = true;
        else if (take(r, '-')) {
            if (!take_value(r, &value)) return false;
            if (value > 30) return wrong(r, "no month has a day more than 30 before its last");
            days->from_end |= (uint32_t)1 << value;
        } else days->from_end |= 1;
        return r->at == r->end || wrong(r, "expected L, L-n or LW");
    }
    if (r->end > start + 1 && (r->end[-1] | 32) == 'w') {
        if (!take_value(r, &value)) return false;
        if (!take(r, 'W') || r->at < r->end) return wrong(r, "expected one day before W, like 15W");
        days->nearest |= (uint32_t)1 << value;
        return true;
    }
    *done = false;
    return true;
}

/* n#k, n#L, nL, L (Saturday); *done tells whether it was one of them. */
static bool read_weekday(Reader *r, Days *days, bool *done) {
    int value = 6;
    *done = true;
    if (r->end == r->at + 1 && take(r, 'L')) {
        days->weekdays |= 1 << 6;
        return true;
    }
    bool last = (r->end[-1] | 32) == 'l' && r->end - r->at > 1;
    if (!last && !memchr(r->at, '#', (size_t)(r->end - r->at))) {
        *done = false;
        return true;
    }
    if (!take_value(r, &value)) return false;
    int nth = DAYS_LAST;
    if (!take(r, '#')) take(r, 'L');
    else if (!take(r, 'L')) {
        nth = r->at < r->end ? *r->at++ - '0' : 0;
        if (nth < 1 || nth > 5) return wrong(r, "expected #1 to #5 or #L");
    }
    if (r->at < r->end) return wrong(r, "expected a form like fri#2, fri#L or 5L");
    days->nth[nth] |= (uint8_t)(1 << value % 7);
    return true;
}

static bool read_field(Reader *r, Slice text, Days *days) {
    const char *at = text.ptr, *end = text.ptr + text.len;
    memset(r->bits, 0, sizeof r->bits);
    r->plain = true;
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        bool        done = false;
        r->at = at;
        r->end = comma ? comma : end;
        r->item = slice_make(at, (size_t)(r->end - at));
        if (r->item.len == 0) return wrong(r, "a value is missing beside a comma");
        if (r->field == &FIELDS[MONTH_DAY] && !read_month_day(r, days, &done)) return false;
        if (r->field == &FIELDS[WEEKDAY] && !read_weekday(r, days, &done)) return false;
        if (!done && !read_common(r)) return false;
        if (!comma) return true;
        at = comma + 1;
    }
}

static bool is_open(Slice text) { return slice_is(text, "*") || slice_is(text, "?"); }

/* Puts the bits of a field that has been read where they belong. */
static void store(Pattern *p, int which, const Reader *r, bool open) {
    switch (which) {
    case SECOND: p->seconds = r->bits[0]; break;
    case MINUTE: p->minutes = r->bits[0]; break;
    case HOUR: p->hours = (uint32_t)r->bits[0]; break;
    case MONTH_DAY: p->days.month_days = (uint32_t)(r->bits[0] << 1); p->days.any_month_day = open; break;
    case MONTH: p->days.months = (uint16_t)(r->bits[0] << 1); break;
    case WEEKDAY:
        p->days.weekdays |= (uint8_t)((r->bits[0] | r->bits[0] >> 7) & 0x7f);
        p->days.any_weekday = open;
        break;
    case YEAR: memcpy(p->days.years, r->bits, sizeof r->bits); p->days.any_year = open; break;
    }
}

static bool read_fields(const Slice *words, int count, Pattern *out, Err *err) {
    int first = count == 5 ? MINUTE : SECOND;
    bool plain = true;
    *out = (Pattern){ .days = DAYS_EVERY, .seconds = 1 };
    for (int i = 0; i < count; i++) {
        Reader r = { .field = &FIELDS[first + i], .err = err };
        Slice  word = words[i];
        if (first + i == WEEKDAY && word.ptr[0] == '+') {
            out->days.both = true;
            word = slice_make(word.ptr + 1, word.len - 1);
        }
        if (!read_field(&r, word, &out->days)) return false;
        store(out, first + i, &r, is_open(word));
        if (first + i == HOUR) out->plain_hours = r.plain;
        if (first + i <= HOUR) plain = plain && r.plain;
    }
    out->plain = plain;
    return true;
}

static bool macro_find(Slice name, Slice *pattern, Err *err) {
    static const char *const MACROS[][2] = {
        { "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" }, { "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
        { "@daily", "0 0 * * *" }, { "@midnight", "0 0 * * *" }, { "@hourly", "0 * * * *" },
    };
    for (size_t i = 0; i < sizeof MACROS / sizeof MACROS[0]; i++)
        if (name.len == strlen(MACROS[i][0]) && strncasecmp(name.ptr, MACROS[i][0], name.len) == 0) {
            *pattern = slice_of(MACROS[i][1]);
            return true;
        }
    if (name.len == 7 && strncasecmp(name.ptr, "@reboot", 7) == 0)
        return err_set(err, "invalid", "cron: @reboot is not a time; a program's top level runs at each start, and 'always' keeps one running");
    return err_set(err, "invalid", "cron: '%.*s' is unknown; expected @yearly, @monthly, @weekly, @daily or @hourly", (int)(name.len < 40 ? name.len : 40), name.ptr);
}

static int split(Slice text, Slice words[FIELD_COUNT + 1]) {
    int count = 0;
    for (size_t i = 0; i < text.len && count <= FIELD_COUNT;) {
        size_t start = i;
        while (i < text.len && !strchr(" \t\r\n", text.ptr[i])) i++;
        if (i > start) words[count++] = slice_make(text.ptr + start, i - start);
        else i++;
    }
    return count;
}

bool cron_parse(Slice text, Pattern *out, Err *err) {
    Slice words[FIELD_COUNT + 1];
    int   count = split(text, words);
    if (count == 1 && words[0].ptr[0] == '@') {
        if (!macro_find(words[0], &text, err)) return false;
        count = split(text, words);
    }
    if (count < 5 || count > FIELD_COUNT)
        return err_set(err, "invalid", "cron: expected 5 fields (minute hour day month weekday), 6 (seconds first) or 7 (year last), found %s%d",
                       count > FIELD_COUNT ? "more than " : "", count > FIELD_COUNT ? FIELD_COUNT : count);
    if (!read_fields(words, count, out, err)) return false;
    if (!days_exist(&out->days))
        return err_set(err, "invalid", "cron: '%.*s' can never come true: no month has such a day", (int)(text.len < 100 ? text.len : 100), text.ptr);
    return true;
}
