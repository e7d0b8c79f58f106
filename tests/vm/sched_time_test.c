/* links: work store db net os time base */
#include "sched_expect.h"

static const JobSpec EVERY_5M = { .name = S("tick"), SCHEDULES(S("every 5m")) };
static const JobSpec DAILY = { .name = S("report"), SCHEDULES(S("every day at 08:00")) };

static void every_5m_begins_twelve_times_an_hour(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8);
    (void)state;
    add(w, EVERY_5M);
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 12);
    assert_string_equal(w->runs[0].uid, "report.aios/tick@2026-03-02T08:05:00Z");
    assert_string_equal(w->runs[11].uid, "report.aios/tick@2026-03-02T09:00:00Z");
    for (size_t i = 0; i < 12; i++) assert_int_equal(w->runs[i].began, MONDAY_8 + ((int64_t)i + 1) * 5 * MINUTE);
    expect(w, 12, "SELECT count(*) FROM run WHERE state = 7 AND parent = 77 AND nominal = created AND schedule = 'report.aios/tick' AND input IS NULL");
    expect_text(w, "schedule every 5m, due 2026-03-02T08:05:00+00:00", "SELECT cause FROM run ORDER BY id");
    expect_text(w, "completed", "SELECT status FROM jobs");
    expect(w, MONDAY_8 + HOUR + 5 * MINUTE, "SELECT next FROM schedule");
    world_free(w);
}

static void an_interval_keeps_its_grid_over_restarts_and_other_edits(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8);
    (void)state;
    add(w, EVERY_5M);
    begin(w);
    advance(w, 6 * MINUTE);
    restart(w, MINUTE);
    JobSpec edited = EVERY_5M;
    edited.title = slice_of("Ticks");
    edited.overlap = OVERLAP_ALLOW;
    edited.overlap_given = true;
    add(w, edited);
    begin(w);
    advance(w, 5 * MINUTE);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "report.aios/tick@2026-03-02T08:10:00Z");
    expect(w, 2, "SELECT count(*) FROM run");
    restart(w, 0);
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 10m")) });
    begin(w);
    advance(w, 10 * MINUTE);
    assert_string_equal(w->runs[0].uid, "report.aios/tick@2026-03-02T08:22:00Z");
    world_free(w);
}

static void a_daily_time_follows_the_wall_clock_of_its_zone(void **state) {
    World *w = world_new("/srv/report.aios", 1774638000000);        /* 2026-03-27T19:00Z; Berlin goes to +02:00 on the 29th */
    (void)state;
    add(w, (JobSpec){ .name = S("report"), SCHEDULES(S("every day at 08:00 in \"Europe/Berlin\"")) });
    begin(w);
    advance(w, 3 * DAY);
    assert_int_equal(w->count, 3);
    assert_string_equal(w->runs[0].uid, "report.aios/report@2026-03-28T07:00:00Z");
    assert_string_equal(w->runs[1].uid, "report.aios/report@2026-03-29T06:00:00Z");
    assert_string_equal(w->runs[2].uid, "report.aios/report@2026-03-30T06:00:00Z");
    expect_text(w, "Europe/Berlin", "SELECT tz FROM schedule");
    expect_text(w, "schedule every day at 08:00 in \"Europe/Berlin\", due 2026-03-29T08:00:00+02:00", "SELECT cause FROM run ORDER BY id LIMIT 1 OFFSET 1");
    world_free(w);
}

static void a_time_that_comes_once_comes_once(void **state) {
    World  *w = world_new("/srv/report.aios", MONDAY_8);
    JobSpec spec = { .name = S("job"), SCHEDULES(S("in 10m"), S("at 2026-03-02 08:20"), S("at 2026-01-01 00:00")) };
    (void)state;
    add(w, spec);
    begin(w);
    assert_true(sched_stays(w->sched));
    expect_said(w, "'at 2026-01-01 00:00' lies in the past: it never begins", 1);
    advance(w, HOUR);
    assert_int_equal(w->count, 2);
    assert_string_equal(w->runs[0].uid, "report.aios/job@2026-03-02T08:10:00Z");
    assert_string_equal(w->runs[1].uid, "report.aios/job#2@2026-03-02T08:20:00Z");
    assert_false(sched_stays(w->sched));
    restart(w, DAY);
    add(w, spec);
    begin(w);
    assert_false(sched_stays(w->sched));
    assert_int_equal(w->count, 0);
    world_free(w);
}

static void overlap_does_what_is_declared(void **state) {
    /* every 5 minutes, each run takes 7: after 31 minutes */
    static const struct { bool given; Overlap overlap; size_t began; int skipped, cancels; bool busy; } ROWS[] = {
        { false, OVERLAP_ALLOW, 3, 3, 0, false }, { true, OVERLAP_SKIP, 3, 3, 0, false }, { true, OVERLAP_QUEUE, 4, 1, 0, true },
        { true, OVERLAP_REPLACE, 6, 0, 5, false }, { true, OVERLAP_ALLOW, 6, 0, 0, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World  *w = world_new("/srv/report.aios", MONDAY_8);
        JobSpec spec = EVERY_5M;
        spec.overlap = ROWS[i].overlap;
        spec.overlap_given = ROWS[i].given;
        w->length_ms = 7 * MINUTE;
        add(w, spec);
        begin(w);
        advance(w, 31 * MINUTE);
        if (w->count != ROWS[i].began || w->cancels != ROWS[i].cancels) fail_msg("row %zu: %zu began, %d were cancelled", i, w->count, w->cancels);
        expect(w, ROWS[i].skipped, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'overlap'");
        assert_int_equal(sched_is_busy(w->sched), ROWS[i].busy);
        world_free(w);
    }
}

static void a_clock_set_back_repeats_nothing_and_stops_nothing(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8 - 10 * MINUTE);
    (void)state;
    add(w, DAILY);
    add(w, EVERY_5M);
    begin(w);
    advance(w, 21 * MINUTE);                            /* 08:11: the report and four ticks */
    assert_int_equal(w->count, 5);
    w->wall -= 400 * DAY;
    look(w);
    expect_said(w, "the clock was set back", 1);
    advance(w, 11 * MINUTE);
    assert_int_equal(w->count, 7);
    expect(w, w->wall + 4 * MINUTE, "SELECT next FROM schedule WHERE name = 'tick'");
    w->wall += 400 * DAY - 22 * MINUTE;                 /* 08:00 again, almost */
    look(w);
    size_t before = w->count;
    advance(w, 9 * MINUTE);
    for (size_t i = before; i < w->count; i++) assert_string_not_equal(w->runs[i].name, "report");
    expect(w, 1, "SELECT count(*) FROM run WHERE uid = 'report.aios/report@2026-03-02T08:00:00Z'");
    world_free(w);
}

static void jobs_that_are_due_together_all_begin(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8 - HOUR);
    (void)state;
    add(w, DAILY);
    add(w, (JobSpec){ .name = S("b"), SCHEDULES(S("every day at 08:00")) });
    add(w, (JobSpec){ .name = S("c"), SCHEDULES(S("every cron \"0 8 * * *\""), S("every day at 08:00")), .overlap = OVERLAP_ALLOW, .overlap_given = true });
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 4);
    world_free(w);
}

static void programs_with_one_file_name_do_not_take_each_others_slots(void **state) {
    World *w = world_new("/srv/a/report.aios", MONDAY_8 - HOUR);
    (void)state;
    add(w, DAILY);
    begin(w);
    advance(w, HOUR);
    restart(w, 0);
    close_world(w);
    w->wall = MONDAY_8 - HOUR;
    w->program = "/srv/b/report.aios";
    open_world(w);
    add(w, DAILY);
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 1);
    assert_true(strncmp(w->runs[0].uid, "report.aios~", 12) == 0 && strstr(w->runs[0].uid, "/report@2026-03-02T08:00:00Z"));
    world_free(w);
}

static void a_random_window_begins_once_inside_it_at_a_stored_time(void **state) {
    World  *w = world_new("/srv/report.aios", MONDAY_8);
    JobSpec spec = { .name = S("job"), SCHEDULES(S("every day at random between 22:00 and 02:00")) };
    (void)state;
    add(w, spec);
    begin(w);
    DbStmt *stmt = ask(w, "SELECT next FROM schedule");
    int64_t planned = db_int(stmt, 0);
    db_release(stmt);
    assert_in_range(planned, MONDAY_8 + 14 * HOUR, MONDAY_8 + 18 * HOUR);
    restart(w, HOUR);
    add(w, spec);
    begin(w);
    expect(w, planned, "SELECT next FROM schedule");
    advance(w, 10 * DAY);
    assert_int_equal(w->count, 10);
    assert_int_equal(w->runs[0].began, planned);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_5m_begins_twelve_times_an_hour),
        cmocka_unit_test(an_interval_keeps_its_grid_over_restarts_and_other_edits),
        cmocka_unit_test(a_daily_time_follows_the_wall_clock_of_its_zone),
        cmocka_unit_test(a_time_that_comes_once_comes_once),
        cmocka_unit_test(overlap_does_what_is_declared),
        cmocka_unit_test(a_clock_set_back_repeats_nothing_and_stops_nothing),
        cmocka_unit_test(jobs_that_are_due_together_all_begin),
        cmocka_unit_test(programs_with_one_file_name_do_not_take_each_others_slots),
        cmocka_unit_test(a_random_window_begins_once_inside_it_at_a_stored_time),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
