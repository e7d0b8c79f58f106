/* links: store db base */
#include "store_fixture.h"
#include "store/jobs.h"
#include "store/schedules.h"

static RunStart last_start;                             /* of the one test that is running */

static void on_fired(void *ctx, const RunStart *start, const Err *err) {
    *(int *)ctx += 1;
    assert_null(err);
    last_start = *start;
}

static bool take(void *ctx, const ScheduleRow *row) {
    *(ScheduleRow *)ctx = *row;
    ((ScheduleRow *)ctx)->id = ((ScheduleRow *)ctx)->name = (Slice){ 0 };
    return true;
}

static ScheduleRow read_back(Fixture *f) {
    ScheduleRow row = { 0 };
    fixture_settle(f);
    MUST(f, schedules_each(store_reader(f->store), S("/p"), take, &row, &f->err));
    return row;
}

static ScheduleRow declared(const char *spec, int64_t next) {
    return (ScheduleRow){ .id = S("s1"), .name = S("tick"), .program = S("/p"), .spec = S(spec), .tz = S("Europe/Berlin"),
                          .overlap = 1, .catchup = 2, .dst = 3, .jitter = 4, .anchor = 50, .next = next };
}

static void fire(Fixture *f, const char *uid, int64_t id, int64_t nominal, int64_t next, int *calls) {
    RunRow run = { .id = id, .uid = S(uid), .program = S("/p"), .name = S("tick"), .state = RUN_QUEUED,
                   .schedule = S("s1"), .nominal = nominal, .created = 1 };
    schedules_fire(f->store, S("s1"), nominal, next, &run, on_fired, calls);
}

static void a_slot_fires_once_and_moves_the_schedule(void **state) {
    Fixture *f = *state;
    int calls = 0;
    ScheduleRow row = declared("every 5m", 100);
    schedules_declare(f->store, &row);
    fire(f, "s1@100", 1, 100, 200, &calls);
    ScheduleRow back = read_back(f);
    assert_true(!last_start.existed && back.last == 100 && back.next == 200);
    fire(f, "s1@100", 2, 100, 200, &calls);
    back = read_back(f);
    assert_true(last_start.existed && last_start.id == 1 && calls == 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 1);
}

static void an_old_slot_does_not_move_the_schedule_back(void **state) {
    Fixture *f = *state;
    int calls = 0;
    ScheduleRow row = declared("every 5m", 100), back;
    schedules_declare(f->store, &row);
    fire(f, "s1@200", 1, 200, 300, &calls);
    fire(f, "s1@100", 2, 100, 200, &calls);
    back = read_back(f);
    assert_true(back.last == 200 && back.next == 300);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 2);
}

static void declaring_again_keeps_the_plan_unless_the_words_changed(void **state) {
    Fixture *f = *state;
    ScheduleRow row = declared("every 5m", 100), same = declared("every 5m", 999), other = declared("every 6m", 500), back;
    same.anchor = other.anchor = 77;
    schedules_declare(f->store, &row);
    schedules_set_paused(f->store, S("s1"), true);
    schedules_declare(f->store, &same);
    back = read_back(f);
    assert_true(back.next == 100 && back.anchor == 50 && back.paused && back.overlap == 1 && back.jitter == 4);
    schedules_declare(f->store, &other);
    back = read_back(f);
    assert_true(back.next == 500 && back.anchor == 50);
    schedules_set_next(f->store, S("s1"), 0, 60);
    back = read_back(f);
    assert_true(back.next == 0 && back.anchor == 60);
}

static bool note_job(void *ctx, const JobRow *row) {
    char *list = ctx;
    snprintf(list + strlen(list), 200 - strlen(list), "%.*s:%.*s:%.*s:%d:%.*s ", (int)row->job_name.len, row->job_name.ptr,
             (int)row->status.len, row->status.ptr, (int)row->last_run.len, row->last_run.ptr ? row->last_run.ptr : "", row->line,
             (int)row->title.len, row->title.ptr ? row->title.ptr : "");
    return row->enabled && row->last_update > 1e9;
}

static void a_job_keeps_its_status_when_declared_again(void **state) {
    Fixture *f = *state;
    char list[200] = "", mine[200] = "";
    jobs_declare(f->store, &(JobRow){ .job_name = S("b"), .program = S("/p"), .kind = S("schedule"), .line = 3 });
    jobs_declare(f->store, &(JobRow){ .job_name = S("a"), .program = S("/q"), .kind = S("trigger"), .line = 4 });
    jobs_set_status(f->store, &(JobStatus){ .job_name = S("b"), .status = S("running"), .run = S("u1"), .reason = S("due") });
    jobs_set_status(f->store, &(JobStatus){ .job_name = S("b"), .status = S("done") });
    jobs_declare(f->store, &(JobRow){ .job_name = S("b"), .program = S("/p"), .title = S("Bee"), .kind = S("schedule"), .line = 5 });
    fixture_settle(f);
    MUST(f, jobs_each(store_reader(f->store), (Slice){ 0 }, note_job, list, &f->err));
    MUST(f, jobs_each(store_reader(f->store), S("/q"), note_job, mine, &f->err));
    assert_string_equal(list, "a:idle::4: b:done:u1:5:Bee ");
    assert_string_equal(mine, "a:idle::4: ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_slot_fires_once_and_moves_the_schedule),
        TEST(an_old_slot_does_not_move_the_schedule_back),
        TEST(declaring_again_keeps_the_plan_unless_the_words_changed),
        TEST(a_job_keeps_its_status_when_declared_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
