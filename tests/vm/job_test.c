/* links: work time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/calendar.h"
#include "work/job.h"
#include "work/slots.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define HOUR 3600000LL
#define DAY (24 * HOUR)

static const int64_t T0 = 1772438400000;                /* 2026-03-02T08:00:00Z, a Monday */

static When read_when(const char *text) {
    When when;
    Err  err;
    if (!when_parse(slice_of(text), &when, &err)) fail_msg("%s: %s", text, err.text);
    return when;
}

static void overlap_has_a_default_for_each_cause(void **state) {
    (void)state;
    assert_int_equal(job_overlap(false, OVERLAP_ALLOW, JOB_SLOT), OVERLAP_SKIP);
    assert_int_equal(job_overlap(false, OVERLAP_ALLOW, JOB_ROW), OVERLAP_QUEUE);
    assert_int_equal(job_overlap(true, OVERLAP_REPLACE, JOB_SLOT), OVERLAP_REPLACE);
    assert_int_equal(job_overlap(true, OVERLAP_SKIP, JOB_ROW), OVERLAP_SKIP);
}

static void overlap_decides_only_while_something_runs(void **state) {
    static const struct { Overlap overlap; size_t active, limit; JobMove move; } ROWS[] = {
        { OVERLAP_SKIP, 0, 0, JOB_START }, { OVERLAP_QUEUE, 0, 0, JOB_START }, { OVERLAP_REPLACE, 0, 0, JOB_START }, { OVERLAP_ALLOW, 0, 0, JOB_START },
        { OVERLAP_SKIP, 1, 0, JOB_SKIP }, { OVERLAP_QUEUE, 1, 0, JOB_HOLD }, { OVERLAP_REPLACE, 2, 0, JOB_REPLACE }, { OVERLAP_ALLOW, 9, 0, JOB_START },
        { OVERLAP_SKIP, 2, 3, JOB_START }, { OVERLAP_SKIP, 3, 3, JOB_SKIP }, { OVERLAP_QUEUE, 3, 3, JOB_HOLD }, { OVERLAP_ALLOW, 3, 3, JOB_HOLD },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) assert_int_equal(job_move(ROWS[i].overlap, ROWS[i].active, ROWS[i].limit), ROWS[i].move);
}

static void missed_slots_have_a_default_for_each_kind_of_schedule(void **state) {
    static const struct { const char *words; Missed given; int64_t within_ms; Missed policy; int64_t rule_ms; const char *kind; } ROWS[] = {
        { "every 5m", MISSED_DEFAULT, 0, MISSED_SKIP, INT64_MAX, "interval" },
        { "every 20m to 40m", MISSED_DEFAULT, 0, MISSED_SKIP, INT64_MAX, "interval" },
        { "every 15 minutes", MISSED_DEFAULT, 0, MISSED_SKIP, INT64_MAX, "interval" },
        { "every 2d", MISSED_DEFAULT, 0, MISSED_ONCE, DAY, "interval" },
        { "every day at 08:00", MISSED_DEFAULT, 0, MISSED_ONCE, DAY, "daily" },
        { "every month on last", MISSED_DEFAULT, 0, MISSED_ONCE, DAY, "daily" },
        { "every cron \"0 9 * * mon-fri\"", MISSED_DEFAULT, 0, MISSED_ONCE, DAY, "cron" },
        { "every cron \"*/15 * * * *\"", MISSED_DEFAULT, 0, MISSED_SKIP, INT64_MAX, "cron" },
        { "every day at random between 22:00 and 02:00", MISSED_DEFAULT, 0, MISSED_SKIP, INT64_MAX, "daily" },
        { "at 2026-03-02 08:00", MISSED_DEFAULT, 0, MISSED_ONCE, INT64_MAX, "at" },
        { "in 10m", MISSED_DEFAULT, 0, MISSED_ONCE, INT64_MAX, "in" },
        { "every 5m", MISSED_ONCE, 0, MISSED_ONCE, DAY, "interval" },
        { "every 5m", MISSED_ALL, 0, MISSED_ALL, INT64_MAX, "interval" },
        { "every day at 08:00", MISSED_SKIP, 0, MISSED_SKIP, INT64_MAX, "daily" },
        { "every day at 08:00", MISSED_ONCE, HOUR, MISSED_ONCE, HOUR, "daily" },
        { "every day at 08:00", MISSED_DEFAULT, HOUR, MISSED_ONCE, HOUR, "daily" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        When when = read_when(ROWS[i].words);
        MissedRule rule = job_missed_rule(ROWS[i].given, ROWS[i].within_ms, &when);
        if (rule.policy != ROWS[i].policy || rule.within_ms != ROWS[i].rule_ms) fail_msg("%s: policy %d within %lld", ROWS[i].words, rule.policy, (long long)rule.within_ms);
        assert_string_equal(job_kind(&when), ROWS[i].kind);
    }
}

static void missed_slots_are_made_up_for_as_the_rule_says(void **state) {
    /* hourly slots up to `ago` hours before now */
    static const struct { Missed policy; int64_t within_h; int slots, ago_h; bool late; size_t run; int64_t skip, newest, older; } ROWS[] = {
        { MISSED_ONCE, 24, 1, 2, false, 1, 0, 1, 1 },
        { MISSED_ONCE, 24, 3, 2, false, 1, 2, 3, 1 },
        { MISSED_ONCE, 24, 3, 25, false, 0, 3, 3, 1 },
        { MISSED_SKIP, 24, 3, 2, false, 0, 3, 3, 1 },
        { MISSED_ALL, 24, 3, 2, false, 3, 0, 1, 1 },
        { MISSED_ALL, 3, 3, 2, false, 2, 1, 1, 1 },
        { MISSED_ALL, 9999, 101, 2, false, 100, 1, 1, 1 },
        { MISSED_ONCE, 24, 1, 0, true, 1, 0, 0, 1 },
        { MISSED_SKIP, 24, 1, 0, true, 1, 0, 0, 1 },
        { MISSED_SKIP, 24, 3, 0, true, 1, 2, 2, 1 },
        { MISSED_ONCE, 24, 3, 0, true, 1, 2, 2, 1 },
        { MISSED_ALL, 24, 3, 0, true, 3, 0, 0, 1 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        DueSlots slots = { .count = (size_t)ROWS[i].slots, .total = ROWS[i].slots };
        for (int k = 0; k < ROWS[i].slots; k++) slots.recent[k] = T0 - (ROWS[i].ago_h + ROWS[i].slots - 1 - k) * HOUR;
        MissedRule rule = { ROWS[i].policy, ROWS[i].within_h * HOUR };
        CatchUp up = job_catch_up(&rule, &slots, T0, ROWS[i].late);
        if (up.run != ROWS[i].run || up.skip != ROWS[i].skip || up.missed_newest != ROWS[i].newest || up.missed_older != ROWS[i].older)
            fail_msg("row %zu: run %zu skip %lld missed %lld and %lld", i, up.run, (long long)up.skip, (long long)up.missed_newest, (long long)up.missed_older);
    }
}

static void a_slot_is_missed_after_an_hour(void **state) {
    (void)state;
    assert_false(job_is_missed(T0, T0));
    assert_false(job_is_missed(T0, T0 + HOUR));
    assert_true(job_is_missed(T0, T0 + HOUR + 1));
}

static void due_slots_are_counted_and_the_newest_kept(void **state) {
    static const struct { const char *words; int64_t away_ms, total; size_t count; int64_t newest_ago, next_in; } ROWS[] = {
        { "every 5m", 0, 1, 1, 0, 300000 },
        { "every 5m", 12 * 60000, 3, 3, 120000, 180000 },
        { "every 5m", 30 * DAY, 8641, JOB_SLOTS_KEPT, 0, 300000 },
        { "every 1s", 365 * DAY, 31536001, JOB_SLOTS_KEPT, 0, 1000 },
        { "every cron \"* * * * * *\"", 365 * DAY, 10000, JOB_SLOTS_KEPT, 0, 1000 },
        { "every cron \"0 8 * * *\"", 3 * DAY, 4, 4, 0, DAY },
        { "every cron \"0 * 8 * * *\"", 365 * DAY + 30 * 60000, 10000, JOB_SLOTS_KEPT, 0, 60000 },
        { "at 2026-03-02 08:00", 40 * DAY, 1, 1, 40 * DAY, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        When     when = read_when(ROWS[i].words);
        SlotGrid grid = { &when, NULL, T0, 7 };
        DueSlots slots;
        int64_t  now = T0 + ROWS[i].away_ms, next = slots_due(&grid, T0, now, &slots);
        int64_t  newest_ago = now - slots.recent[slots.count - 1];
        if (slots.total != ROWS[i].total || slots.count != ROWS[i].count || newest_ago != ROWS[i].newest_ago)
            fail_msg("%s: %lld slots, %zu kept, newest %lld ms ago", ROWS[i].words, (long long)slots.total, slots.count, (long long)newest_ago);
        assert_int_equal(next, ROWS[i].next_in ? now + ROWS[i].next_in : 0);
        for (size_t k = 1; k < slots.count; k++) assert_true(slots.recent[k] > slots.recent[k - 1]);
    }
}

static void a_spread_has_one_planned_slot_and_draws_the_next_from_now(void **state) {
    When     when = read_when("every 20m to 40m");
    SlotGrid grid = { &when, NULL, T0, 7 };
    DueSlots slots;
    (void)state;
    int64_t next = slots_due(&grid, T0, T0 + DAY, &slots);
    assert_int_equal(slots.total, 1);
    assert_in_range(next, T0 + DAY + 20 * 60000, T0 + DAY + 40 * 60000);
}

static void tags_must_all_be_of_the_device(void **state) {
    static const struct { const char *tags[2]; const char *device; bool fit; } ROWS[] = {
        { { NULL }, "", true }, { { NULL }, "gpu", true }, { { "gpu" }, "", false }, { { "gpu" }, "gpu,storage", true },
        { { "gpu", "browser" }, "gpu,storage", false }, { { "gpu" }, ", gpu ,", true }, { { "gpu" }, "gpux, xgpu", false },
        { { "gpu", "storage" }, " storage,\tgpu", true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Slice  tags[2];
        size_t n = 0;
        for (; n < 2 && ROWS[i].tags[n]; n++) tags[n] = slice_of(ROWS[i].tags[n]);
        if (job_tags_fit(tags, n, slice_of(ROWS[i].device)) != ROWS[i].fit) fail_msg("row %zu", i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlap_has_a_default_for_each_cause),
        cmocka_unit_test(overlap_decides_only_while_something_runs),
        cmocka_unit_test(missed_slots_have_a_default_for_each_kind_of_schedule),
        cmocka_unit_test(missed_slots_are_made_up_for_as_the_rule_says),
        cmocka_unit_test(a_slot_is_missed_after_an_hour),
        cmocka_unit_test(due_slots_are_counted_and_the_newest_kept),
        cmocka_unit_test(a_spread_has_one_planned_slot_and_draws_the_next_from_now),
        cmocka_unit_test(tags_must_all_be_of_the_device),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
