/* links: work store db net os time base */
#include "sched_expect.h"

static void told(void *context, const Err *err) { *(bool *)context = !err; }

/* As a command says it, beside the process that runs the job. */
static bool say(World *w, const char *name, JobMark mark) {
    bool good = false;
    jobs_mark(w->store, slice_of(name), mark, told, &good);
    settle(w);
    look(w);
    return good;
}

static World *hourly(Missed missed) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1h")), TRIGGERS(S("go")), .missed = missed });
    begin(w);
    return w;
}

static void a_paused_job_begins_nothing_and_what_it_missed_is_decided_when_it_goes_on(void **state) {
    World *w = hourly(MISSED_ONCE);
    (void)state;
    assert_true(say(w, "tick", JOB_PAUSE));
    advance(w, 3 * HOUR + MINUTE);
    assert_int_equal(w->count, 0);
    assert_true(say(w, "tick", JOB_RESUME));
    assert_int_equal(w->count, 1);
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'missed'");
    advance(w, HOUR);
    assert_int_equal(w->count, 2);
    world_free(w);
}

static void a_pause_lasts_over_a_restart(void **state) {
    World *w = hourly(MISSED_ONCE);
    (void)state;
    say(w, "tick", JOB_PAUSE);
    restart(w, 90 * MINUTE);
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1h")), TRIGGERS(S("go")), .missed = MISSED_ONCE });
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 0);
    assert_true(sched_stays(w->sched));
    say(w, "tick", JOB_RESUME);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void rows_of_a_paused_job_wait(void **state) {
    World *w = hourly(MISSED_DEFAULT);
    (void)state;
    say(w, "tick", JOB_PAUSE);
    trigger(w, "go", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 0);
    expect(w, 1, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    assert_false(sched_is_busy(w->sched));
    say(w, "tick", JOB_RESUME);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void a_disabled_job_leaves_rows_and_replays_nothing(void **state) {
    World *w = hourly(MISSED_ALL);
    (void)state;
    say(w, "tick", JOB_DISABLE);
    trigger(w, "go", "[]", "{}", 0);
    advance(w, 2 * HOUR);
    assert_int_equal(w->count, 0);
    expect(w, 3, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'disabled'");
    say(w, "tick", JOB_ENABLE);
    assert_int_equal(w->count, 0);
    advance(w, HOUR);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void an_always_job_is_not_begun_again_while_it_is_paused(void **state) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOUR;
    add(w, (JobSpec){ .name = S("server"), .always = true });
    begin(w);
    say(w, "server", JOB_PAUSE);
    advance(w, 5 * HOUR);
    assert_int_equal(w->count, 1);
    say(w, "server", JOB_RESUME);
    assert_int_equal(w->count, 2);
    world_free(w);
}

static void a_job_that_nobody_declared_is_told(void **state) {
    World *w = hourly(MISSED_DEFAULT);
    (void)state;
    assert_false(say(w, "tock", JOB_PAUSE));
    world_free(w);
}

static void fill(World *w, const char *uid, const char *event) {
    triggers_add(w->store, &(TriggerRow){ .job_name = slice_of("tick"), .uid = slice_of(uid), .event = slice_of(event), .source = slice_of("backfill") }, NULL, NULL);
    settle(w);
    look(w);
}

static void a_slot_that_is_made_up_for_has_its_time_and_runs_once(void **state) {
    World *w = hourly(MISSED_DEFAULT);
    (void)state;
    fill(w, "a.aios/tick@2026-03-01T08:00:00Z", "{\"due\":1772352000000}");
    assert_int_equal(w->count, 1);
    expect(w, 1772352000000, "SELECT nominal FROM run WHERE schedule = 'a.aios/tick'");
    fill(w, "a.aios/tick@2026-03-01T08:00:00Z", "{\"due\":1772352000000}");
    assert_int_equal(w->count, 1);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paused_job_begins_nothing_and_what_it_missed_is_decided_when_it_goes_on),
        cmocka_unit_test(a_pause_lasts_over_a_restart),
        cmocka_unit_test(rows_of_a_paused_job_wait),
        cmocka_unit_test(a_disabled_job_leaves_rows_and_replays_nothing),
        cmocka_unit_test(an_always_job_is_not_begun_again_while_it_is_paused),
        cmocka_unit_test(a_job_that_nobody_declared_is_told),
        cmocka_unit_test(a_slot_that_is_made_up_for_has_its_time_and_runs_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
