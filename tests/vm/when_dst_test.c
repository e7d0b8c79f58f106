/* links: time base */
#include "when_rows.h"

static void nights_without_an_hour(void **state) {
    static const Row ROWS[] = {
        { "every day at 02:30", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00" } },
        { "every day at 02:00, 02:30 and 02:59", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-30T02:00" } },
        { "every day at 02:30 and 03:00", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-30T02:30" } },
        { "every day at 02:30 and 03:30", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-29T03:30" } },
        { "30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-30T02:30" } },
        { "*/15 2 * * *", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "2026-03-30T02:00" } },
        { "30 * * * *", "Europe/Berlin", "2026-03-29 01:00", { "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00" } },
        { "0 */2 * * *", "Europe/Berlin", "2026-03-29 00:00", { "2026-03-29T04:00:00+02:00" } },
        { "0 30 2 29 3 ? 2026", "Europe/Berlin", "2026-03-28 12:00", { "2026-03-29T03:00:00+02:00", "-" } },
        { "0 30 2-2 29 3 ? 2026", "Europe/Berlin", "2026-03-28 12:00", { "-" } },
        { "30 2-2 25-31 3 +sun", "Europe/Berlin", "2026-03-28 12:00", { "-" } },                     /* only ever inside the gap */
        { "every weekday at 02:30", "Europe/Berlin", "2026-03-27 12:00", { "2026-03-30T02:30:00+02:00" } },
        { "every day at 02:30", "America/New_York", "2026-03-07 12:00", { "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00" } },
        { "*/15 * * * *", "America/New_York", "2026-03-08 01:45", { "2026-03-08T03:00:00-04:00", "2026-03-08T03:15" } },
        { "every day at 02:15", "Australia/Lord_Howe", "2026-10-03 12:00", { "2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00" } },
        { "0 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00", { "2026-10-04T02:30:00+11:00", "2026-10-05T02:00:00+11:00" } },
        { "*/15 * * * *", "Australia/Lord_Howe", "2026-10-04 01:45", { "2026-10-04T02:30:00+11:00", "2026-10-04T02:45" } },
        { "every hour", "Australia/Lord_Howe", "2026-10-04 01:00", { "2026-10-04T03:00:00+11:00" } },
        { "every day at 00:30", "America/Sao_Paulo", "2018-11-03 12:00", { "2018-11-04T01:00:00-02:00", "2018-11-05T00:30" } },     /* midnight is missing */
        { "every day at 08:00", "Pacific/Apia", "2011-12-29 07:00", { "2011-12-29T08:00:00-10:00", "2011-12-31T08:00:00+14:00" } },   /* a day is missing */
        { "0 * * * *", "Pacific/Apia", "2011-12-29 22:30", { "2011-12-29T23:00:00-10:00", "2011-12-31T00:00:00+14:00" } },
        { "every day at random between 08:00 and 09:00", "Pacific/Apia", "2011-12-29 12:00", { "2011-12-31T08" } },
        { "every day at 02:30", "Europe/Berlin", "2500-03-27 12:00", { "2500-03-28T03:00:00+02:00" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void nights_with_an_hour_twice(void **state) {
    static const Row ROWS[] = {
        { "every day at 02:30", "Europe/Berlin", "2026-10-24 12:00", { "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00" } },
        { "every day at 02:30", "Europe/Berlin", "2026-10-25T01:30:00Z", { "2026-10-26T02:30:00+01:00" } },
        { "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", { "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00" } },
        { "30 2,3 * * *", "Europe/Berlin", "2026-10-25T00:45:00Z", { "2026-10-25T03:30:00+01:00" } },
        { "30 * * * *", "Europe/Berlin", "2026-10-25 01:30", { "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00" } },
        { "*/30 2 * * *", "Europe/Berlin", "2026-10-25 01:30", { "2026-10-25T02:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:00" } },
        { "every 30 minutes", "America/New_York", "2026-11-01 01:00", { "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00", "2026-11-01T02:00:00-05:00" } },
        { "every day at 01:00 and 01:30", "America/New_York", "2026-11-01 01:00", { "2026-11-01T01:30:00-04:00", "2026-11-02T01:00:00-05:00" } },
        { "*/15 * * * *", "Australia/Lord_Howe", "2026-04-05 01:30", { "2026-04-05T01:45:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30", "2026-04-05T02:00:00+10:30" } },
        { "every day at 01:45", "Australia/Lord_Howe", "2026-04-04 12:00", { "2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30" } },
        { "every hour", "Europe/Berlin", "2026-10-25 01:00", { "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00" } },
    };
    (void)state;
    check_rows(ROWS, COUNT(ROWS));
}

static void windows_count_real_hours(void **state) {
    Zone *zone = open_zone("Europe/Berlin");
    When  w = when("every day at random between 02:00 and 03:00");
    int64_t edge = instant("2026-03-29T01:00:00Z", zone);
    (void)state;
    assert_true(when_next(&w, edge - 3600000, zone, 0, 3) > edge + 20 * 3600000ll);             /* that night's window has no length */
    w = when("every day at random between 01:00 and 05:00");
    bool late = false;
    for (uint64_t seed = 0; seed < 300; seed++) {
        int64_t at = when_next(&w, instant("2026-10-25 00:00", zone), zone, 0, seed), open = instant("2026-10-25 01:00", zone);
        assert_true(at >= open && at < open + 5 * 3600000ll);
        late = late || at >= open + 4 * 3600000ll;                          /* the fifth real hour is drawn, too */
    }
    assert_true(late);
    zone_free(zone);
}

static void daily_work_runs_once_on_each_day(void **state) {
    static const char *const ZONES[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Gaza", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Kwajalein", "Africa/Cairo" };
    static const char *const TEXTS[] = { "every day at 02:30", "every day at 00:00", "15 1 * * *", "every day at 03:00" };
    (void)state;
    for (size_t z = 0; z < COUNT(ZONES); z++)
        for (size_t i = 0; i < COUNT(TEXTS); i++) {
            Zone   *zone = open_zone(ZONES[z]);
            When    w = when(TEXTS[i]);
            int64_t at = instant("1970-01-01 12:00", zone), day = calendar_floor(at / 1000 + zone_offset(zone, at), 86400);
            while (at < 2145916800000) {                                    /* 2038 */
                at = when_next(&w, at, zone, 0, 0);
                for (day++; zone_instants(zone, day * 86400 + 43200).fit == ZONE_GAP; day++) continue;      /* a lost day */
                int64_t got = calendar_floor(at / 1000 + zone_offset(zone, at), 86400);
                if (got != day) fail_msg("%s in %s: day %lld came as %lld", TEXTS[i], ZONES[z], (long long)day, (long long)got);
            }
            zone_free(zone);
        }
}

static void wildcards_follow_the_wall_clock(void **state) {
    static const char *const ZONES[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Antarctica/Troll", "Asia/Gaza" };
    When w = when("*/20 0-3 * * *");
    (void)state;
    for (size_t z = 0; z < COUNT(ZONES); z++) {
        Zone *zone = open_zone(ZONES[z]);
        for (ZoneSpan span = zone_span(zone, 0); span.until_s < 2145916800; span = zone_span(zone, span.until_s)) {
            int64_t from = calendar_floor(span.until_s, 60) * 60 - 4 * 3600, due = when_next(&w, (from - 1) * 1000, zone, 0, 0);
            for (int64_t at = from; at < from + 8 * 3600; at += 60) {
                Civil c = calendar_civil(at + zone_offset(zone, at * 1000));
                bool  hit = c.hour <= 3 && c.minute % 20 == 0 && c.second == 0;
                if (hit != (due == at * 1000)) fail_msg("%s at %lld: %d", ZONES[z], (long long)at, hit);
                if (hit) due = when_next(&w, due, zone, 0, 0);
            }
        }
        zone_free(zone);
    }
}

static void next_is_always_later(void **state) {
    static const char *const ZONES[] = { "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Gaza", "Antarctica/Troll", "Pacific/Kwajalein",
                                         "Europe/Dublin", "America/Nuuk", "Africa/Cairo", "Asia/Kathmandu", "America/Caracas", "Pacific/Chatham" };
    static const char *const TEXTS[] = {
        "* * * * *", "*/15 * * * *", "0 * * * *", "30 2 * * *", "0 2 * * *", "*/20 1-3 * * *", "0 0 * * *", "59 23 L * *", "0 0 29 2 *", "0 0 13 * +fri", "15 10 * * 1-5", "*/7 */5 */3 * *",
        "every day at 02:30", "every weekday at 00:00", "every day at 01:15, 02:15 and 03:15", "every hour", "every 13h", "every 20m to 40m", "every 20m between 22:00 and 03:00",
        "every day at random between 22:00 and 02:30", "every day at random", "every 2 weeks at 02:00", "every month on last at 02:30", "every 1h between 01:30 and 03:30", "every month at random",
    };
    (void)state;
    for (size_t z = 0; z < COUNT(ZONES); z++) {
        Zone *zone = open_zone(ZONES[z]);
        for (size_t i = 0; i < COUNT(TEXTS); i++) {
            When    w = when(TEXTS[i]);
            int64_t start = 0;
            for (int year = 0; year < 130; year++, start += 31556952000) {
                int64_t edge = zone_span(zone, start / 1000).until_s, at = edge == INT64_MAX ? start : edge * 1000 - 5400001;
                int64_t before = at;
                for (int n = 0; n < 6; n++) {
                    int64_t next = when_next(&w, at, zone, 12345, 9), again = when_next(&w, at - 1, zone, 12345, 9);
                    if (next == WHEN_NEVER || next <= at) fail_msg("%s in %s after %lld: %lld", TEXTS[i], ZONES[z], (long long)at, (long long)next);
                    if (w.kind != WHEN_SPREAD && again != next && again != at) fail_msg("%s in %s: %lld lies between %lld and %lld", TEXTS[i], ZONES[z], (long long)again, (long long)before, (long long)next);
                    before = at;
                    at = next;
                }
            }
        }
        zone_free(zone);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "a missing hour runs daily work once after it and drops the rest", nights_without_an_hour, NULL, NULL, NULL },
        { "an hour that comes twice runs daily work once and the rest twice", nights_with_an_hour_twice, NULL, NULL, NULL },
        { "a window is as long as it really is", windows_count_real_hours, NULL, NULL, NULL },
        { "daily work runs once on each day that exists, in 10 zones over 68 years", daily_work_runs_once_on_each_day, NULL, NULL, NULL },
        { "wildcard patterns see each wall time that exists around every change of offset", wildcards_follow_the_wall_clock, NULL, NULL, NULL },
        { "the next time is always later and nothing is left out, in 16 zones over 130 years", next_is_always_later, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("when_dst", tests, NULL, NULL);
}
