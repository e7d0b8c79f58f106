/* links: os base */
/* The heap of alarms, with a clock that jumps from one to the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "os/timer.h"
#include <stdlib.h>
#include <string.h>

enum { MANY = 3000 };

typedef struct {
    uv_loop_t loop;
    int64_t   wall;
    Seam      seam;
    Timers   *timers;
    bool      busy;
    int64_t   fired[MANY * 2];          /* due times in the order they came */
    size_t    count;
} Clock;

static int64_t wall(void *ctx) { return ((Clock *)ctx)->wall; }
static int64_t mono(void *ctx) { return ((Clock *)ctx)->wall * 1000; }
static void chance(void *ctx, void *out, size_t len) { (void)ctx; memset(out, 4, len); }
static bool is_idle(void *ctx) { return !((Clock *)ctx)->busy; }
static void jump(void *ctx, int64_t to_ms) { ((Clock *)ctx)->wall = to_ms; }

static int up(void **state) {
    Clock *c = calloc(1, sizeof *c);
    c->wall = 1000;
    c->seam = (Seam){ c, wall, mono, chance };
    uv_loop_init(&c->loop);
    c->timers = timers_new(&c->loop, &c->seam, &(TimerJump){ .context = c, .is_idle = is_idle, .jump = jump });
    *state = c;
    return 0;
}

static int down(void **state) {
    Clock *c = *state;
    timers_free(c->timers);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&c->loop);
    free(c);
    return left;
}

static void on_due(Timer *timer) {
    Clock *c = timer->context;
    assert_true(c->wall >= timer->due_ms);
    assert_int_equal(timer->place, 0);
    c->fired[c->count++] = timer->due_ms;
}

static void alarms_come_in_the_order_of_their_times(void **state) {
    Clock *c = *state;
    static Timer timers[MANY];
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < MANY; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        timer_init(&timers[i], on_due, c);
        timer_start(c->timers, &timers[i], 1001 + (int64_t)(x % 100000));
    }
    assert_int_equal(timers_count(c->timers), MANY);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, MANY);
    for (int i = 1; i < MANY; i++) assert_true(c->fired[i - 1] <= c->fired[i]);
    assert_int_equal(c->wall, c->fired[MANY - 1]);
}

static void a_stopped_alarm_never_comes_and_the_others_still_do(void **state) {
    Clock *c = *state;
    static Timer timers[MANY];
    size_t kept = 0;
    for (int i = 0; i < MANY; i++) {
        timer_init(&timers[i], on_due, c);
        timer_start(c->timers, &timers[i], 1001 + (i * 7919) % 5000);
    }
    for (int i = 0; i < MANY; i++) {
        if ((i * 31) % 3) timer_stop(c->timers, &timers[i]), timer_stop(c->timers, &timers[i]);
        else kept++;
    }
    assert_int_equal(timers_count(c->timers), kept);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, kept);
    for (size_t i = 1; i < c->count; i++) assert_true(c->fired[i - 1] <= c->fired[i]);
}

static void started_again_it_is_moved(void **state) {
    Clock *c = *state;
    Timer a, b;
    timer_init(&a, on_due, c);
    timer_init(&b, on_due, c);
    timer_start(c->timers, &a, 2000);
    timer_start(c->timers, &b, 3000);
    timer_start(c->timers, &a, 4000);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, 2);
    assert_int_equal(c->fired[0], 3000);
    assert_int_equal(c->fired[1], 4000);
}

static void what_is_past_comes_at_once_and_moves_no_clock(void **state) {
    Clock *c = *state;
    Timer a;
    timer_init(&a, on_due, c);
    timer_start(c->timers, &a, 5);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, 1);
    assert_int_equal(c->wall, 1000);
}

static void again(Timer *timer) {
    on_due(timer);
    Clock *c = timer->context;
    if (c->count < 5) timer_start(c->timers, timer, timer->due_ms + 100);
}

static void an_alarm_may_start_itself_again(void **state) {
    Clock *c = *state;
    Timer a;
    timer_init(&a, again, c);
    timer_start(c->timers, &a, 1100);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, 5);
    assert_int_equal(c->wall, 1500);
}

typedef struct { Timer timer, *other; Clock *clock; } Stopper;
static void stop_other(Timer *timer) {
    Stopper *s = timer->context;
    timer_stop(s->clock->timers, s->other);
    s->clock->count++;
}

static void one_alarm_may_stop_another_that_is_due_too(void **state) {
    Clock *c = *state;
    Timer victim;
    Stopper s = { .other = &victim, .clock = c };
    timer_init(&victim, on_due, c);
    timer_init(&s.timer, stop_other, &s);
    timer_start(c->timers, &s.timer, 1500);
    timer_start(c->timers, &victim, 1501);
    c->wall = 2000;
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->count, 1);
    assert_int_equal(timers_count(c->timers), 0);
}

static void the_clock_stands_while_something_is_at_work(void **state) {
    Clock *c = *state;
    Timer a;
    timer_init(&a, on_due, c);
    timer_start(c->timers, &a, 5000);
    c->busy = true;
    for (int i = 0; i < 20; i++) uv_run(&c->loop, UV_RUN_NOWAIT);
    assert_int_equal(c->count, 0);
    assert_int_equal(c->wall, 1000);
    c->busy = false;
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(c->wall, 5000);
}

static void real_time_passes_by_itself(void **state) {
    Clock c = { .wall = 0 };
    Timer a;
    (void)state;
    uv_loop_init(&c.loop);
    c.timers = timers_new(&c.loop, seam_real(), NULL);
    assert_false(timers_are_simulated(c.timers));
    int64_t due = seam_wall_ms(seam_real()) + 20;
    timer_init(&a, on_due, &c);
    c.wall = due + 1000;
    timer_start(c.timers, &a, due);
    uv_run(&c.loop, UV_RUN_DEFAULT);
    assert_true(seam_wall_ms(seam_real()) >= due);
    assert_int_equal(c.count, 1);
    timers_free(c.timers);
    uv_run(&c.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&c.loop), 0);
}

static void start_again(Timer *timer) {
    Clock *c = timer->context;
    on_due(timer);
    if (c->count == 1) timer_start(c->timers, timer, timer->due_ms);
}

static void a_late_alarm_comes_when_all_else_of_its_instant_has_happened(void **state) {
    Clock *c = *state;
    Timer late, other;
    timer_init(&late, on_due, c);
    timer_init(&other, start_again, c);
    late.rank = TIMER_LATE;
    timer_start(c->timers, &late, 2000);
    timer_start(c->timers, &other, 2000);
    while (c->count < 2) uv_run(&c->loop, UV_RUN_NOWAIT);
    assert_int_not_equal(late.place, 0);
    while (c->count < 3) uv_run(&c->loop, UV_RUN_NOWAIT);
    assert_int_equal(late.place, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(alarms_come_in_the_order_of_their_times, up, down),
        cmocka_unit_test_setup_teardown(a_stopped_alarm_never_comes_and_the_others_still_do, up, down),
        cmocka_unit_test_setup_teardown(started_again_it_is_moved, up, down),
        cmocka_unit_test_setup_teardown(what_is_past_comes_at_once_and_moves_no_clock, up, down),
        cmocka_unit_test_setup_teardown(an_alarm_may_start_itself_again, up, down),
        cmocka_unit_test_setup_teardown(one_alarm_may_stop_another_that_is_due_too, up, down),
        cmocka_unit_test_setup_teardown(a_late_alarm_comes_when_all_else_of_its_instant_has_happened, up, down),
        cmocka_unit_test_setup_teardown(the_clock_stands_while_something_is_at_work, up, down),
        cmocka_unit_test(real_time_passes_by_itself),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
