#include "time/calendar.h"
#include <stdio.h>
#include <stdlib.h>

/* Years are counted from March, so the leap day is the last one of its year
   (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
int64_t calendar_days(int year, int month, int day) {
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = calendar_floor(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int calendar_weekday(int64_t days) { return (int)calendar_mod(days + 4, 7); }

int calendar_month_days(int year, int month) {
    static const char DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return DAYS[month - 1] + (month == 2 && leap);
}

Civil calendar_date(int64_t days) {
    days += 719468;
    int64_t era = calendar_floor(days, 146097);
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    Civil out = { .day = (int)(of_year - (153 * month + 2) / 5 + 1), .month = (int)(month + (month < 10 ? 3 : -9)) };
    out.year = (int)(year + era * 400 + (out.month <= 2));
    return out;
}

Civil calendar_civil(int64_t local_s) {
    int64_t day = calendar_floor(local_s, CALENDAR_DAY_S);
    int     second = (int)(local_s - day * CALENDAR_DAY_S);
    Civil   out = calendar_date(day);
    out.hour = second / 3600;
    out.minute = second / 60 % 60;
    out.second = second % 60;
    return out;
}

int64_t calendar_seconds(Civil c) {
    return calendar_days(c.year, c.month, c.day) * CALENDAR_DAY_S + c.hour * 3600 + c.minute * 60 + c.second;
}

void calendar_format(int64_t ms, int offset_s, char out[CALENDAR_TEXT]) {
    int64_t seconds = calendar_floor(ms, 1000);
    int     rest = (int)(ms - seconds * 1000), away = abs(offset_s);
    Civil   c = calendar_civil(seconds + offset_s);
    int     n = snprintf(out, CALENDAR_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
    if (rest) n += snprintf(out + n, CALENDAR_TEXT - (size_t)n, ".%03d", rest);
    n += snprintf(out + n, CALENDAR_TEXT - (size_t)n, "%c%02d:%02d", offset_s < 0 ? '-' : '+', away / 3600, away / 60 % 60);
    if (away % 60) snprintf(out + n, CALENDAR_TEXT - (size_t)n, ":%02d", away % 60);   /* local mean times before about 1900 */
}

/* Takes `count` digits off the front of *at; -1 when they are not there. */
static int take_digits(Slice *at, size_t count) {
    int value = 0;
    if (at->len < count) return -1;
    for (size_t i = 0; i < count; i++) {
        if (at->ptr[i] < '0' || at->ptr[i] > '9') return -1;
        value = value * 10 + (at->ptr[i] - '0');
    }
    *at = slice_make(at->ptr + count, at->len - count);
    return value;
}

static bool take_byte(Slice *at, char byte) {
    if (at->len == 0 || at->ptr[0] != byte) return false;
    *at = slice_make(at->ptr + 1, at->len - 1);
    return true;
}

static bool take_date(Slice *at, Civil *out) {
    out->year = take_digits(at, 4);
    if (out->year < 1 || !take_byte(at, '-')) return false;
    out->month = take_digits(at, 2);
    if (out->month < 1 || !take_byte(at, '-')) return false;
    out->day = take_digits(at, 2);
    return out->day >= 1;
}

static bool date_exists(Civil c) { return c.month <= 12 && c.day <= calendar_month_days(c.year, c.month); }

/* hh:mm[:ss[.fff...]]; digits after the third of the fraction are dropped. */
static bool take_clock(Slice *at, Civil *out, int *rest_ms) {
    out->hour = take_digits(at, 2);
    if (out->hour < 0 || !take_byte(at, ':')) return false;
    out->minute = take_digits(at, 2);
    if (out->minute < 0) return false;
    if (take_byte(at, ':') && (out->second = take_digits(at, 2)) < 0) return false;
    *rest_ms = 0;
    if (take_byte(at, '.')) {
        int scale = 100, digit = take_digits(at, 1);
        if (digit < 0) return false;
        for (; digit >= 0; digit = take_digits(at, 1), scale /= 10) *rest_ms += digit * scale;
    }
    return out->hour < 24 && out->minute < 60 && out->second < 60;
}

/* Z or +hh[:mm[:ss]], the colons optional. */
static bool take_offset(Slice *at, int *offset_s) {
    int sign = 1, part[3] = { 0, 0, 0 };
    *offset_s = 0;
    if (take_byte(at, 'Z') || take_byte(at, 'z')) return true;
    if (take_byte(at, '-')) sign = -1;
    else if (!take_byte(at, '+')) return false;
    for (int i = 0; i < 3 && (i == 0 || at->len > 0); i++) {
        if (i > 0) take_byte(at, ':');
        if ((part[i] = take_digits(at, 2)) < 0) return false;
    }
    *offset_s = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return part[0] < 27 && part[1] < 60 && part[2] < 60;
}

bool calendar_parse(Slice text, int64_t *ms, Err *err) {
    Slice at = text;
    Civil c = { 0 };
    int   rest = 0, offset_s = 0;
    bool  good = take_date(&at, &c) && (take_byte(&at, 'T') || take_byte(&at, 't') || take_byte(&at, ' ')) && take_clock(&at, &c, &rest);
    if (good && at.len == 0)
        return err_set(err, "invalid", "'%.*s' has no offset, so it names no instant: end it with Z or +01:00", (int)text.len, text.ptr);
    if (!good || !take_offset(&at, &offset_s) || at.len > 0)
        return err_set(err, "invalid", "'%.*s' is not a time like 2026-03-02T08:00:00+01:00", (int)(text.len < 60 ? text.len : 60), text.ptr);
    if (!date_exists(c)) return err_set(err, "invalid", "'%.*s': that day does not exist", (int)text.len, text.ptr);
    *ms = (calendar_seconds(c) - offset_s) * 1000 + rest;
    return true;
}

bool calendar_parse_date(Slice text, Civil *out, Err *err) {
    Slice at = text;
    Civil c = { 0 };
    if (!take_date(&at, &c) || at.len > 0)
        return err_set(err, "invalid", "'%.*s' is not a date like 2026-03-02", (int)(text.len < 60 ? text.len : 60), text.ptr);
    if (!date_exists(c)) return err_set(err, "invalid", "'%.*s' does not exist in the calendar", (int)text.len, text.ptr);
    *out = c;
    return true;
}

/* "am"/"pm" at the end: 0 none, 1 am, 2 pm; cuts it off. */
static int take_half(Slice *text) {
    size_t n = text->len;
    if (n < 3 || (text->ptr[n - 1] | 32) != 'm') return 0;
    int half = (text->ptr[n - 2] | 32) == 'a' ? 1 : (text->ptr[n - 2] | 32) == 'p' ? 2 : 0;
    if (half) text->len = n - 2;
    return half;
}

bool calendar_parse_time(Slice text, int *second_of_day, Err *err) {
    Slice at = text;
    int   half = take_half(&at), minute = 0, second = 0;
    int   hour = take_digits(&at, at.len >= 2 && at.ptr[1] != ':' ? 2 : 1);
    bool  good = hour >= 0 && (half || at.len > 0);
    if (good && at.len > 0) good = take_byte(&at, ':') && (minute = take_digits(&at, 2)) >= 0;
    if (good && at.len > 0) good = !half && take_byte(&at, ':') && (second = take_digits(&at, 2)) >= 0;
    if (!good || at.len > 0)
        return err_set(err, "invalid", "'%.*s' is not a time of day like 08:00, 08:00:30 or 8:30pm", (int)(text.len < 60 ? text.len : 60), text.ptr);
    if (minute > 59 || second > 59 || (half ? hour < 1 || hour > 12 : hour > 23))
        return err_set(err, "invalid", "'%.*s' is not on the clock: hours go from 0 to 23 (or 1 to 12 with am and pm), minutes and seconds to 59", (int)text.len, text.ptr);
    if (half) hour = hour % 12 + (half == 2 ? 12 : 0);
    *second_of_day = hour * 3600 + minute * 60 + second;
    return true;
}
