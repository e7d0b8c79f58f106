/* links: work store db net os time base */
#include "sched_expect.h"

static const JobEvent FIVE = { .kind = S("when"), .subject = S("x > 3 for 5m"), .lasting_ms = 5 * MINUTE };
static const JobEvent LONG = { .kind = S("when"), .subject = S("x > 3 for 5m checked every 10m"), .lasting_ms = 5 * MINUTE, .checked_ms = 10 * MINUTE };
static const JobEvent NOW = { .kind = S("when"), .subject = S("x > 3"), .checked_ms = MINUTE };
static const JobEvent UNTIL = { .kind = S("when"), .subject = S("x > 3 until x < 1"), .checked_ms = MINUTE, .rearms = true };

static World *with(const JobEvent *event, SchedTruth truth) {
    World *w = world_new("/srv/a.aios", MONDAY_8);
    w->truth = truth;
    add(w, (JobSpec){ .name = S("alarm"), .events = event, .event_count = 1 });
    begin(w);
    return w;
}

static void again(World *w, const JobEvent *event, int64_t away_ms) {
    restart(w, away_ms);
    add(w, (JobSpec){ .name = S("alarm"), .events = event, .event_count = 1 });
    begin(w);
}

#define RUNS(w, n) expect((w), (n), "SELECT count(*) FROM run WHERE name = 'alarm'")

static void it_begins_once_when_it_has_held_for_so_long(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 5 * MINUTE - SECOND);
    RUNS(w, 0);
    advance(w, SECOND);
    RUNS(w, 1);
    advance(w, DAY);
    RUNS(w, 1);
    world_free(w);
}

static void without_a_length_it_begins_at_the_first_look(void **state) {
    World *w = with(&NOW, TRUTH_HOLDS);
    (void)state;
    advance(w, 0);
    RUNS(w, 1);
    world_free(w);
}

static void a_moment_in_which_it_does_not_hold_begins_the_count_anew(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 4 * MINUTE);
    w->truth = TRUTH_FAILS;
    advance(w, 30 * SECOND);
    w->truth = TRUTH_HOLDS;
    advance(w, 5 * MINUTE);
    RUNS(w, 0);
    advance(w, 30 * SECOND);
    RUNS(w, 1);
    world_free(w);
}

static void it_begins_again_after_it_did_not_hold(void **state) {
    World *w = with(&NOW, TRUTH_HOLDS);
    (void)state;
    advance(w, HOUR);
    w->truth = TRUTH_FAILS;
    advance(w, HOUR);
    w->truth = TRUTH_HOLDS;
    advance(w, HOUR);
    RUNS(w, 2);
    world_free(w);
}

static void with_until_only_that_makes_it_ready_again(void **state) {
    World *w = with(&UNTIL, TRUTH_HOLDS);
    (void)state;
    advance(w, SECOND);
    RUNS(w, 1);
    w->truth = TRUTH_FAILS;
    advance(w, HOUR);
    assert_true(w->until_asked >= 59);
    w->truth = TRUTH_HOLDS;                             /* first of until, then of the condition itself */
    advance(w, 2 * MINUTE);
    RUNS(w, 2);
    world_free(w);
}

static void an_error_changes_nothing_and_is_told_once(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 4 * MINUTE);
    w->truth = TRUTH_UNKNOWN;
    advance(w, 30 * SECOND);
    w->truth = TRUTH_HOLDS;
    advance(w, 30 * SECOND);
    RUNS(w, 1);
    const char *first = strstr(buf_text(&w->said), "nobody knows");
    assert_non_null(first);
    assert_null(strstr(first + 1, "nobody knows"));
    world_free(w);
}

static void a_short_restart_does_not_begin_the_count_anew(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 3 * MINUTE);
    again(w, &FIVE, MINUTE);
    advance(w, MINUTE);
    RUNS(w, 1);
    world_free(w);
}

static void a_long_absence_begins_the_count_anew(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 3 * MINUTE);
    again(w, &FIVE, 6 * MINUTE);
    advance(w, 5 * MINUTE - SECOND);
    RUNS(w, 0);
    advance(w, SECOND);
    RUNS(w, 1);
    world_free(w);
}

static void what_has_begun_does_not_begin_again_after_a_restart(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 6 * MINUTE);
    again(w, &FIVE, DAY);
    advance(w, HOUR);
    RUNS(w, 1);
    world_free(w);
}

static void other_words_are_another_condition(void **state) {
    World *w = with(&FIVE, TRUTH_HOLDS);
    (void)state;
    advance(w, 6 * MINUTE);
    again(w, &NOW, SECOND);
    advance(w, SECOND);
    RUNS(w, 2);
    world_free(w);
}

static void rare_looks_find_the_end_of_the_length_in_time(void **state) {
    World *w = with(&LONG, TRUTH_HOLDS);
    (void)state;
    advance(w, 5 * MINUTE);
    RUNS(w, 1);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_once_when_it_has_held_for_so_long),
        cmocka_unit_test(without_a_length_it_begins_at_the_first_look),
        cmocka_unit_test(a_moment_in_which_it_does_not_hold_begins_the_count_anew),
        cmocka_unit_test(it_begins_again_after_it_did_not_hold),
        cmocka_unit_test(with_until_only_that_makes_it_ready_again),
        cmocka_unit_test(an_error_changes_nothing_and_is_told_once),
        cmocka_unit_test(a_short_restart_does_not_begin_the_count_anew),
        cmocka_unit_test(a_long_absence_begins_the_count_anew),
        cmocka_unit_test(what_has_begun_does_not_begin_again_after_a_restart),
        cmocka_unit_test(other_words_are_another_condition),
        cmocka_unit_test(rare_looks_find_the_end_of_the_length_in_time),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
