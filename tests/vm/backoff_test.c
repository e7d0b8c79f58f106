/* links: time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/backoff.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const Backoff SECOND_TO_MINUTE = { .base_ms = 1000, .cap_ms = 60000 };

static void doubles_up_to_the_cap(void **state) {
    static const struct { uint32_t attempt; int64_t ms; } ROWS[] = {
        { 0, 1000 }, { 1, 1000 }, { 2, 2000 }, { 3, 4000 }, { 6, 32000 }, { 7, 60000 }, { 8, 60000 }, { UINT32_MAX, 60000 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) assert_int_equal(backoff_ceiling(&SECOND_TO_MINUTE, ROWS[i].attempt), ROWS[i].ms);
    Backoff none = { .base_ms = 0, .cap_ms = 0 }, huge = { .base_ms = 3, .cap_ms = INT64_MAX };
    assert_int_equal(backoff_ceiling(&none, 5), 0);
    assert_int_equal(backoff_ceiling(&huge, 100), INT64_MAX);
}

static void jitter_fills_the_whole_range(void **state) {
    int64_t least = INT64_MAX, most = -1;
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        int64_t delay = backoff_delay(&SECOND_TO_MINUTE, 3, i * 0x9e3779b97f4a7c15u);
        assert_in_range(delay, 0, 4000);
        if (delay < least) least = delay;
        if (delay > most) most = delay;
    }
    assert_true(least < 10 && most > 3990);
    assert_int_equal(backoff_delay(&(Backoff){ 0, 0 }, 1, 99), 0);
}

static void a_program_that_dies_at_once_ends_in_a_crash_loop(void **state) {
    static const struct { RestartVerdict verdict; int64_t delay_ms; } ROWS[] = {
        { RESTART_LATER, 1000 }, { RESTART_LATER, 2000 }, { RESTART_LATER, 4000 }, { RESTART_LATER, 8000 },
        { RESTART_LOOPING, 300000 }, { RESTART_LATER, 300000 }, { RESTART_LATER, 300000 },
    };
    Restart restart = { 0 };
    int64_t now = 1000000;
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        RestartStep step = restart_next(&restart, &RESTART_ALWAYS, now, now, 0);
        assert_int_equal(step.verdict, ROWS[i].verdict);
        assert_int_equal(step.delay_ms, ROWS[i].delay_ms);
        now += step.delay_ms;
    }
}

static void a_minute_of_life_forgets_the_past(void **state) {
    Restart restart = { 0 };
    (void)state;
    for (int i = 0; i < 5; i++) restart_next(&restart, &RESTART_ALWAYS, i, i, 0);
    assert_true(restart.looping);
    RestartStep step = restart_next(&restart, &RESTART_ALWAYS, 400000, 460000, 0);
    assert_false(restart.looping);
    assert_int_equal(step.delay_ms, 1000);
    for (int i = 0; i < 3; i++) assert_int_equal(restart_next(&restart, &RESTART_ALWAYS, 460000 + i, 460000 + i, 0).verdict, RESTART_LATER);
    assert_int_equal(restart_next(&restart, &RESTART_ALWAYS, 460004, 460004, 0).verdict, RESTART_LOOPING);
}

static void slow_ends_reach_the_cap_and_no_loop(void **state) {
    Restart     restart = { 0 };
    RestartStep step = { RESTART_LATER, 0 };
    int64_t     now = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        step = restart_next(&restart, &RESTART_ALWAYS, now, now + 50000, 0);
        assert_int_equal(step.verdict, RESTART_LATER);
        now += 50000 + step.delay_ms;
    }
    assert_int_equal(step.delay_ms, 60000);
}

static void jitter_adds_at_most_a_fifth(void **state) {
    int64_t most = 0;
    (void)state;
    for (uint64_t i = 0; i < 5000; i++) {
        Restart     restart = { .attempt = 2 };
        RestartStep step = restart_next(&restart, &RESTART_ALWAYS, 0, 0, i * 0x9e3779b97f4a7c15u);
        assert_in_range(step.delay_ms, 4000, 4800);
        if (step.delay_ms > most) most = step.delay_ms;
    }
    assert_true(most > 4790);
}

static void a_limit_without_retry_stops_for_good(void **state) {
    RestartPolicy policy = { .backoff = { 1000, 60000 }, .healthy_ms = 60000, .limit = 3, .within_ms = 600000 };
    Restart       restart = { 0 };
    (void)state;
    assert_int_equal(restart_next(&restart, &policy, 0, 10, 0).verdict, RESTART_LATER);
    assert_int_equal(restart_next(&restart, &policy, 0, 20, 0).verdict, RESTART_LATER);
    assert_int_equal(restart_next(&restart, &policy, 0, 30, 0).verdict, RESTART_STOP);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "the ceiling doubles up to the cap", doubles_up_to_the_cap, NULL, NULL, NULL },
        { "full jitter fills 0 to the ceiling", jitter_fills_the_whole_range, NULL, NULL, NULL },
        { "five ends within a minute are a crash loop, told once", a_program_that_dies_at_once_ends_in_a_crash_loop, NULL, NULL, NULL },
        { "a minute of life forgets the past", a_minute_of_life_forgets_the_past, NULL, NULL, NULL },
        { "ends that are far apart reach the cap and no crash loop", slow_ends_reach_the_cap_and_no_loop, NULL, NULL, NULL },
        { "restart jitter adds at most 20 percent", jitter_adds_at_most_a_fifth, NULL, NULL, NULL },
        { "a limit without retry stops for good", a_limit_without_retry_stops_for_good, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
