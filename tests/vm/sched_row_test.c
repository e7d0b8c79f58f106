/* links: work store db net os time base */
#include "sched_expect.h"
#include "db/migrate.h"
#include "store/schema.h"

static const JobSpec REPORT = { .name = S("report") };

static World *world_with(JobSpec spec) {
    World *w = world_new("/srv/report.aios", MONDAY_8);
    add(w, spec);
    begin(w);
    return w;
}

static void a_row_begins_its_job_with_its_arguments(void **state) {
    World *w = world_with(REPORT);
    (void)state;
    trigger(w, "report", "[1, \"zwei\"]", "{\"day\":\"monday\"}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "trigger/1");
    expect_text(w, "trigger row 1", "SELECT cause FROM run");
    expect_text(w,
        "{\"args\":[1, \"zwei\"],\"kwargs\":{\"day\":\"monday\"},\"event\":{\"id\":1,\"name\":\"report\",\"args\":[1, \"zwei\"],"
        "\"kwargs\":{\"day\":\"monday\"},\"created\":1772438400}}", "SELECT input FROM run");
    expect_text(w, "trigger/1", "SELECT run FROM triggers WHERE processed = 1772438400.0 AND error IS NULL");
    expect_text(w, "manual", "SELECT kind FROM jobs");
    trigger(w, "report", NULL, NULL, -1);
    look(w);
    expect_text(w, "{\"args\":[],\"kwargs\":{},\"event\":{\"id\":2,\"name\":\"report\",\"args\":[],\"kwargs\":{},\"created\":null}}",
                "SELECT input FROM run WHERE uid = 'trigger/2'");
    world_free(w);
}

static void a_name_of_on_trigger_begins_the_workflow_that_has_it(void **state) {
    World *w = world_with((JobSpec){ .name = S("report:7"), TRIGGERS(S("deploy"), S("release")) });
    (void)state;
    assert_true(sched_stays(w->sched));
    trigger(w, "release", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].name, "report:7");
    expect_text(w, "on trigger.deploy; on trigger.release", "SELECT spec FROM jobs WHERE kind = 'trigger'");
    world_free(w);
}

static void insert_uid(World *w, Slice uid) {
    triggers_insert(w->store, slice_of("report"), slice_of("[]"), slice_of("{}"), uid, NULL, NULL);
    settle(w);
    look(w);
}

static void a_row_with_a_uid_names_its_run_and_asks_for_it_once(void **state) {
    World *w = world_with(REPORT);
    (void)state;
    insert_uid(w, slice_of("night-7"));
    assert_int_equal(w->count, 1);
    assert_string_equal(w->runs[0].uid, "night-7");
    expect_text(w, "night-7", "SELECT run FROM triggers WHERE processed > 0");
    insert_uid(w, slice_of("trigger/3"));
    insert_uid(w, slice_of("a\nb"));
    trigger(w, "report", "[]", "{}", 0);
    look(w);
    expect_text(w, "uid has a control character at byte 1", "SELECT error FROM triggers WHERE id = 3");
    assert_int_equal(w->count, 3);
    insert_uid(w, slice_of("trigger/4"));
    assert_int_equal(w->count, 3);
    expect_said(w, "info report: trigger row 5 asks for run trigger/4, which is there already", 1);
    expect(w, 0, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    world_free(w);
}

static void a_bad_row_is_marked_once_with_what_is_wrong(void **state) {
    static const struct { const char *args, *kwargs, *error; } ROWS[] = {
        { "[1,", "{}", "args is not JSON: it ends where a value was expected at byte 3; it must be a JSON list, such as [1, \"two\"]" },
        { "{}", "{}", "args must be a JSON list, such as [1, \"two\"]" },
        { "", "{}", "args is not JSON: it ends where a value was expected at byte 0; it must be a JSON list, such as [1, \"two\"]" },
        { "[]", "[]", "kwargs must be a JSON object, such as {\"day\": \"monday\"}" },
        { "[]", "null", "kwargs must be a JSON object, such as {\"day\": \"monday\"}" },
        { "[]", "{'a':1}", "kwargs is not JSON: a key in double quotes was expected at byte 1; it must be a JSON object, such as {\"day\": \"monday\"}" },
        { "[\"\xff\"]", "{}", "args is not JSON: not UTF-8 at byte 2; it must be a JSON list, such as [1, \"two\"]" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_with(REPORT);
        trigger(w, "report", ROWS[i].args, ROWS[i].kwargs, 0);
        trigger(w, "report", "[]", "{}", 0);
        sched_look(w->sched);                           /* and again while the mark is being written */
        look(w);
        expect_text(w, ROWS[i].error, "SELECT error FROM triggers WHERE id = 1 AND processed > 0 AND run IS NULL");
        expect_said(w, "error report: trigger row 1: ", 1);
        assert_int_equal(w->count, 1);
        assert_string_equal(w->runs[0].uid, "trigger/2");
        assert_false(sched_is_busy(w->sched));
        world_free(w);
    }
}

static void a_huge_row_is_refused(void **state) {
    World *w = world_with(REPORT);
    Buf text;
    (void)state;
    buf_init(&text);
    buf_add_text(&text, "[\"");
    for (int i = 0; i < 1 << 20; i++) buf_add_byte(&text, 'x');
    buf_add_text(&text, "\"]");
    trigger(w, "report", buf_text(&text), "{}", 0);
    buf_drop(&text);
    look(w);
    assert_int_equal(w->count, 0);
    expect_text(w, "args has 1048580 bytes, the limit is 1048576; put the data into a file and pass its path", "SELECT error FROM triggers");
    world_free(w);
}

static void a_row_for_nobody_gets_its_error_when_ten_seconds_have_passed(void **state) {
    static const struct { const char *name; double age; const char *error; } ROWS[] = {
        { "reprot", 11, "no program declares a job named 'reprot'; did you mean 'report'?" },
        { "backup", -1, "no program declares a job named 'backup'" },
        { "backup", -3600, "no program declares a job named 'backup'" },
        { "re\xffport", 0, "job_name is not UTF-8" },
        { NULL, 0, "job_name is NULL; it names the job to start" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_with(REPORT);
        trigger(w, ROWS[i].name, "[]", "{}", ROWS[i].age);
        look(w);
        expect_text(w, ROWS[i].error, "SELECT error FROM triggers");
        world_free(w);
    }
    World *w = world_with((JobSpec){ .name = S("report"), TRIGGERS(S("go")) });     /* so that it looks by itself */
    trigger(w, "reprot", "[]", "{}", 0);
    look(w);
    expect(w, 1, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    advance(w, 61 * SECOND);
    expect(w, 0, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    world_free(w);
}

static void a_row_for_another_program_is_left_to_it(void **state) {
    World *w = world_with(REPORT);
    (void)state;
    jobs_declare(w->store, &(JobRow){ .job_name = S("backup"), .program = S("/srv/b.aios"), .kind = S("trigger"), .spec = S("every 5m; on trigger.save") });
    jobs_declare(w->store, &(JobRow){ .job_name = S("removed"), .program = S("/srv/report.aios"), .kind = S("manual") });
    settle(w);
    trigger(w, "backup", "[]", "{}", 60);
    trigger(w, "save", "[]", "{}", 60);
    trigger(w, "removed", "[]", "{}", 60);
    look(w);
    expect(w, 2, "SELECT count(*) FROM triggers WHERE processed IS NULL AND id < 3");
    expect_text(w, "no program declares a job named 'removed'", "SELECT error FROM triggers WHERE id = 3");
    assert_false(sched_is_busy(w->sched));
    world_free(w);
}

static void rows_that_come_while_the_job_runs_wait_in_order(void **state) {
    World *w = world_with(REPORT);
    (void)state;
    w->length_ms = HOLD;
    for (int i = 0; i < 3; i++) trigger(w, "report", "[]", "{}", 0);
    look(w);
    assert_int_equal(w->count, 1);
    assert_true(sched_is_busy(w->sched));
    expect(w, 2, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    finish(w, 0, RUN_FAILED);
    assert_int_equal(w->count, 2);
    expect_text(w, "running", "SELECT status FROM jobs");
    finish(w, 1, RUN_DONE);
    finish(w, 2, RUN_CANCELLED);
    assert_string_equal(w->runs[2].uid, "trigger/3");
    assert_false(sched_is_busy(w->sched));
    expect_text(w, "failed", "SELECT status FROM jobs WHERE last_run = 'trigger/3' AND last_reason = 'cancelled'");
    world_free(w);
}

static void rows_follow_a_declared_overlap(void **state) {
    /* one row, and when its run is under way two more */
    static const struct { Overlap overlap; size_t began; int skipped, cancels, pending; } ROWS[] = {
        { OVERLAP_SKIP, 1, 2, 0, 0 }, { OVERLAP_QUEUE, 1, 0, 0, 2 }, { OVERLAP_REPLACE, 2, 1, 1, 0 }, { OVERLAP_ALLOW, 3, 0, 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        World *w = world_with((JobSpec){ .name = S("report"), .overlap = ROWS[i].overlap, .overlap_given = true });
        w->length_ms = HOLD;
        trigger(w, "report", "[]", "{}", 0);
        look(w);
        trigger(w, "report", "[]", "{}", 0);
        trigger(w, "report", "[]", "{}", 0);
        look(w);
        if (w->count != ROWS[i].began || w->cancels != ROWS[i].cancels) fail_msg("row %zu: %zu began, %d cancelled", i, w->count, w->cancels);
        assert_string_equal(w->runs[w->count - 1].uid, w->count == 1 ? "trigger/1" : "trigger/3");
        expect(w, ROWS[i].skipped, "SELECT count(*) FROM run WHERE state = 11 AND reason = 'overlap'");
        expect(w, ROWS[i].pending, "SELECT count(*) FROM triggers WHERE processed IS NULL");
        world_free(w);
    }
}

static void more_rows_than_memory_keeps_begin_once_each_in_order(void **state) {
    enum { ROWS = 600 };
    World *w = world_with(REPORT);
    (void)state;
    store_group_begin(w->store);
    for (int i = 0; i < ROWS; i++) triggers_insert(w->store, slice_of("report"), slice_of("[]"), slice_of("{}"), (Slice){ 0 }, NULL, NULL);
    store_group_end(w->store);
    settle(w);
    look(w);
    while (w->count < ROWS) settle(w);
    for (int i = 0; i < ROWS; i++) {
        char uid[32];
        snprintf(uid, sizeof uid, "trigger/%d", i + 1);
        assert_string_equal(w->runs[i].uid, uid);
    }
    expect(w, 0, "SELECT count(*) FROM triggers WHERE processed IS NULL");
    assert_false(sched_is_busy(w->sched));
    world_free(w);
}

static void a_row_that_waited_for_the_program_begins_at_once(void **state) {
    World *w = world_new("/srv/report.aios", MONDAY_8);
    (void)state;
    trigger(w, "report", "[]", "{}", 9 * 86400);
    add(w, REPORT);
    sched_begin(w->sched);
    assert_true(sched_is_busy(w->sched));
    assert_false(sched_stays(w->sched));
    settle(w);
    assert_int_equal(w->count, 1);
    assert_true(w->changes > 0);
    world_free(w);
}

static void a_start_under_way_when_the_scheduler_goes_is_left_to_the_next_process(void **state) {
    World *w = world_with(REPORT);
    (void)state;
    trigger(w, "report", "[]", "{}", 0);
    sched_look(w->sched);
    restart(w, 0);
    assert_int_equal(w->count, 0);
    add(w, REPORT);
    begin(w);
    assert_int_equal(w->count, 0);
    expect(w, 1, "SELECT count(*) FROM run WHERE state = 1 AND uid = 'trigger/1'");
    world_free(w);
}

/* The real clock and the real file: another connection writes, and nobody calls sched_look. */
static void a_row_of_another_process_is_noticed(void **state) {
    World *w = world_at("/srv/report.aios", 0, true);
    (void)state;
    add(w, (JobSpec){ .name = S("report"), TRIGGERS(S("go")) });
    begin(w);
    DbOpen how = { .path = w->path, .mode = DB_WRITE, .application_id = 0x61696f73, .version = migrate_count(SCHEMA_STEPS) };
    Db *other;
    Err err;
    if (!db_open(&DB_SQLITE, &other, &how, &err)) fail_msg("%s", err.text);
    int64_t start = seam_mono_us(&w->seam);
    assert_true(db_exec(other, "INSERT INTO triggers(job_name, args, kwargs, created) VALUES('go', '[]', '{}', 1.0)", &err));
    while (w->count == 0 && seam_mono_us(&w->seam) - start < 10000000) uv_run(&w->loop, UV_RUN_ONCE);
    assert_int_equal(w->count, 1);
    assert_true(seam_mono_us(&w->seam) - start < 2000000);
    db_abandon(other);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_begins_its_job_with_its_arguments),
        cmocka_unit_test(a_name_of_on_trigger_begins_the_workflow_that_has_it),
        cmocka_unit_test(a_row_with_a_uid_names_its_run_and_asks_for_it_once),
        cmocka_unit_test(a_bad_row_is_marked_once_with_what_is_wrong),
        cmocka_unit_test(a_huge_row_is_refused),
        cmocka_unit_test(a_row_for_nobody_gets_its_error_when_ten_seconds_have_passed),
        cmocka_unit_test(a_row_for_another_program_is_left_to_it),
        cmocka_unit_test(rows_that_come_while_the_job_runs_wait_in_order),
        cmocka_unit_test(rows_follow_a_declared_overlap),
        cmocka_unit_test(more_rows_than_memory_keeps_begin_once_each_in_order),
        cmocka_unit_test(a_row_that_waited_for_the_program_begins_at_once),
        cmocka_unit_test(a_start_under_way_when_the_scheduler_goes_is_left_to_the_next_process),
        cmocka_unit_test(a_row_of_another_process_is_noticed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
