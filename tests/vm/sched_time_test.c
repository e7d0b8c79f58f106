/* links: work store db os time base */
#include "sched_world.h"

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

static void a_restart_never_repeats_a_slot_and_makes_up_for_days_once(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8 - HOUR);
    (void)state;
    add(w, DAILY);
    begin(w);
    advance(w, 2 * HOUR);
    assert_int_equal(w->count, 1);
    restart(w, MINUTE);
    add(w, DAILY);
    begin(w);
    assert_int_equal(w->count, 0);
    restart(w, 3 * DAY);                                /* Thursday 09:01: three mornings were missed */
    add(w, DAILY);
    begin(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "report.aios/report@2026-03-05T08:00:00Z");
    expect_text(w, "{\"args\":[],\"kwargs\":{},\"missed\":3}", "SELECT input FROM run WHERE uid LIKE '%05T%'");
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'missed' AND finished > 0 AND nominal = 1772611200000");
    expect_text(w, "schedule every day at 08:00, due 2026-03-04T08:00:00+00:00, and 1 before it", "SELECT cause FROM run WHERE state = 11");
    expect(w, MONDAY_8 + 4 * DAY, "SELECT next FROM schedule");
    world_free(w);
}

static void what_was_missed_is_made_up_for_as_declared(void **state) {
    static const struct { const char *words; Missed missed; int64_t within, away; int runs, skipped; } ROWS[] = {
        { "every 5m", MISSED_DEFAULT, 0, 12 * MINUTE, 0, 1 },
        { "every 5m", MISSED_ONCE, 0, 12 * MINUTE, 1, 1 },
        { "every 5m", MISSED_ALL, 0, 12 * MINUTE, 2, 0 },
        { "every 5m", MISSED_ALL, 0, 11 * HOUR, 100, 1 },
        { "every 5m", MISSED_ONCE, MINUTE, 12 * MINUTE, 0, 1 },
        { "every day at 09:00", MISSED_DEFAULT, 0, 2 * HOUR, 1, 0 },
        { "every day at 09:00", MISSED_DEFAULT, 0, 4 * DAY + 30 * MINUTE, 1, 1 },
        { "every day at 09:00", MISSED_SKIP, 0, 2 * HOUR, 0, 1 },
        { "every month on 3", MISSED_DEFAULT, 0, 3 * DAY, 0, 1 },
        { "at 2026-03-02 09:00", MISSED_DEFAULT, 0, 400 * DAY, 1, 0 },
        { "in 10m", MISSED_DEFAULT, 0, 400 * DAY, 1, 0 },
        { "at 2026-03-02 09:00", MISSED_SKIP, 0, 2 * HOUR, 0, 1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_new("/srv/report.aios", MONDAY_8);
        Slice words = slice_of(ROWS[i].words);
        JobSpec spec = { .name = S("job"), .schedules = &words, .schedule_count = 1, .missed = ROWS[i].missed, .within_ms = ROWS[i].within };
        print_message("# %s\n", ROWS[i].words);
        add(w, spec);
        begin(w);
        restart(w, ROWS[i].away);
        add(w, spec);
        begin(w);
        expect(w, ROWS[i].runs, "SELECT count(*) FROM run WHERE state = 7");
        expect(w, ROWS[i].skipped, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'missed'");
        restart(w, 0);
        add(w, spec);
        begin(w);
        assert_int_equal(w->count, 0);
        world_free(w);
    }
}

static void missed_all_runs_one_after_the_other_and_survives_a_crash_between(void **state) {
    World  *w = world_new("/srv/report.aios", MONDAY_8);
    JobSpec spec = EVERY_5M;
    (void)state;
    spec.missed = MISSED_ALL;
    add(w, spec);
    begin(w);
    restart(w, 21 * MINUTE);
    w->length_ms = HOLD;
    add(w, spec);
    begin(w);
    assert_int_equal(w->count, 1);
    finish(w, 0, RUN_DONE);
    assert_int_equal(w->count, 2);
    finish(w, 1, RUN_DONE);
    restart(w, 0);                                      /* the third is unfinished and will be resumed, the fourth waits */
    add(w, spec);
    begin(w);
    assert_int_equal(w->count, 0);
    expect(w, 3, "SELECT count(*) FROM run");
    DbStmt *third = ask(w, "SELECT id FROM run WHERE state = 1");
    sched_run_ended(w->sched, slice_of("tick"), db_int(third, 0), RUN_DONE);
    db_release(third);
    settle(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "report.aios/tick@2026-03-02T08:20:00Z");
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

static void a_waiting_slot_survives_a_crash_as_a_missed_one(void **state) {
    World  *w = world_new("/srv/report.aios", MONDAY_8);
    JobSpec spec = EVERY_5M;
    (void)state;
    spec.overlap = OVERLAP_QUEUE;
    spec.overlap_given = true;
    spec.missed = MISSED_ONCE;
    w->length_ms = HOLD;
    add(w, spec);
    begin(w);
    advance(w, 11 * MINUTE);
    assert_int_equal(w->count, 1);
    expect(w, MONDAY_8 + 10 * MINUTE, "SELECT next FROM schedule");
    restart(w, MINUTE);
    add(w, spec);
    begin(w);
    assert_int_equal(w->count, 0);                      /* the first one is resumed: it still runs */
    DbStmt *first = ask(w, "SELECT id FROM run");
    sched_run_ended(w->sched, slice_of("tick"), db_int(first, 0), RUN_FAILED);
    db_release(first);
    settle(w);
    assert_string_equal(w->runs[0].uid, "report.aios/tick@2026-03-02T08:10:00Z");
    world_free(w);
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
    w->wall += 400 * DAY - 22 * MINUTE;                 /* 08:00 again, almost */
    look(w);
    size_t before = w->count;
    advance(w, 9 * MINUTE);
    for (size_t i = before; i < w->count; i++) assert_string_not_equal(w->runs[i].name, "report");
    expect(w, 1, "SELECT count(*) FROM run WHERE uid = 'report.aios/report@2026-03-02T08:00:00Z'");
    world_free(w);
}

static void a_clock_set_forward_is_late_up_to_an_hour_then_missed(void **state) {
    static const struct { int64_t step; size_t began; int skipped; } ROWS[] = { { 14 * MINUTE, 1, 1 }, { 59 * MINUTE, 1, 1 }, { 3 * HOUR, 0, 1 } };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_new("/srv/report.aios", MONDAY_8);
        add(w, EVERY_5M);
        begin(w);
        w->wall += ROWS[i].step;
        advance(w, 1);
        assert_int_equal(w->count, ROWS[i].began);
        expect(w, ROWS[i].skipped, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'missed'");
        world_free(w);
    }
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

static void a_window_missed_half_way_is_drawn_again_in_what_is_left(void **state) {
    World  *w = world_new("/srv/report.aios", MONDAY_8);
    JobSpec spec = { .name = S("job"), SCHEDULES(S("every day at random between 00:00 and 23:59")) };
    (void)state;
    add(w, spec);
    begin(w);
    restart(w, 15 * HOUR + 30 * MINUTE);                /* 23:30 */
    add(w, spec);
    begin(w);
    assert_int_equal(w->count, 0);
    advance(w, 30 * MINUTE);
    assert_int_equal(w->count, 1);
    expect(w, 0, "SELECT count(*) FROM run WHERE state = 11");
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_5m_begins_twelve_times_an_hour),
        cmocka_unit_test(an_interval_keeps_its_grid_over_restarts_and_other_edits),
        cmocka_unit_test(a_daily_time_follows_the_wall_clock_of_its_zone),
        cmocka_unit_test(a_restart_never_repeats_a_slot_and_makes_up_for_days_once),
        cmocka_unit_test(what_was_missed_is_made_up_for_as_declared),
        cmocka_unit_test(missed_all_runs_one_after_the_other_and_survives_a_crash_between),
        cmocka_unit_test(a_time_that_comes_once_comes_once),
        cmocka_unit_test(overlap_does_what_is_declared),
        cmocka_unit_test(a_waiting_slot_survives_a_crash_as_a_missed_one),
        cmocka_unit_test(a_clock_set_back_repeats_nothing_and_stops_nothing),
        cmocka_unit_test(a_clock_set_forward_is_late_up_to_an_hour_then_missed),
        cmocka_unit_test(jobs_that_are_due_together_all_begin),
        cmocka_unit_test(programs_with_one_file_name_do_not_take_each_others_slots),
        cmocka_unit_test(a_random_window_begins_once_inside_it_at_a_stored_time),
        cmocka_unit_test(a_window_missed_half_way_is_drawn_again_in_what_is_left),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
