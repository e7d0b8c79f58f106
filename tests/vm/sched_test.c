/* links: work store db net os time base */
#include "sched_expect.h"
#include "db/migrate.h"
#include "store/schema.h"

static const JobSpec SERVER = { .name = S("server"), .always = true };

static void an_always_job_begins_at_once_and_after_every_end(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    w->length_ms = 2 * MINUTE;
    add(w, SERVER);
    begin(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "web.aios/server#1772438400000");
    expect_text(w, "always", "SELECT cause FROM run");
    assert_true(sched_stays(w->sched));
    advance(w, 10 * MINUTE);
    assert_int_equal(w->count, 5);
    for (size_t i = 1; i < w->count; i++) {
        int64_t pause = w->runs[i].began - w->runs[i - 1].began - 2 * MINUTE;
        assert_in_range(pause, SECOND, SECOND * 12 / 10);       /* over a minute of life: the past is forgotten */
    }
    expect_text(w, "always, restart 1", "SELECT cause FROM run ORDER BY id DESC");
    world_free(w);
}

static void a_job_that_dies_at_once_backs_off_into_a_crash_loop_told_once(void **state) {
    static const int64_t PAUSES[] = { SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND };
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    w->ends_as = RUN_FAILED;
    add(w, SERVER);
    begin(w);
    advance(w, MINUTE);
    assert_int_equal(w->count, 5);
    for (size_t i = 0; i < COUNT(PAUSES); i++) {
        int64_t pause = w->runs[i + 1].began - w->runs[i].began;
        assert_in_range(pause, PAUSES[i], PAUSES[i] * 12 / 10);
    }
    expect_text(w, "failed", "SELECT status FROM jobs WHERE last_reason = 'crash-loop' AND kind = 'always'");
    advance(w, 10 * MINUTE);
    assert_int_equal(w->count, 7);
    assert_int_equal(w->runs[6].began - w->runs[5].began, 5 * MINUTE);
    expect_said(w, "error server: crash-loop: it ended 5 times within 60 s, last as failed; one try every 5 minutes from now on", 1);
    assert_true(sched_stays(w->sched));
    world_free(w);
}

static void a_given_pause_is_kept_without_a_crash_loop(void **state) {
    World  *w = world_new("/srv/web.aios", MONDAY_8);
    JobSpec spec = SERVER;
    (void)state;
    spec.restart_ms = 3 * SECOND;
    add(w, spec);
    begin(w);
    advance(w, 31 * SECOND);
    assert_int_equal(w->count, 11);
    expect_said(w, "crash-loop", 0);
    world_free(w);
}

static void an_unfinished_run_that_is_resumed_is_the_always_job(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    w->length_ms = HOLD;
    add(w, SERVER);
    begin(w);
    int64_t id = w->runs[0].id;
    restart(w, SECOND);
    add(w, SERVER);
    sched_run_began(w->sched, slice_of("server"), id);
    begin(w);
    assert_int_equal(w->count, 0);
    expect_text(w, "running", "SELECT status FROM jobs");
    runs_set_state(w->store, id, &(RunChange){ .state = RUN_DONE, .finished = w->wall });
    sched_run_ended(w->sched, slice_of("server"), id, RUN_DONE);
    advance(w, 2 * SECOND);
    assert_int_equal(w->count, 1);
    world_free(w);
}

static void a_taken_uid_of_an_always_job_is_passed_over(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    add(w, SERVER);
    begin(w);
    restart(w, 0);
    w->wall = MONDAY_8;                                 /* the very same millisecond */
    add(w, SERVER);
    begin(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "web.aios/server#1772438400001");
    world_free(w);
}

static void a_clock_set_back_does_not_keep_a_server_down(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    add(w, SERVER);
    begin(w);
    w->wall -= DAY;
    look(w);
    advance(w, 2 * SECOND);
    assert_int_equal(w->count, 2);
    world_free(w);
}

static void a_stale_running_in_the_table_is_corrected(void **state) {
    static const struct { RunState left; const char *status; } ROWS[] = { { RUN_DONE, "completed" }, { RUN_CANCELLED, "failed" }, { RUN_QUEUED, "running" } };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_new("/srv/web.aios", MONDAY_8);
        w->length_ms = HOLD;
        add(w, (JobSpec){ .name = S("job"), SCHEDULES(S("every 5m")) });
        begin(w);
        advance(w, 6 * MINUTE);
        expect_text(w, "running", "SELECT status FROM jobs");
        if (ROWS[i].left != RUN_QUEUED) runs_set_state(w->store, w->runs[0].id, &(RunChange){ .state = ROWS[i].left });
        restart(w, 0);
        add(w, (JobSpec){ .name = S("job"), SCHEDULES(S("every 5m")) });
        begin(w);
        expect_text(w, ROWS[i].status, "SELECT status FROM jobs");
        world_free(w);
    }
}

static void a_schedule_that_cannot_be_read_names_job_line_and_words(void **state) {
    static const struct { const char *words, *code, *part; } ROWS[] = {
        { "every fortnight", "invalid", "workflow 'job' (line 12), schedule 'every fortnight': 'fortnight': expected" },
        { "every day at 08:00 in \"Europe/Atlantis\"", "not_found", "workflow 'job' (line 12), schedule 'every day at 08:00 in \"Europe/Atlantis\"': " },
    };
    World *w = world_new("/srv/web.aios", MONDAY_8);
    Err err;
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        Slice words[] = { S("every 5m"), slice_of(ROWS[i].words) };
        JobSpec spec = { .name = S("job"), .line = 12, .schedules = words, .schedule_count = 2 };
        assert_false(sched_add(w->sched, &spec, &err));
        assert_string_equal(err.code, ROWS[i].code);
        if (!strstr(err.text, ROWS[i].part)) fail_msg("%s", err.text);
    }
    begin(w);
    assert_false(sched_stays(w->sched));
    world_free(w);
}

static void a_name_is_taken_once(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    JobSpec first = { .name = S("a"), .line = 1, TRIGGERS(S("go")) }, same = { .name = S("a"), .line = 9 }, other = { .name = S("b"), .line = 5, TRIGGERS(S("go")) };
    Err err;
    (void)state;
    add(w, first);
    assert_false(sched_add(w->sched, &same, &err));
    assert_string_equal(err.text, "workflow 'a' is declared twice, in line 1 and in line 9; give one of them another name");
    assert_false(sched_add(w->sched, &other, &err));
    assert_string_equal(err.code, "exists");
    world_free(w);
}

static void jobs_are_declared_as_other_programs_read_them(void **state) {
    static const struct { const char *name, *kind, *spec; } ROWS[] = {
        { "a", "always", "always" }, { "b", "interval", "every 5m" }, { "c", "daily", "every day at 08:00; in 10m; on trigger.go" }, { "d", "manual", "" },
    };
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("a"), .always = true, .line = 3, .title = S("A server") });
    add(w, (JobSpec){ .name = S("b"), SCHEDULES(S("every 5m")) });
    add(w, (JobSpec){ .name = S("c"), SCHEDULES(S("every day at 08:00"), S("in 10m")), TRIGGERS(S("go")) });
    add(w, (JobSpec){ .name = S("d") });
    begin(w);
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT spec FROM jobs WHERE job_name = '%s' AND kind = '%s' AND program = '/srv/web.aios'", ROWS[i].name, ROWS[i].kind);
        expect_text(w, ROWS[i].spec, sql);
    }
    expect_text(w, "A server", "SELECT title FROM jobs WHERE line = 3");
    world_free(w);
}

static void a_schedule_that_is_no_longer_declared_has_no_next_time(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    (void)state;
    add(w, (JobSpec){ .name = S("b"), SCHEDULES(S("every 5m")) });
    begin(w);
    restart(w, HOUR);
    begin(w);
    expect(w, 1, "SELECT next IS NULL FROM schedule");
    restart(w, HOUR);
    add(w, (JobSpec){ .name = S("b"), SCHEDULES(S("every 5m")) });
    begin(w);
    expect(w, MONDAY_8 + 2 * HOUR + 5 * MINUTE, "SELECT next FROM schedule");
    world_free(w);
}

static void a_disabled_job_leaves_rows_instead_of_runs(void **state) {
    World *w = world_new("/srv/web.aios", MONDAY_8);
    JobSpec spec = { .name = S("b"), SCHEDULES(S("every 5m")), .always = true };
    Err err;
    (void)state;
    add(w, spec);
    begin(w);
    DbOpen how = { .path = w->path, .mode = DB_WRITE, .application_id = 0x61696f73, .version = migrate_count(SCHEMA_STEPS) };
    Db *other;
    if (!db_open(&DB_SQLITE, &other, &how, &err)) fail_msg("%s", err.text);
    assert_true(db_exec(other, "UPDATE jobs SET enabled = 0", &err));
    db_abandon(other);
    restart(w, SECOND);
    add(w, spec);
    begin(w);
    trigger(w, "b", "[]", "{}", 0);
    look(w);
    advance(w, 5 * MINUTE);
    assert_int_equal(w->count, 0);
    expect(w, 2, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'disabled'");
    world_free(w);
}

static void a_job_for_another_device_never_begins_here(void **state) {
    (void)state;
    setenv("DEVICE_TAGS", "storage, browser", 1);
    setenv("DEVICE_ID", "left", 1);
    World *w = world_new("/srv/report.aios", MONDAY_8);
    add(w, (JobSpec){ .name = S("report"), SCHEDULES(S("every 5m")), .always = true, TAGS(S("gpu"), S("storage")) });
    add(w, (JobSpec){ .name = S("fits"), TAGS(S("storage")) });
    begin(w);
    trigger(w, "report", "[]", "{}", 0);
    look(w);
    assert_false(sched_stays(w->sched));
    advance(w, HOUR);
    assert_int_equal(w->count, 0);
    expect_text(w, "no-device: job 'report' needs tags gpu, storage, DEVICE_TAGS has 'storage, browser'", "SELECT error FROM triggers");
    expect_text(w, "left", "SELECT device FROM jobs WHERE job_name = 'report' AND last_reason = 'no-device'");
    trigger(w, "fits", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    unsetenv("DEVICE_TAGS");
    unsetenv("DEVICE_ID");
    world_free(w);
}

static void any_hook_may_free_the_scheduler(void **state) {
    static const char *const HOOKS[] = { "start", "say", "changed" };
    (void)state;
    for (size_t i = 0; i < COUNT(HOOKS); i++) {
        World *w = world_new("/srv/web.aios", MONDAY_8);
        add(w, SERVER);
        add(w, (JobSpec){ .name = S("b"), SCHEDULES(S("every 5m"), S("at 2020-01-01")), TRIGGERS(S("go")) });
        trigger(w, "b", "[", "{}", 0);
        trigger(w, "b", "[]", "{}", 0);
        w->free_on = HOOKS[i];
        begin(w);
        assert_null(w->sched);
        assert_true(w->count <= 1);
        assert_int_equal(timers_count(w->timers), 0);
        world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_always_job_begins_at_once_and_after_every_end),
        cmocka_unit_test(a_job_that_dies_at_once_backs_off_into_a_crash_loop_told_once),
        cmocka_unit_test(a_given_pause_is_kept_without_a_crash_loop),
        cmocka_unit_test(an_unfinished_run_that_is_resumed_is_the_always_job),
        cmocka_unit_test(a_taken_uid_of_an_always_job_is_passed_over),
        cmocka_unit_test(a_clock_set_back_does_not_keep_a_server_down),
        cmocka_unit_test(a_stale_running_in_the_table_is_corrected),
        cmocka_unit_test(a_schedule_that_cannot_be_read_names_job_line_and_words),
        cmocka_unit_test(a_name_is_taken_once),
        cmocka_unit_test(jobs_are_declared_as_other_programs_read_them),
        cmocka_unit_test(a_schedule_that_is_no_longer_declared_has_no_next_time),
        cmocka_unit_test(a_disabled_job_leaves_rows_instead_of_runs),
        cmocka_unit_test(a_job_for_another_device_never_begins_here),
        cmocka_unit_test(any_hook_may_free_the_scheduler),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
