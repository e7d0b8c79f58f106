/* links: work store db net os time base */
#include "sched_expect.h"

#define RATES(...) .rates = (const JobRate[]){ __VA_ARGS__ }, .rate_count = COUNT(((const JobRate[]){ __VA_ARGS__ }))

static void runs_may_be_active_together_up_to_the_limit(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1m")), .at_once = 2 });
    begin(w);
    advance(w, 4 * MINUTE);
    assert_int_equal(w->count, 2);
    expect(w, 2, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'overlap'");
    finish(w, 0, RUN_DONE);
    advance(w, MINUTE);
    assert_int_equal(w->count, 3);
    world_free(w);
}

static void rows_wait_for_room_below_the_limit(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .at_once = 3 });
    begin(w);
    for (int i = 0; i < 5; i++) trigger(w, "mail", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 3);
    finish(w, 1, RUN_DONE);
    assert_int_equal(w->count, 4);
    expect(w, 1, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    world_free(w);
}

static void what_exceeds_a_rate_is_a_row_with_the_reason(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1m")), RATES({ 2, 10 * MINUTE }) });
    begin(w);
    advance(w, 10 * MINUTE);
    assert_int_equal(w->count, 2);
    expect(w, 8, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'limit'");
    expect_text(w, "limit", "SELECT last_reason FROM jobs");
    advance(w, 2 * MINUTE);
    assert_int_equal(w->count, 4);
    world_free(w);
}

static void a_rate_counts_what_an_earlier_process_began(void **state) {
    const JobSpec TICK = { .name = S("tick"), SCHEDULES(S("every 1m")), RATES({ 1, HOUR }) };
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, TICK);
    begin(w);
    advance(w, MINUTE);
    assert_int_equal(w->count, 1);
    restart(w, MINUTE);
    add(w, TICK);
    begin(w);
    advance(w, 58 * MINUTE);
    assert_int_equal(w->count, 0);
    advance(w, MINUTE);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void a_rate_without_sense_is_refused(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    Err err;
    (void)state;
    assert_false(sched_add(w->sched, &(JobSpec){ .name = S("tick"), RATES({ 0, HOUR }) }, &err));
    assert_string_equal(err.code, "invalid");
    assert_false(sched_add(w->sched, &(JobSpec){ .name = S("tick"), RATES({ 1, 0 }) }, &err));
    world_free(w);
}

static void jitter_is_the_same_every_day_and_after_a_restart(void **state) {
    const JobSpec REPORT = { .name = S("report"), SCHEDULES(S("every day at 09:00")), .jitter_ms = 30 * MINUTE };
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, REPORT);
    begin(w);
    advance(w, 2 * DAY);
    int64_t late = w->runs[0].began - MONDAY_8 - HOUR;
    assert_in_range(late, 1, 30 * MINUTE);
    assert_int_equal(w->runs[1].began, MONDAY_8 + HOUR + DAY + late);
    assert_string_equal(w->runs[0].uid, "a.aios/report@2026-03-02T09:00:00Z");
    restart(w, HOUR + late - MINUTE);                   /* the slot is due, its moment has not come */
    add(w, REPORT);
    begin(w);
    assert_int_equal(w->count, 0);
    advance(w, 2 * MINUTE);
    assert_int_equal(w->count, 1);
    expect(w, 0, "SELECT count(*) FROM run WHERE input LIKE '%missed%'");
    world_free(w);
}

static void fresh_jitter_differs_from_day_to_day(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    int64_t late[5];
    int differ = 0;
    (void)state;
    add(w, (JobSpec){ .name = S("report"), SCHEDULES(S("every day at 09:00")), .jitter_ms = 30 * MINUTE, .jitter_fresh = true });
    begin(w);
    advance(w, 5 * DAY);
    assert_int_equal(w->count, 5);
    for (int i = 0; i < 5; i++) {
        late[i] = w->runs[i].began - MONDAY_8 - HOUR - i * DAY;
        assert_in_range(late[i], 0, 30 * MINUTE);
        if (i > 0 && late[i] != late[i - 1]) differ++;
    }
    assert_int_equal(differ, 4);
    world_free(w);
}

static void of_what_is_due_together_the_highest_priority_begins_first(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("low"), SCHEDULES(S("every 1h")), .priority = 1 });
    add(w, (JobSpec){ .name = S("plain"), SCHEDULES(S("every 1h")) });
    add(w, (JobSpec){ .name = S("high"), SCHEDULES(S("every 1h")), .priority = 9 });
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 3);
    assert_string_equal(w->runs[0].name, "high");
    assert_string_equal(w->runs[1].name, "low");
    assert_string_equal(w->runs[2].name, "plain");
    expect(w, 9, "SELECT prio FROM run WHERE name = 'high'");
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_may_be_active_together_up_to_the_limit),
        cmocka_unit_test(rows_wait_for_room_below_the_limit),
        cmocka_unit_test(what_exceeds_a_rate_is_a_row_with_the_reason),
        cmocka_unit_test(a_rate_counts_what_an_earlier_process_began),
        cmocka_unit_test(a_rate_without_sense_is_refused),
        cmocka_unit_test(jitter_is_the_same_every_day_and_after_a_restart),
        cmocka_unit_test(fresh_jitter_differs_from_day_to_day),
        cmocka_unit_test(of_what_is_due_together_the_highest_priority_begins_first),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
