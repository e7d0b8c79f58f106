/* links: work store db net os time base */
#include "sched_expect.h"

static const JobSpec EVERY_5M = { .name = S("tick"), SCHEDULES(S("every 5m")) };
static const JobSpec DAILY = { .name = S("report"), SCHEDULES(S("every day at 08:00")) };

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
    expect(w, MONDAY_8 + 10 * MINUTE, "SELECT next FROM schedule");
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
        cmocka_unit_test(a_restart_never_repeats_a_slot_and_makes_up_for_days_once),
        cmocka_unit_test(what_was_missed_is_made_up_for_as_declared),
        cmocka_unit_test(missed_all_runs_one_after_the_other_and_survives_a_crash_between),
        cmocka_unit_test(a_waiting_slot_survives_a_crash_as_a_missed_one),
        cmocka_unit_test(a_clock_set_forward_is_late_up_to_an_hour_then_missed),
        cmocka_unit_test(a_window_missed_half_way_is_drawn_again_in_what_is_left),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
