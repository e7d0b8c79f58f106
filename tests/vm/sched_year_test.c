/* links: work store db net os time base */
/* A year of 2026 in three zones, with restarts at random: each slot exactly once, and windows drawn evenly. */
#include "sched_expect.h"

static const Slice WINDOW_LONDON[] = { S("every day at random between 09:00 and 17:00 in \"Europe/London\"") };
static const Slice WINDOW_NIGHT[] = { S("every day at random between 22:00 and 02:00 in \"America/New_York\"") };
static const Slice DAILY_APIA[] = { S("every day at 08:00 in \"Pacific/Apia\"") };
static const Slice GAPS[] = { S("every 20h to 40h") };
static const Slice ONCE[] = { S("once every friday at 12:00 in \"Europe/London\"") };

static void declare_all(World *w) {
    add(w, (JobSpec){ .name = S("london"), .schedules = WINDOW_LONDON, .schedule_count = 1 });
    add(w, (JobSpec){ .name = S("night"), .schedules = WINDOW_NIGHT, .schedule_count = 1 });
    add(w, (JobSpec){ .name = S("apia"), .schedules = DAILY_APIA, .schedule_count = 1 });
    add(w, (JobSpec){ .name = S("gaps"), .schedules = GAPS, .schedule_count = 1 });
    add(w, (JobSpec){ .name = S("once"), .schedules = ONCE, .schedule_count = 1 });
}

/* London's clock is an hour ahead of UTC from 29 March 01:00Z to 25 October 01:00Z, New York's 4 h behind from 8 March to 1 November. */
#define LONDON "((nominal / 1000) + CASE WHEN nominal >= 1774746000000 AND nominal < 1792890000000 THEN 3600 ELSE 0 END)"
#define NEW_YORK "((nominal / 1000) - CASE WHEN nominal >= 1772953200000 AND nominal < 1793512800000 THEN 14400 ELSE 18000 END)"

static void in_a_year_with_restarts_every_slot_runs_once(void **state) {
    static const int64_t JANUARY = 1767225600000;       /* 2026-01-01T00:00Z */
    World *w = world_new("/srv/year.aios", JANUARY);
    (void)state;
    declare_all(w);
    begin(w);
    for (int i = 0; i < 60; i++) {
        uint64_t chance;
        world_random(w, &chance, sizeof chance);
        advance(w, 5 * DAY + (int64_t)(chance % (2 * DAY)));
        restart(w, (int64_t)(chance % 1000));
        declare_all(w);
        begin(w);
    }
    advance(w, JANUARY + 365 * DAY - w->wall);
    expect(w, 365, "SELECT count(*) FROM run WHERE name = 'apia' AND state = 7");
    expect(w, 365, "SELECT count(DISTINCT date(" LONDON ", 'unixepoch')) FROM run WHERE name = 'london' AND state = 7");
    expect(w, 365, "SELECT count(*) FROM run WHERE name = 'london' AND state = 7");
    expect(w, 0, "SELECT count(*) FROM run WHERE name = 'london' AND time(" LONDON ", 'unixepoch') NOT BETWEEN '09:00:00' AND '17:00:00'");
    expect(w, 0, "SELECT count(*) FROM run WHERE name = 'night' AND time(" NEW_YORK ", 'unixepoch') BETWEEN '02:00:01' AND '21:59:59'");
    expect(w, 1, "SELECT count(*) BETWEEN 364 AND 366 FROM run WHERE name = 'night' AND state = 7");
    expect(w, 1, "SELECT count(*) FROM run WHERE name = 'once' AND state = 7");
    expect(w, 0, "SELECT count(*) FROM (SELECT nominal - lag(nominal) OVER (ORDER BY nominal) AS gap FROM run WHERE name = 'gaps')"
                 " WHERE gap < 20 * 3600000 OR gap > 40 * 3600000");
    expect(w, 0, "SELECT count(*) FROM run WHERE state NOT IN (7)");
    world_free(w);
}

/* 3,000 windows in 20 equal parts: chi-square with 19 degrees of freedom is below 36.2 with p > 0.01. */
static void the_time_in_a_window_is_uniform(void **state) {
    enum { DRAWS = 3000, PARTS = 20 };
    When   when;
    Err    err;
    int    seen[PARTS] = { 0 };
    double chi = 0;
    (void)state;
    assert_true(when_parse(slice_of("every day at random between 22:00 and 02:00"), &when, &err));
    int64_t at = 1767261600000;                         /* 2026-01-01T10:00Z */
    for (int i = 0; i < DRAWS; i++) {
        at = when_next(&when, at, NULL, 0, 12345);
        int64_t into = (at / 1000 - 22 * 3600) % 86400;
        assert_in_range(into, 0, 4 * 3600 - 1);
        seen[into * PARTS / (4 * 3600)]++;
        at += 5 * HOUR;                                 /* behind the end of this window */
    }
    for (int i = 0; i < PARTS; i++) chi += (seen[i] - DRAWS / PARTS) * (double)(seen[i] - DRAWS / PARTS) / (DRAWS / PARTS);
    assert_true(chi < 36.2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_year_with_restarts_every_slot_runs_once),
        cmocka_unit_test(the_time_in_a_window_is_uniform),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
