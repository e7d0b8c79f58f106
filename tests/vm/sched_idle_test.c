/* links: work store db net os time base */
#include "sched_expect.h"

#define IDLE(ms) .events = (const JobEvent[]){ { .kind = S("idle"), .subject = S("idle"), .lasting_ms = (ms) } }, .event_count = 1

static World *world(void) {
    unsetenv("AIOS_MACHINE");
    return world_new("/srv/a.aios", MONDAY_8);
}

static void it_begins_once_when_nothing_has_happened_for_so_long(void **state) {
    World *w = world();
    (void)state;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(10 * MINUTE) });
    begin(w);
    advance(w, 10 * MINUTE - 1);
    assert_int_equal(w->count, 0);
    advance(w, 1);
    assert_int_equal(w->count, 1);
    advance(w, 5 * HOUR);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void another_run_ends_the_stretch_and_the_next_one_begins_it_again(void **state) {
    World *w = world();
    (void)state;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(10 * MINUTE) });
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("every 1h")) });
    begin(w);
    advance(w, 59 * MINUTE);
    assert_int_equal(w->count, 1);
    advance(w, 10 * MINUTE);
    assert_int_equal(w->count, 2);
    advance(w, MINUTE);
    assert_int_equal(w->count, 3);
    assert_string_equal(w->runs[2].name, "tidy");
    world_free(w);
}

static void it_does_not_begin_shortly_before_something_is_due(void **state) {
    World *w = world();
    (void)state;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(10 * MINUTE) });
    add(w, (JobSpec){ .name = S("tick"), SCHEDULES(S("at 2026-03-02 08:10:50")) });
    begin(w);
    advance(w, 10 * MINUTE + 49 * SECOND);
    assert_int_equal(w->count, 0);
    advance(w, 10 * MINUTE + SECOND);
    assert_int_equal(w->count, 2);
    assert_string_equal(w->runs[0].name, "tick");
    world_free(w);
}

static void a_run_that_is_at_work_holds_it_off(void **state) {
    World *w = world();
    (void)state;
    w->at_work = true;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(MINUTE) });
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 0);
    w->at_work = false;
    advance(w, MINUTE + 10 * SECOND);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void its_run_is_parked_ten_seconds_after_work_came_and_goes_on_in_the_next_stretch(void **state) {
    World *w = world();
    (void)state;
    w->length_ms = HOLD;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(MINUTE) });
    add(w, (JobSpec){ .name = S("mail"), TRIGGERS(S("mail")), .overlap_given = true, .overlap = OVERLAP_ALLOW });
    begin(w);
    advance(w, MINUTE);
    assert_int_equal(w->count, 1);
    w->idlers = 1;
    trigger(w, "mail", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 2);
    advance(w, 9 * SECOND);
    assert_int_equal(w->parked, 0);
    advance(w, SECOND);
    assert_int_equal(w->parked, 1);
    assert_false(sched_lets_work(w->sched, slice_of("tidy")));
    advance(w, 50 * SECOND);
    assert_int_equal(w->released, 1);
    assert_true(sched_lets_work(w->sched, slice_of("tidy")));
    assert_int_equal(w->count, 2);                      /* no second one */
    world_free(w);
}

static void machine(const char *dir, const char *path, const char *text) {
    char name[100];
    snprintf(name, sizeof name, "%s/%s", dir, path);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_busy_machine_holds_it_off(void **state) {
    char dir[] = "/tmp/machine.XXXXXX", command[60];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(command, sizeof command, "mkdir -p %s/proc/pressure", dir);
    assert_int_equal(system(command), 0);
    machine(dir, "proc/pressure/cpu", "some avg10=40.00 avg60=0.00 avg300=0.00 total=1\n");
    World *w = world();
    setenv("AIOS_MACHINE", dir, 1);
    add(w, (JobSpec){ .name = S("tidy"), IDLE(MINUTE) });
    begin(w);
    advance(w, HOUR);
    assert_int_equal(w->count, 0);
    machine(dir, "proc/pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n");
    advance(w, MINUTE + 10 * SECOND);
    assert_int_equal(w->count, 1);
    world_free(w);
    unsetenv("AIOS_MACHINE");
    snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0);
}

static void a_crash_between_event_and_run_begins_it_once(void **state) {
    World *w = world();
    (void)state;
    add(w, (JobSpec){ .name = S("tidy"), IDLE(MINUTE) });
    begin(w);
    advance(w, MINUTE);
    restart(w, 10 * SECOND);
    add(w, (JobSpec){ .name = S("tidy"), IDLE(MINUTE) });
    begin(w);
    advance(w, 30 * SECOND);
    expect(w, 1, "SELECT count(*) FROM run WHERE name = 'tidy'");
    advance(w, 30 * SECOND);
    expect(w, 2, "SELECT count(*) FROM run WHERE name = 'tidy'");
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_once_when_nothing_has_happened_for_so_long),
        cmocka_unit_test(another_run_ends_the_stretch_and_the_next_one_begins_it_again),
        cmocka_unit_test(it_does_not_begin_shortly_before_something_is_due),
        cmocka_unit_test(a_run_that_is_at_work_holds_it_off),
        cmocka_unit_test(its_run_is_parked_ten_seconds_after_work_came_and_goes_on_in_the_next_stretch),
        cmocka_unit_test(a_busy_machine_holds_it_off),
        cmocka_unit_test(a_crash_between_event_and_run_begins_it_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
