/* links: time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "time/calendar.h"
#include "time/zone_rule.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const ZONES[] = {
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Nuuk", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Chatham", "Pacific/Kwajalein", "Africa/Casablanca", "Africa/Cairo", "Asia/Tehran", "Asia/Gaza", "Asia/Kathmandu", "Antarctica/Troll",
    "Antarctica/Casey", "Europe/Moscow", "America/Caracas", "Asia/Pyongyang",
};

static Zone *open_zone(const char *name) {
    Zone *zone = NULL;
    Err   err;
    if (!zone_open(name, &zone, &err)) fail_msg("%s", err.text);
    return zone;
}

static int64_t ms_of(const char *iso) {
    int64_t ms = 0;
    Err     err;
    if (!calendar_parse(slice_of(iso), &ms, &err)) fail_msg("%s", err.text);
    return ms;
}

/* "2026-03-29 02:30" on a wall clock, as local seconds. */
static int64_t local_of(const char *text) {
    char iso[32];
    snprintf(iso, sizeof iso, "%sZ", text);
    return ms_of(iso) / 1000;
}

static void agrees_with_glibc(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(ZONES); i++) {
        Zone *zone = open_zone(ZONES[i]);
        setenv("TZ", ZONES[i], 1);
        tzset();
        for (int64_t at = 0; at < 4102444800; at += 1234567) {            /* 1970 to 2100, every two weeks at another hour */
            struct tm tm;
            time_t    seconds = at;
            localtime_r(&seconds, &tm);
            if (zone_offset(zone, at * 1000) != tm.tm_gmtoff) fail_msg("%s at %lld: %d, glibc %ld", ZONES[i], (long long)at, zone_offset(zone, at * 1000), tm.tm_gmtoff);
        }
        zone_free(zone);
    }
    unsetenv("TZ");
    tzset();
}

static void every_edge_agrees_with_glibc(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(ZONES); i++) {
        Zone *zone = open_zone(ZONES[i]);
        setenv("TZ", ZONES[i], 1);
        tzset();
        for (int64_t at = 0; at < 4102444800;) {
            ZoneSpan span = zone_span(zone, at);
            if (span.until_s == INT64_MAX) break;
            for (int64_t near = span.until_s - 1; near <= span.until_s; near++) {
                struct tm tm;
                time_t    seconds = near;
                localtime_r(&seconds, &tm);
                assert_int_equal(zone_offset(zone, near * 1000), tm.tm_gmtoff);
            }
            assert_true(span.until_s > at);
            assert_int_equal(zone_span(zone, span.until_s).before_s, span.offset_s);
            at = span.until_s;
        }
        zone_free(zone);
    }
    unsetenv("TZ");
    tzset();
}

static void offsets_at_known_instants(void **state) {
    static const struct { const char *zone, *at; int offset_s; } ROWS[] = {
        { "Europe/Berlin", "2026-03-29T00:59:59Z", 3600 }, { "Europe/Berlin", "2026-03-29T01:00:00Z", 7200 },
        { "Europe/Berlin", "2500-07-01T00:00:00Z", 7200 }, { "Europe/Berlin", "2500-01-01T00:00:00Z", 3600 },     /* only the footer knows */
        { "America/New_York", "9000-07-01T00:00:00Z", -14400 }, { "Australia/Lord_Howe", "2300-01-01T00:00:00Z", 39600 }, { "Australia/Lord_Howe", "2300-07-01T00:00:00Z", 37800 },
        { "Europe/Dublin", "2400-01-01T00:00:00Z", 0 }, { "Europe/Dublin", "2400-07-01T00:00:00Z", 3600 },        /* winter is its "daylight saving" */
        { "Pacific/Apia", "2011-12-30T09:59:59Z", -36000 }, { "Pacific/Apia", "2011-12-30T10:00:00Z", 50400 },
        { "America/Nuuk", "2050-07-01T00:00:00Z", -3600 }, { "Europe/Berlin", "1850-01-01T00:00:00Z", 3208 }, { "UTC", "2026-01-01T00:00:00Z", 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Zone *zone = open_zone(ROWS[i].zone);
        assert_int_equal(zone_offset(zone, ms_of(ROWS[i].at)), ROWS[i].offset_s);
        zone_free(zone);
    }
}

static void wall_times_to_instants(void **state) {
    static const struct { const char *zone, *local; ZoneFit fit; const char *first, *second, *edge; } ROWS[] = {
        { "Europe/Berlin", "2026-03-02T08:00:00", ZONE_UNIQUE, "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z" },
        { "Europe/Berlin", "2026-03-29T02:30:00", ZONE_GAP, "2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z" },
        { "Europe/Berlin", "2026-03-29T03:00:00", ZONE_UNIQUE, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z" },
        { "Europe/Berlin", "2026-10-25T02:30:00", ZONE_OVERLAP, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z" },
        { "Europe/Berlin", "2026-10-25T03:00:00", ZONE_UNIQUE, "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z" },
        { "Europe/Berlin", "2500-03-28T02:30:00", ZONE_GAP, "2500-03-28T01:30:00Z", "2500-03-28T00:30:00Z", "2500-03-28T01:00:00Z" },
        { "America/New_York", "2026-11-01T01:30:00", ZONE_OVERLAP, "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T05:30:00Z" },
        { "Australia/Lord_Howe", "2026-10-04T02:15:00", ZONE_GAP, "2026-10-03T15:45:00Z", "2026-10-03T15:15:00Z", "2026-10-03T15:30:00Z" },
        { "Australia/Lord_Howe", "2026-04-05T01:45:00", ZONE_OVERLAP, "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T14:45:00Z" },
        { "Pacific/Apia", "2011-12-30T12:00:00", ZONE_GAP, "2011-12-30T22:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Zone    *zone = open_zone(ROWS[i].zone);
        ZoneTime t = zone_instants(zone, local_of(ROWS[i].local));
        assert_int_equal(t.fit, ROWS[i].fit);
        assert_int_equal(t.first_s, ms_of(ROWS[i].first) / 1000);
        assert_int_equal(t.second_s, ms_of(ROWS[i].second) / 1000);
        assert_int_equal(t.edge_s, ms_of(ROWS[i].edge) / 1000);
        zone_free(zone);
    }
}

static void instants_come_back(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(ZONES); i++) {
        Zone *zone = open_zone(ZONES[i]);
        for (int64_t at = 3600; at < 4102444800; at += 2345678) {
            ZoneTime t = zone_instants(zone, at + zone_offset(zone, at * 1000));
            assert_true(t.fit != ZONE_GAP && (t.first_s == at || t.second_s == at) && t.first_s <= t.second_s);
        }
        zone_free(zone);
    }
}

static void refuses_bad_names(void **state) {
    static const char *const NAMES[] = { "", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/../UTC", "Europe", "Europe/Berlin/", "tzdata.zi", "zone.tab", "europe berlin", "Europe/Berl\"in" };
    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        Zone *zone = NULL;
        Err   err = { 0 };
        assert_false(zone_open(NAMES[i], &zone, &err));
        assert_string_equal(err.code, "not_found");
        assert_non_null(strstr(err.text, NAMES[i]));
        assert_null(zone);
    }
}

static void local_follows_tz(void **state) {
    static const struct { const char *tz, *name; int summer_s; } ROWS[] = {
        { "Europe/Berlin", "Europe/Berlin", 7200 }, { ":America/New_York", "America/New_York", -14400 }, { "", "UTC", 0 },
        { "/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo", 32400 }, { "XYZ-1ABC-3,M3.5.0,M10.5.0", "XYZ-1ABC-3,M3.5.0,M10.5.0", 10800 }, { "EST5EDT", "EST5EDT", -14400 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        setenv("TZ", ROWS[i].tz, 1);
        Zone *zone = open_zone("local");
        assert_string_equal(zone_name(zone), ROWS[i].name);
        assert_int_equal(zone_offset(zone, ms_of("2026-07-01T00:00:00Z")), ROWS[i].summer_s);
        zone_free(zone);
    }
    unsetenv("TZ");
    zone_free(open_zone("local"));
}

static void no_zone_is_utc(void **state) {
    (void)state;
    assert_int_equal(zone_offset(NULL, 0), 0);
    assert_int_equal(zone_instants(NULL, 1000).first_s, 1000);
    assert_string_equal(zone_name(NULL), "UTC");
}

static Buf file_bytes(const char *path) {
    Buf   buf;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf_init(&buf);
    buf.len += fread(buf_reserve(&buf, 65536), 1, 65536, file);
    fclose(file);
    return buf;
}

static void a_file_cut_anywhere_is_refused(void **state) {
    Buf bytes = file_bytes("/usr/share/zoneinfo/Europe/Berlin");
    (void)state;
    for (size_t len = 0; len < bytes.len; len++) {
        Zone *zone = NULL;
        Err   err = { 0 };
        char *copy = mem_copy(slice_make(bytes.ptr, len));
        assert_false(zone_load(slice_make(copy, len), &zone, &err));
        assert_string_equal(err.code, "corrupt");
        free(copy);
    }
    buf_drop(&bytes);
}

static void a_file_with_any_byte_changed_is_safe(void **state) {
    Buf bytes = file_bytes("/usr/share/zoneinfo/Europe/Berlin");
    (void)state;
    for (size_t i = 0; i < bytes.len; i++) {
        Zone *zone = NULL;
        Err   err;
        char *copy = mem_copy(buf_slice(&bytes));
        copy[i] = (char)~copy[i];
        if (zone_load(slice_make(copy, bytes.len), &zone, &err)) {
            assert_true(abs(zone_offset(zone, 1772434800000)) <= 26 * 3600);
            zone_free(zone);
        }
        free(copy);
    }
    buf_drop(&bytes);
}

static void posix_rules(void **state) {
    static const struct { const char *rule, *at; int offset_s; } ROWS[] = {
        { "UTC0", "2026-01-01T00:00:00Z", 0 }, { "<+0330>-3:30", "2026-01-01T00:00:00Z", 12600 }, { "EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000 },
        { "EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400 }, { "EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -18000 },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01T00:00:00Z", 0 }, { "XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -14400 },         /* summer all year */
        { "XXX3EDT4,0/0,J365/23", "2026-07-01T00:00:00Z", -14400 }, { "AAA0BBB,J60,J300", "2024-03-01T01:59:59Z", 0 }, { "AAA0BBB,J60,J300", "2024-03-01T02:00:00Z", 3600 },
        { "AAA0BBB,59,300", "2024-02-29T02:00:00Z", 3600 }, { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200 }, { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        ZoneRule rule;
        Err      err;
        assert_true(zone_rule_parse(slice_of(ROWS[i].rule), &rule, &err));
        assert_int_equal(zone_rule_span(&rule, ms_of(ROWS[i].at) / 1000).offset_s, ROWS[i].offset_s);
    }
}

static void refuses_bad_rules(void **state) {
    static const char *const ROWS[] = { "", "EST", "E5", "EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J5", "EST5EDT,366,5", "EST27",
                                        "EST5EDT,M3.2.0,M11.1.0x", "<EST5", "EST5:60" };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        ZoneRule rule;
        Err      err = { 0 };
        if (zone_rule_parse(slice_of(ROWS[i]), &rule, &err)) fail_msg("%s was taken", ROWS[i]);
        assert_string_equal(err.code, "corrupt");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "offsets agree with glibc in 22 zones from 1970 to 2100", agrees_with_glibc, NULL, NULL, NULL },
        { "both sides of every change agree with glibc", every_edge_agrees_with_glibc, NULL, NULL, NULL },
        { "known instants have their offset, also centuries ahead", offsets_at_known_instants, NULL, NULL, NULL },
        { "a wall time is unique, in a gap, or comes twice", wall_times_to_instants, NULL, NULL, NULL },
        { "an instant's wall time leads back to it", instants_come_back, NULL, NULL, NULL },
        { "an unknown or dangerous name is not found, by name", refuses_bad_names, NULL, NULL, NULL },
        { "local follows TZ in each of its forms", local_follows_tz, NULL, NULL, NULL },
        { "no zone is UTC", no_zone_is_utc, NULL, NULL, NULL },
        { "a zone file cut anywhere is refused", a_file_cut_anywhere_is_refused, NULL, NULL, NULL },
        { "a zone file with any byte changed does no harm", a_file_with_any_byte_changed_is_safe, NULL, NULL, NULL },
        { "POSIX rules of every form give their offsets", posix_rules, NULL, NULL, NULL },
        { "text that is no POSIX rule is refused", refuses_bad_rules, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
