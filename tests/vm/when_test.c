/* links: time base */
#include "when_rows.h"

static void calendar_periods(void **state) {
    static const Row ROWS[] = {
        { "every day at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00", "2026-03-04T08:00" } },
        { "every day at 17:30, 08:00 and 12pm", "UTC", "2026-03-02 09:00", { "2026-03-02T12:00", "2026-03-02T17:30", "2026-03-03T08:00" } },
        { "every day", "UTC", "2026-03-02 09:00", { "2026-03-03T00:00" } },
        { "day at 8am", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00" } },
        { "every weekday at 08:00", "UTC", "2026-03-06 09:00", { "2026-03-09T08:00", "2026-03-10T08:00" } },
        { "every weekend at 08:00:30", "UTC", "2026-03-06 09:00", { "2026-03-07T08:00:30", "2026-03-08T08:00:30", "2026-03-14T08:00:30" } },
        { "every monday and friday at 9am", "UTC", "2026-03-06 09:00", { "2026-03-09T09:00", "2026-03-13T09:00" } },
        { "every mondays, tuesday, and sunday", "UTC", "2026-03-06 09:00", { "2026-03-08T00:00", "2026-03-09T00:00", "2026-03-10T00:00", "2026-03-15" } },
        { "every week at 06:00", "UTC", "2026-03-06 09:00", { "2026-03-09T06:00", "2026-03-16T06:00" } },
        { "every month at 06:00", "UTC", "2026-03-06 09:00", { "2026-04-01T06:00", "2026-05-01T06:00" } },
        { "every minute", "UTC", "2026-03-06 09:00:30", { "2026-03-06T09:01:00", "2026-03-06T09:02:00" } },
        { "every 15 minutes", "UTC", "2026-03-06 09:20", { "2026-03-06T09:30", "2026-03-06T09:45", "2026-03-06T10:00" } },
        { "every hour", "UTC", "2026-03-06 09:20", { "2026-03-06T10:00", "2026-03-06T11:00" } },
        { "every 6 hours", "UTC", "2026-03-06 19:20", { "2026-03-07T00:00", "2026-03-07T06:00" } },
        { "every hour between 09:00 and 11:00", "UTC", "2026-03-06 09:20", { "2026-03-06T10:00", "2026-03-06T11:00", "2026-03-07T09:00" } },
        { "every 30 minutes between 23:00 and 00:30", "UTC", "2026-03-06 09:20", { "2026-03-06T23:00", "2026-03-06T23:30", "2026-03-07T00:00", "2026-03-07T00:30", "2026-03-07T23:00" } },
        { "every cron \"0 9-17 * * mon-fri\" in \"America/New_York\"", "UTC", "2026-03-06 17:00", { "2026-03-09T09:00:00-04:00", "2026-03-09T10:00" } },
        { "every cron \"*/30 * * * *\" between 12:00 and 13:00", "UTC", "2026-03-06 12:40", { "2026-03-06T13:00", "2026-03-07T12:00" } },
        { "0 0 31 2 0", "UTC", "2026-02-01 00:00", { "2026-02-08T00:00" } },
        { "@daily", "Asia/Tokyo", "2026-02-01 00:00", { "2026-02-02T00:00:00+09:00" } },
        { "*/10 * * * * *", "UTC", "2026-02-01 00:00", { "2026-02-01T00:00:10" } },
        { "every day -- a comment\n at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void months_on_days(void **state) {
    static const Row ROWS[] = {
        { "every month on 1, 15 and last at 06:00", "UTC", "2026-02-02 00:00", { "2026-02-15T06:00", "2026-02-28T06:00", "2026-03-01T06:00", "2026-03-15T06:00", "2026-03-31T06:00" } },
        { "every month on first monday", "UTC", "2026-02-02 00:00", { "2026-03-02T00:00", "2026-04-06T00:00" } },
        { "every month on last weekday at 17:00", "UTC", "2026-01-01 00:00", { "2026-01-30T17:00", "2026-02-27T17:00", "2026-03-31T17:00" } },
        { "every month on first weekday at 17:00", "UTC", "2026-01-05 00:00", { "2026-02-02T17:00", "2026-03-02T17:00", "2026-04-01T17:00" } },
        { "every month on last friday and third tuesday", "UTC", "2026-03-01 00:00", { "2026-03-17T00:00", "2026-03-27T00:00", "2026-04-21T00:00" } },
        { "every month on last day", "UTC", "2026-01-31 00:00", { "2026-02-28T00:00" } },
        { "every month on 31", "UTC", "2026-01-31 00:00", { "2026-03-31T00:00", "2026-05-31T00:00" } },
        { "every month on fifth sunday", "UTC", "2026-01-01 00:00", { "2026-03-29T00:00", "2026-05-31T00:00" } },
        { "every 3 months on last at 08:00", "UTC", "2026-01-31 12:00", { "2026-04-30T08:00", "2026-07-31T08:00" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void counted_periods(void **state) {
    static const struct { Row row; const char *anchor; } ROWS[] = {
        { { "every 2 days at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00", "2026-03-05T08:00" } }, "2026-03-01 10:00" },
        { { "every 2 weeks at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-16T08:00", "2026-03-30T08:00" } }, "2026-03-04 10:00" },
        { { "every 2 weeks at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-09T08:00", "2026-03-23T08:00" } }, "2026-02-23 10:00" },
        { { "every 2 mondays and fridays", "UTC", "2026-03-02 00:00", { "2026-03-06", "2026-03-16", "2026-03-20" } }, "2026-03-02 00:00" },
        { { "every 6 months from 2026-01-01", "UTC", "2026-03-02 09:00", { "2026-07-01T00:00", "2027-01-01T00:00" } }, "2026-03-04 10:00" },
        { { "every month from 2026-01-31 07:30", "UTC", "2025-12-02 09:00", { "2026-01-31T07:30", "2026-02-28T07:30", "2026-03-31T07:30", "2026-04-30T07:30" } }, "2025-12-04 10:00" },
        { { "every 12 months from 2024-02-29", "UTC", "2024-02-29 00:00", { "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29" } }, "2025-12-04 10:00" },
        { { "every week from 2026-01-07 07:30", "UTC", "2026-03-02 09:00", { "2026-03-04T07:30", "2026-03-11T07:30" } }, "2026-03-04 10:00" },
        { { "every 3 days from 2026-01-01 at 12:00", "UTC", "2025-01-01 00:00", { "2026-01-01T12:00", "2026-01-04T12:00" } }, "2026-03-04 10:00" },
        { { "every 2 days from 2026-03-28 02:30", "Europe/Berlin", "2026-03-27 00:00", { "2026-03-28T02:30", "2026-03-30T02:30" } }, "2026-03-04 10:00" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) check_row(&ROWS[i].row, ROWS[i].anchor);
}

static void elapsed_intervals(void **state) {
    static const struct { Row row; const char *anchor; } ROWS[] = {
        { { "every 5m", "UTC", "2026-03-02 09:02", { "2026-03-02T09:06", "2026-03-02T09:11" } }, "2026-03-02 08:01" },
        { { "5m", "UTC", "2026-03-02 08:00", { "2026-03-02T08:01", "2026-03-02T08:06" } }, "2026-03-02 08:01" },
        { { "every 13h from 2026-01-01 07:00", "UTC", "2026-01-01 06:59", { "2026-01-01T07:00", "2026-01-01T20:00", "2026-01-02T09:00" } }, "2026-03-02 08:01" },
        { { "every 13h from 2026-01-01 07:00", "UTC", "2020-01-01 06:59", { "2026-01-01T07:00" } }, "2020-03-02 08:01" },
        { { "every 1d", "Europe/Berlin", "2026-03-28 08:00", { "2026-03-29T09:00", "2026-03-30T09:00" } }, "2026-03-28 08:00" },      /* elapsed: the wall moved */
        { { "every 1h30m between 09:00 and 12:00", "UTC", "2026-03-02 09:10", { "2026-03-02T10:30", "2026-03-02T12:00", "2026-03-03T09:00" } }, "2026-03-02 00:00" },
        { { "every 45m between 22:00 and 00:00", "UTC", "2026-03-02 09:10", { "2026-03-02T22:30", "2026-03-02T23:15", "2026-03-03T00:00", "2026-03-03T22:30" } }, "2026-03-02 00:00" },
        { { "in 10m", "UTC", "2026-03-02 09:00", { "2026-03-02T09:10", "-" } }, "2026-03-02 09:00" },
        { { "once every 5m", "UTC", "2026-03-02 09:00", { "2026-03-02T09:05", "-" } }, "2026-03-02 09:00" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) check_row(&ROWS[i].row, ROWS[i].anchor);
}

static void an_anchor_is_the_first_point(void **state) {
    When w = when("every 5m");
    (void)state;
    assert_int_equal(when_next(&w, 999, NULL, 1000, 0), 1000);
    assert_int_equal(when_next(&w, 1000, NULL, 1000, 0), 301000);
}

static void moments(void **state) {
    static const Row ROWS[] = {
        { "at 2026-03-02 08:00", "Europe/Berlin", "2026-01-01 00:00", { "2026-03-02T08:00:00+01:00", "-" } },
        { "at 2026-03-02", "UTC", "2026-01-01 00:00", { "2026-03-02T00:00", "-" } },
        { "2026-03-02 9pm in \"Asia/Tokyo\"", "UTC", "2026-01-01 00:00", { "2026-03-02T21:00:00+09:00", "-" } },
        { "at 2026-03-29 02:30", "Europe/Berlin", "2026-01-01 00:00", { "2026-03-29T03:00:00+02:00", "-" } },
        { "at 2026-10-25 02:30", "Europe/Berlin", "2026-01-01 00:00", { "2026-10-25T02:30:00+02:00", "-" } },
        { "at 2026-03-02 08:00", "UTC", "2026-03-02 08:00", { "-" } },
        { "at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00", "-" } },
        { "8am", "UTC", "2026-03-02 07:00", { "2026-03-02T08:00", "-" } },
        { "once every day at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00", "-" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void windows_hold_their_draws(void **state) {
    static const struct { const char *text; int open_h, length_h; } ROWS[] = {
        { "every day at random between 09:00 and 17:00", 9, 8 }, { "every day at random between 22:00 and 02:00", 22, 4 }, { "every day at random", 0, 24 },
    };
    Zone *zone = open_zone("Europe/Berlin");
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        When    w = when(ROWS[i].text);
        int64_t at = instant("2026-01-01 02:00", zone), anchor = at, bins[8] = { 0 }, square = 0;
        for (int day = 0; day < 365; day++) {
            at = when_next(&w, at, zone, anchor, 42);
            int64_t local = at / 1000 + zone_offset(zone, at) - ROWS[i].open_h * 3600;
            int64_t opened = calendar_floor(local, 86400), of_day = local - opened * 86400;
            if (ROWS[i].length_h < 24) assert_int_equal(opened, calendar_days(2026, 1, 1) + day);
            assert_true(of_day < ROWS[i].length_h * 3600);
            bins[of_day * 8 / (ROWS[i].length_h * 3600)]++;
        }
        for (int k = 0; k < 8; k++) square += (bins[k] * 8 - 365) * (bins[k] * 8 - 365);
        assert_true((double)square / (8 * 365) < 24.3);                    /* chi-square, 7 degrees of freedom, 99.9 % */
    }
    zone_free(zone);
}

static void a_draw_depends_on_seed_and_date_only(void **state) {
    When w = when("every day at random between 09:00 and 17:00");
    int64_t eight = 8 * 3600000ll, first = when_next(&w, eight, NULL, 0, 7);
    (void)state;
    assert_int_equal(when_next(&w, 8 * 3600000ll + 1, NULL, 0, 7), first);
    assert_int_equal(when_next(&w, first - 1, NULL, 0, 7), first);
    assert_true(when_next(&w, first, NULL, 0, 7) > 86400000);
    assert_true(when_next(&w, eight, NULL, 0, 8) != first);
    for (uint64_t seed = 0; seed < 200; seed++) {                           /* enabled at 16:00: only the last hour is left */
        int64_t at = when_next(&w, 16 * 3600000ll, NULL, 16 * 3600000ll, seed);
        assert_true(at > 16 * 3600000ll && at < 17 * 3600000ll);
    }
}

static void windows_of_weeks_and_months(void **state) {
    static const Row ROWS[] = {
        { "every week at random", "UTC", "2026-03-02 00:00", { "2026-03-0", "2026-03-1", "2026-03-", "2026-03-" } },
        { "every week at random between 09:00 and 10:00", "UTC", "2026-03-02 00:00", { "2026-03-0", "2026-03-1" } },
        { "every month at random", "UTC", "2026-03-01 00:00", { "2026-03", "2026-04", "2026-05" } },
        { "every month at random between 23:00 and 01:00", "UTC", "2026-03-01 00:00", { "2026-03", "2026-04" } },
        { "every month on last at random between 09:00 and 10:00", "UTC", "2026-03-01 00:00", { "2026-03-31T09", "2026-04-30T09" } },
        { "every friday at random between 22:00 and 23:00", "UTC", "2026-03-01 00:00", { "2026-03-06T22", "2026-03-13T22" } },
        { "every 2 days at random between 22:00 and 23:00", "UTC", "2026-03-01 00:00", { "2026-03-01T22", "2026-03-03T22" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void spreads_keep_the_least_gap(void **state) {
    When    w = when("every 20m to 40m between 09:00 and 17:00");
    int64_t at = 0, least = INT64_MAX, most = 0;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        int64_t next = when_next(&w, at, NULL, 0, 5), gap = next - at, second = next / 1000 % 86400;
        assert_true(second >= 9 * 3600 && second <= 17 * 3600);
        assert_true(gap >= 20 * 60000);
        if (gap < least) least = gap;
        if (gap > most && gap < 3600000) most = gap;
        at = next;
    }
    assert_true(least < 20 * 60000 + 2000 && most > 40 * 60000 - 2000);
    assert_int_equal(when_next(&w, 12345678, NULL, 0, 5), when_next(&w, 12345678, NULL, 99, 5));
}

static void the_ends_of_time_are_safe(void **state) {
    static const char *const TEXTS[] = { "* * * * *", "every 5m", "every day at random", "every 20m to 40m between 09:00 and 17:00", "in 100d", "at 08:00", "every 7 months from 9998-01-01" };
    static const int64_t TIMES[] = { INT64_MIN, INT64_MIN + 1, -62135596800001, -1, 253402300798999, INT64_MAX - 1, INT64_MAX };
    Zone *zone = open_zone("Europe/Berlin");
    (void)state;
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        for (size_t k = 0; k < COUNT(TIMES); k++)
            for (size_t a = 0; a < COUNT(TIMES); a++) {
                When w = when(TEXTS[i]);
                assert_true(when_next(&w, TIMES[k], zone, TIMES[a], UINT64_MAX) > TIMES[k] || TIMES[k] == INT64_MAX);
            }
    zone_free(zone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "periods of the calendar come at their times", calendar_periods, NULL, NULL, NULL },
        { "months come on their days", months_on_days, NULL, NULL, NULL },
        { "every N periods counts from the anchor", counted_periods, NULL, NULL, NULL },
        { "intervals are elapsed time on the anchor's grid", elapsed_intervals, NULL, NULL, NULL },
        { "the anchor itself is the first point of the grid", an_anchor_is_the_first_point, NULL, NULL, NULL },
        { "moments come once", moments, NULL, NULL, NULL },
        { "each day's draw lies in its window and fills it evenly", windows_hold_their_draws, NULL, NULL, NULL },
        { "a draw depends on seed and date, or on what is left of the first window", a_draw_depends_on_seed_and_date_only, NULL, NULL, NULL },
        { "weeks and months have windows too", windows_of_weeks_and_months, NULL, NULL, NULL },
        { "spreads keep the least gap and stay between", spreads_keep_the_least_gap, NULL, NULL, NULL },
        { "the ends of time are safe", the_ends_of_time_are_safe, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
