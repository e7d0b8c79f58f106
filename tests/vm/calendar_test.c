/* links: time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/calendar.h"
#include <time.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void days_of_known_dates(void **state) {
    static const struct { int year, month, day; int64_t days; int weekday; } ROWS[] = {
        { 1970, 1, 1, 0, 4 }, { 1969, 12, 31, -1, 3 }, { 2000, 2, 29, 11016, 2 }, { 2000, 3, 1, 11017, 3 },
        { 2026, 3, 2, 20514, 1 }, { 1600, 1, 1, -135140, 6 }, { 1, 1, 1, -719162, 1 }, { 9999, 12, 31, 2932896, 5 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        assert_int_equal(calendar_days(ROWS[i].year, ROWS[i].month, ROWS[i].day), ROWS[i].days);
        assert_int_equal(calendar_weekday(ROWS[i].days), ROWS[i].weekday);
    }
}

static void agrees_with_gmtime(void **state) {
    (void)state;
    for (int64_t at = -62135596800; at < 253402300799; at += 7919 * 86413ll) {
        struct tm tm;
        time_t    seconds = at;
        gmtime_r(&seconds, &tm);
        Civil c = calendar_civil(at);
        assert_int_equal(c.year, tm.tm_year + 1900);
        assert_int_equal(c.month, tm.tm_mon + 1);
        assert_int_equal(c.day, tm.tm_mday);
        assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second, tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
        assert_int_equal(calendar_weekday(calendar_floor(at, 86400)), tm.tm_wday);
        assert_int_equal(calendar_seconds(c), at);
    }
}

static void every_day_of_400_years_comes_back(void **state) {
    (void)state;
    for (int64_t day = -719162; day < -719162 + 146097; day++) {
        Civil c = calendar_date(day);
        assert_int_equal(calendar_days(c.year, c.month, c.day), day);
        assert_true(c.day >= 1 && c.day <= calendar_month_days(c.year, c.month));
    }
}

static void formats_and_reads_iso(void **state) {
    static const struct { int64_t ms; int offset_s; const char *text; } ROWS[] = {
        { 1772434800000, 3600, "2026-03-02T08:00:00+01:00" }, { 0, 0, "1970-01-01T00:00:00+00:00" },
        { -1, 0, "1969-12-31T23:59:59.999+00:00" }, { 0, -12600, "1969-12-31T20:30:00-03:30" },
        { 5, 37800, "1970-01-01T10:30:00.005+10:30" }, { -2524524628000, 3208, "1890-01-01T00:03:00+00:53:28" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        char    text[CALENDAR_TEXT];
        int64_t ms = 42;
        Err     err;
        calendar_format(ROWS[i].ms, ROWS[i].offset_s, text);
        assert_string_equal(text, ROWS[i].text);
        assert_true(calendar_parse(slice_of(text), &ms, &err));
        assert_int_equal(ms, ROWS[i].ms);
    }
}

static void reads_other_spellings(void **state) {
    static const struct { const char *text; int64_t ms; } ROWS[] = {
        { "1970-01-01T00:00:00Z", 0 }, { "1970-01-01 00:01z", 60000 }, { "1970-01-01T01:00+0100", 0 }, { "1970-01-01T01:00+01", 0 },
        { "1970-01-01T00:00:00.5Z", 500 }, { "1970-01-01T00:00:00.123999Z", 123 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t ms = 42;
        Err     err;
        assert_true(calendar_parse(slice_of(ROWS[i].text), &ms, &err));
        assert_int_equal(ms, ROWS[i].ms);
    }
}

static void refuses_what_is_no_instant(void **state) {
    static const char *const ROWS[] = {
        "", "2026", "2026-03-02", "2026-03-02T08:00:00", "2026-02-30T08:00Z", "2025-02-29T08:00Z", "2026-13-01T08:00Z", "2026-00-01T08:00Z",
        "2026-03-02T24:00Z", "2026-03-02T08:60Z", "2026-03-02T08:00:60Z", "2026-03-02T08:00Zx", "2026-03-02T08:00+1", "2026-3-2T08:00Z",
        "2026-03-02T08:00:00.Z", "0000-01-01T00:00Z", "2026-03-02T08:00+27:00",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t ms = 42;
        Err     err = { 0 };
        assert_false(calendar_parse(slice_of(ROWS[i]), &ms, &err));
        assert_string_equal(err.code, "invalid");
    }
}

static void reads_times_of_day(void **state) {
    static const struct { const char *text; int second; } ROWS[] = {
        { "08:00", 28800 }, { "8:00", 28800 }, { "00:00", 0 }, { "23:59:59", 86399 }, { "9am", 32400 }, { "9PM", 75600 }, { "12am", 0 }, { "12pm", 43200 },
        { "8:30pm", 73800 }, { "11:59pm", 86340 }, { "8", -1 }, { "24:00", -1 }, { "8:60", -1 }, { "13pm", -1 }, { "0am", -1 }, { "08:00:60", -1 },
        { "8:0", -1 }, { "", -1 }, { "pm", -1 }, { "08:00x", -1 }, { "008:00", -1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int second = -1;
        Err err;
        assert_int_equal(calendar_parse_time(slice_of(ROWS[i].text), &second, &err), ROWS[i].second >= 0);
        assert_int_equal(second, ROWS[i].second);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "known dates have their day number and weekday", days_of_known_dates, NULL, NULL, NULL },
        { "civil time agrees with gmtime_r from year 1 to 9999", agrees_with_gmtime, NULL, NULL, NULL },
        { "every day of 400 years survives a round trip", every_day_of_400_years_comes_back, NULL, NULL, NULL },
        { "an instant with an offset is written and read back", formats_and_reads_iso, NULL, NULL, NULL },
        { "other spellings of ISO 8601 are read", reads_other_spellings, NULL, NULL, NULL },
        { "text that names no instant is refused", refuses_what_is_no_instant, NULL, NULL, NULL },
        { "times of day are read in 24 and 12 hours, others refused", reads_times_of_day, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
