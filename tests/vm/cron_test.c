/* links: time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/calendar.h"
#include "time/cron.h"
#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static Pattern pattern(const char *text) {
    Pattern p;
    Err     err;
    if (!cron_parse(slice_of(text), &p, &err)) fail_msg("%s: %s", text, err.text);
    return p;
}

static int64_t local_of(const char *text) {
    char    iso[32];
    int64_t ms = 0;
    Err     err;
    snprintf(iso, sizeof iso, "%sZ", text);
    if (!calendar_parse(slice_of(iso), &ms, &err)) fail_msg("%s", err.text);
    return ms / 1000;
}

/* From after that wall time on, the next ones of the pattern, without a zone: "MM-DD HH:MM:SS". */
static void check(const char *cron, const char *after, const char *const *next) {
    Pattern p = pattern(cron);
    int64_t at = local_of(after);
    for (int i = 0; i < 3 && next[i]; i++) {
        char got[CALENDAR_TEXT];
        at = pattern_next(&p, NULL, at, 0);
        assert_true(at != PATTERN_NEVER);
        calendar_format(at * 1000, 0, got);
        got[19] = '\0';
        got[10] = ' ';
        if (!strstr(got, next[i])) fail_msg("%s after %s: [%d] is %s, expected %s", cron, after, i, got, next[i]);
    }
}

typedef struct {
    const char *cron, *after, *next[3];
} Row;

static void check_rows(const Row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) check(rows[i].cron, rows[i].after, rows[i].next);
}

static void clock_fields(void **state) {
    static const Row ROWS[] = {
        { "* * * * *", "2026-01-01 00:00:00", { "01-01 00:01:00", "01-01 00:02:00" } },
        { "*/15 * * * *", "2026-01-01 00:50:00", { "01-01 01:00:00", "01-01 01:15:00" } },
        { "7/20 * * * *", "2026-01-01 00:00:00", { "00:07:00", "00:27:00", "00:47:00" } },
        { "0 9-17/4 * * *", "2026-01-01 10:00:00", { "01-01 13:00:00", "01-01 17:00:00", "01-02 09:00:00" } },
        { "0 22-2 * * *", "2026-01-01 23:30:00", { "01-02 00:00:00", "01-02 01:00:00", "01-02 02:00:00" } },
        { "0 22-2/2 * * *", "2026-01-01 20:30:00", { "01-01 22:00:00", "01-02 00:00:00", "01-02 02:00:00" } },
        { "55-5/5 * * * *", "2026-01-01 00:50:00", { "00:55:00", "01:00:00", "01:05:00" } },
        { "5,3,4 1 * * *", "2026-01-01 00:00:00", { "01:03:00", "01:04:00", "01:05:00" } },
        { "*/20 * * * * *", "2026-01-01 00:00:50", { "00:01:00", "00:01:20" } },
        { "30 59 23 31 12 *", "2026-01-01 00:00:00", { "2026-12-31 23:59:30", "2027-12-31 23:59:30" } },
        { "? ? ? ? ?", "2026-01-01 00:00:00", { "00:01:00" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void day_fields(void **state) {
    static const Row ROWS[] = {
        { "0 0 31 * *", "2026-01-31 00:00:00", { "2026-03-31", "2026-05-31", "2026-07-31" } },
        { "0 0 29 2 *", "2026-01-01 00:00:00", { "2028-02-29", "2032-02-29" } },
        { "0 0 * * mon", "2026-03-03 00:00:00", { "03-09", "03-16" } },
        { "0 0 * * 0", "2026-03-03 00:00:00", { "03-08" } }, { "0 0 * * 7", "2026-03-03 00:00:00", { "03-08" } },
        { "0 0 * * FRI-MON", "2026-03-05 00:00:00", { "03-06", "03-07", "03-08" } },
        { "0 0 * * fri-1", "2026-03-08 00:00:00", { "03-09", "03-13" } },
        { "0 0 * * 5-7", "2026-03-05 00:00:00", { "03-06", "03-07", "03-08" } },
        { "0 0 * * 7-2", "2026-03-07 00:00:00", { "03-08", "03-09", "03-10" } },
        { "0 0 1 Nov-Feb *", "2026-11-15 00:00:00", { "2026-12-01", "2027-01-01", "2027-02-01" } },
        { "0 0 1 JAN,jul *", "2026-01-15 00:00:00", { "2026-07-01", "2027-01-01" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void last_nearest_and_nth(void **state) {
    static const Row ROWS[] = {
        { "0 0 L * *", "2026-01-31 00:00:00", { "02-28", "03-31", "04-30" } }, { "0 0 L 2 *", "2027-12-01 00:00:00", { "2028-02-29", "2029-02-28" } },
        { "0 0 L-2 * *", "2026-01-31 00:00:00", { "02-26", "03-29" } }, { "0 0 L-30 * *", "2026-01-15 00:00:00", { "03-01", "05-01" } },
        { "0 0 1,l * *", "2026-01-15 00:00:00", { "01-31", "02-01", "02-28" } },
        { "0 0 LW * *", "2026-01-01 00:00:00", { "01-30", "02-27", "03-31" } },
        { "0 0 15W * *", "2026-01-31 00:00:00", { "02-16", "03-16", "04-15" } },          /* Sunday 15 February and March */
        { "0 0 1W * *", "2026-01-31 00:00:00", { "02-02", "03-02", "04-01" } },           /* never back into the month before */
        { "0 0 31w * *", "2026-01-01 00:00:00", { "01-30", "03-31", "05-29" } },          /* 31 May is a Sunday: not on into June */
        { "0 0 * * fri#2", "2026-03-01 00:00:00", { "03-13", "04-10" } }, { "0 0 * * 1#5", "2026-03-01 00:00:00", { "03-30", "06-29" } },
        { "0 0 * * 5L", "2026-03-01 00:00:00", { "03-27", "04-24" } }, { "0 0 * * fri#L", "2026-03-01 00:00:00", { "03-27" } }, { "0 0 * * friL", "2026-03-01 00:00:00", { "03-27" } },
        { "0 0 * * 7L", "2026-03-01 00:00:00", { "03-29" } }, { "0 0 * * 0#1,3L", "2026-03-02 00:00:00", { "03-25", "04-05" } }, { "0 0 * * L", "2026-03-01 00:00:00", { "03-07", "03-14" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void either_day_field_will_do(void **state) {
    static const Row ROWS[] = {
        { "0 0 13 * fri", "2026-03-01 00:00:00", { "03-06", "03-13", "03-20" } }, { "0 0 13 * +fri", "2026-03-01 00:00:00", { "2026-03-13", "2026-11-13", "2027-08-13" } },
        { "0 0 */10 * mon", "2026-03-02 00:00:00", { "03-09", "03-11", "03-16" } }, { "0 0 */10 * +mon", "2026-01-01 00:00:00", { "05-11", "06-01", "08-31" } },
        { "0 0 31 2 0", "2026-02-01 00:00:00", { "02-08", "02-15" } }, { "0 0 ? * mon", "2026-03-01 00:00:00", { "03-02", "03-09" } },
        { "0 0 L * +fri", "2026-01-01 00:00:00", { "2026-07-31", "2027-04-30" } }, { "0 0 29 2 +mon", "2026-01-01 00:00:00", { "2044-02-29", "2072-02-29" } },
        { "0 0 8-14 * +sun", "2026-03-01 00:00:00", { "03-08", "04-12" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void macros_and_years(void **state) {
    static const Row ROWS[] = {
        { "@yearly", "2026-01-01 00:00:00", { "2027-01-01 00:00:00" } }, { "@ANNUALLY", "2026-01-01 00:00:00", { "2027-01-01" } }, { "@monthly", "2026-01-01 00:00:00", { "02-01" } },
        { "@weekly", "2026-03-02 00:00:00", { "03-08" } }, { "@daily", "2026-01-01 00:00:00", { "01-02 00:00:00" } }, { "@midnight", "2026-01-01 00:00:00", { "01-02" } },
        { "@hourly", "2026-01-01 00:00:00", { "01:00:00" } }, { " 0\t0  1 1 * ", "2026-01-01 00:00:00", { "2027-01-01" } },
        { "0 0 0 1 1 * 2030-2040/5", "2026-01-01 00:00:00", { "2030-01-01", "2035-01-01", "2040-01-01" } }, { "0 0 0 29 2 ? 2027-2033", "2026-01-01 00:00:00", { "2028-02-29", "2032-02-29" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void years_end(void **state) {
    Pattern p = pattern("0 0 12 1 1 * 2030,2031");
    (void)state;
    assert_int_equal(pattern_next(&p, NULL, local_of("2031-01-01 12:00:00"), 0), PATTERN_NEVER);
    assert_true(pattern_next(&p, NULL, local_of("1850-01-01 12:00:00"), 0) == local_of("2030-01-01 12:00:00"));
}

static void refused(void **state) {
    static const struct { const char *cron, *says; } ROWS[] = {
        { "", "found 0" }, { "* * * *", "found 4" }, { "* * * * * * * *", "more than 7" }, { "60 * * * *", "the minute field has '60': expected 0 to 59" },
        { "* 24 * * *", "hour field has '24'" }, { "* * 0 * *", "day field has '0'" }, { "* * 32 * *", "'32'" }, { "* * * 13 *", "month field has '13': expected 1 to 12 or a name" },
        { "* * * * 8", "weekday field has '8'" }, { "0 0 0 1 1 * 1969", "1970 to 2199" }, { "0 0 0 1 1 * 2040-2030", "years do not wrap" }, { "* * * foo *", "'foo'" },
        { "* * * monday *", "'monday'" }, { "* * * * monday", "'monday'" }, { "*/0 * * * *", "step" }, { "*/61 * * * *", "step is larger" }, { "* */25 * * *", "step is larger" },
        { "0-10/15 * * * *", "step is larger" }, { "1,,2 * * * *", "missing" }, { "5- * * * *", "'5-'" }, { "-5 * * * *", "'-5'" }, { "1-2-3 * * * *", "'1-2-3'" }, { "*/ * * * *", "step" },
        { "** * * * *", "'**'" }, { "*5 * * * *", "'*5'" }, { "0 0 L-31 * *", "last" }, { "0 0 LX * *", "'LX'" }, { "0 0 1-5W * *", "15W" }, { "0 0 W * *", "'W'" }, { "0 0 * * fri#6", "#1 to #5" },
        { "0 0 * * fri#", "#1 to #5" }, { "0 0 * * #2", "'#2'" }, { "0 0 * * 5LL", "'5LL'" }, { "0 0 * * +", "missing" }, { "0 0 30 2 *", "never" }, { "0 0 31 4,6,9,11 *", "never" }, { "0 0 31w feb *", "never" },
        { "0 0 1-7 * +mon#3", "never" }, { "0 0 0 29 2 * 2027", "never" }, { "@reboot", "@reboot" }, { "@fortnightly", "@fortnightly" }, { "99999999999999999999 * * * *", "minute" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Pattern p;
        Err     err = { 0 };
        if (cron_parse(slice_of(ROWS[i].cron), &p, &err)) fail_msg("'%s' was taken", ROWS[i].cron);
        assert_string_equal(err.code, "invalid");
        if (!strstr(err.text, ROWS[i].says)) fail_msg("'%s': %s (expected %s)", ROWS[i].cron, err.text, ROWS[i].says);
    }
}

static uint32_t roll(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* One plain field of a random pattern: every value, a step or a short list; bits says which. */
static void make_field(uint32_t *seed, int low, int high, char *text, size_t size, uint64_t *bits, bool *open) {
    *open = roll(seed) % 3 == 0;
    int a = low + (int)(roll(seed) % (uint32_t)(high - low + 1)), b = low + (int)(roll(seed) % (uint32_t)(high - low + 1));
    int step = 1 + (int)(roll(seed) % 6);
    *bits = 0;
    if (*open) {
        snprintf(text, size, "*");
        for (int i = low; i <= high; i++) *bits |= (uint64_t)1 << i;
    } else if (roll(seed) % 2) {
        snprintf(text, size, "*/%d", step);
        for (int i = low; i <= high; i += step) *bits |= (uint64_t)1 << i;
    } else {
        snprintf(text, size, "%d,%d", a, b);
        *bits = (uint64_t)1 << a | (uint64_t)1 << b;
    }
}

/* The first matching minute after `at`, by looking at each of them. */
static int64_t walk(const uint64_t bits[5], bool open_day, bool open_weekday, int64_t at, int64_t limit) {
    for (at = at / 60 * 60 + 60; at < limit; at += 60) {
        Civil c = calendar_civil(at);
        bool  day = bits[2] >> c.day & 1, weekday = bits[4] >> calendar_weekday(at / 86400) & 1;
        bool  both = open_day || open_weekday ? (open_day || day) && (open_weekday || weekday) : day || weekday;
        if (!both || !(bits[3] >> c.month & 1)) at += 86400 - at % 86400 - 60;
        else if (bits[1] >> c.hour & 1 && bits[0] >> c.minute & 1) return at;
    }
    return limit;
}

static void agrees_with_looking_at_each_minute(void **state) {
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 400; round++) {
        static const int RANGE[5][2] = { { 0, 59 }, { 0, 23 }, { 1, 31 }, { 1, 12 }, { 0, 6 } };
        char     part[5][16], text[96];
        uint64_t bits[5];
        bool     open[5];
        Pattern  p;
        Err      err;
        for (int i = 0; i < 5; i++) make_field(&seed, RANGE[i][0], RANGE[i][1], part[i], sizeof part[i], &bits[i], &open[i]);
        snprintf(text, sizeof text, "%s %s %s %s %s", part[0], part[1], part[2], part[3], part[4]);
        if (!cron_parse(slice_of(text), &p, &err)) {
            if (!strstr(err.text, "never")) fail_msg("%s: %s", text, err.text);
            continue;
        }
        int64_t at = 1772323200 + (int64_t)roll(&seed) * 997, limit = at + 3 * 366 * 86400ll;
        for (int i = 0; i < 4 && at < limit; i++) {
            int64_t expected = walk(bits, open[2], open[4], at, limit), got = pattern_next(&p, NULL, at, 0);
            if (got > limit) got = limit;
            if (got != expected) fail_msg("%s after %lld: %lld, expected %lld", text, (long long)at, (long long)got, (long long)expected);
            at = got;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "seconds, minutes and hours take lists, ranges, wraps and steps", clock_fields, NULL, NULL, NULL },
        { "days, months and weekdays take numbers, names and wraps", day_fields, NULL, NULL, NULL },
        { "L, L-n, W, LW, n#k and nL find their days", last_nearest_and_nth, NULL, NULL, NULL },
        { "two day fields join with or, + makes it and", either_day_field_will_do, NULL, NULL, NULL },
        { "macros, blanks and the year field", macros_and_years, NULL, NULL, NULL },
        { "after the last year nothing is due", years_end, NULL, NULL, NULL },
        { "wrong and impossible patterns are refused, naming field and part", refused, NULL, NULL, NULL },
        { "random patterns agree with looking at each minute", agrees_with_looking_at_each_minute, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cron", tests, NULL, NULL);
}
