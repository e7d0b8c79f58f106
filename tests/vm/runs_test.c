/* links: store db base */
#include "store_fixture.h"
#include "store/runs.h"

typedef struct {
    int      calls;
    RunStart start;
    char     code[16];
} Started;

static void on_started(void *ctx, const RunStart *start, const Err *err) {
    Started *s = ctx;
    s->calls++;
    if (start) s->start = *start;
    if (err) snprintf(s->code, sizeof s->code, "%s", err->code);
}

static RunRow row_of(int64_t id, const char *uid) {
    return (RunRow){ .id = id, .uid = S(uid), .program = S("/p/a.aios"), .name = S("main"), .code = { 1, 2, 3 }, .engine = 1,
                     .state = RUN_QUEUED, .seed = -5, .cause = S("command line"), .input = S("{}"), .created = 1000 };
}

static void add(Fixture *f, int64_t id, const char *uid, RunState state, int64_t wake) {
    RunRow row = row_of(id, uid);
    row.state = state;
    row.wake = wake;
    runs_create(f->store, &row, NULL, NULL);
}

static void a_run_comes_back_as_it_was_written(void **state) {
    Fixture *f = *state;
    Started started = { 0 };
    RunRow row = row_of(42, "u1"), *back;
    row.reason = S("");
    row.parent = 7;
    row.parent_path = S("/3");
    row.schedule = S("s1");
    row.nominal = 99;
    row.cancel = true;
    row.cost = 12;
    runs_create(f->store, &row, on_started, &started);
    fixture_settle(f);
    assert_int_equal(started.calls, 1);
    assert_false(started.start.existed);
    MUST(f, runs_find(store_reader(f->store), S("u1"), &back, &f->err));
    assert_true(back->id == 42 && back->seed == -5 && back->parent == 7 && back->nominal == 99 && back->cancel && back->cost == 12);
    assert_true(slice_is(back->program, "/p/a.aios") && slice_is(back->parent_path, "/3") && slice_is(back->schedule, "s1"));
    assert_true(back->reason.ptr && back->reason.len == 0);
    assert_null(back->output.ptr);
    assert_int_equal(back->attempt, 1);
    assert_memory_equal(back->code, row.code, HASH_SIZE);
    free(back);
}

static void a_start_with_a_known_uid_is_the_same_run(void **state) {
    Fixture *f = *state;
    Started again = { 0 };
    RunRow row = row_of(2, "u1");
    add(f, 1, "u1", RUN_WAITING, 0);
    runs_create(f->store, &row, on_started, &again);
    fixture_settle(f);
    assert_true(again.start.existed);
    assert_int_equal(again.start.id, 1);
    assert_int_equal(again.start.state, RUN_WAITING);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 1);
}

static void an_id_used_twice_harms_only_its_caller(void **state) {
    Fixture *f = *state;
    Started twice = { 0 };
    RunRow row = row_of(1, "other");
    add(f, 1, "u1", RUN_QUEUED, 0);
    runs_create(f->store, &row, on_started, &twice);
    fixture_settle(f);
    assert_string_equal(twice.code, "conflict");
    assert_int_equal(f->broken, 0);
}

static void a_change_leaves_what_it_does_not_name(void **state) {
    Fixture *f = *state;
    RunRow *back;
    add(f, 1, "u1", RUN_QUEUED, 0);
    runs_set_state(f->store, 1, &(RunChange){ .state = RUN_WAITING, .wake = 500, .wait_on = S("timer"), .started = 10, .cost = 5 });
    runs_set_state(f->store, 1, &(RunChange){ .state = RUN_RUNNING });
    fixture_settle(f);
    MUST(f, runs_find_id(store_reader(f->store), 1, &back, &f->err));
    assert_int_equal(back->state, RUN_RUNNING);
    assert_true(back->started == 10 && back->cost == 5 && back->wake == 0 && !back->wait_on.ptr);
    free(back);
}

static void an_ended_run_does_not_change_any_more(void **state) {
    Fixture *f = *state;
    RunRow *back;
    add(f, 1, "u1", RUN_RUNNING, 0);
    runs_set_state(f->store, 1, &(RunChange){ .state = RUN_DONE, .output = S("1"), .finished = 20 });
    runs_set_state(f->store, 1, &(RunChange){ .state = RUN_CANCELLED, .output = S("2") });
    runs_ask_cancel(f->store, 1);
    fixture_settle(f);
    MUST(f, runs_find(store_reader(f->store), S("u1"), &back, &f->err));
    assert_int_equal(back->state, RUN_DONE);
    assert_true(slice_is(back->output, "1") && !back->cancel);
    free(back);
}

static void an_unknown_run_is_not_found(void **state) {
    Fixture *f = *state;
    RunRow *back;
    assert_false(runs_find(store_reader(f->store), S("nobody"), &back, &f->err));
    assert_string_equal(f->err.code, "not_found");
    assert_non_null(strstr(f->err.text, "nobody"));
}

static bool note(void *ctx, const RunRow *row) {
    char *list = ctx;
    snprintf(list + strlen(list), 100 - strlen(list), "%lld ", (long long)row->id);
    return true;
}

static void open_and_due_runs_are_those_of_the_program_that_count(void **state) {
    Fixture *f = *state;
    char open_list[100] = "", due_list[100] = "";
    int64_t wake;
    RunRow other = row_of(9, "u9");
    other.program = S("/p/b.aios");
    other.wake = 1;
    add(f, 5, "u5", RUN_WAITING, 300);
    add(f, 3, "u3", RUN_RUNNING, 0);
    add(f, 4, "u4", RUN_WAITING, 100);
    add(f, 1, "u1", RUN_DONE, 50);
    add(f, 2, "u2", RUN_PAUSED, 0);
    runs_create(f->store, &other, NULL, NULL);
    fixture_settle(f);
    MUST(f, runs_open(store_reader(f->store), S("/p/a.aios"), note, open_list, &f->err));
    MUST(f, runs_due(store_reader(f->store), S("/p/a.aios"), 300, note, due_list, &f->err));
    MUST(f, runs_next_wake(store_reader(f->store), S("/p/a.aios"), INT64_MAX, &wake, &f->err));
    assert_string_equal(open_list, "3 4 5 ");
    assert_string_equal(due_list, "4 5 ");
    assert_int_equal(wake, 100);
    MUST(f, runs_next_wake(store_reader(f->store), S("/p/none"), INT64_MAX, &wake, &f->err));
    assert_int_equal(wake, 0);
}

static int64_t clock_now(void *ctx) { return *(int64_t *)ctx; }

static void full_of_ones(void *ctx, void *out, size_t len) {
    (void)ctx;
    memset(out, 0xff, len);
}

static void ids_rise_even_when_the_clock_steps_back(void **state) {
    Fixture *f = *state;
    int64_t now = 1767225600000 + 5, last = 0;
    Seam seam = { .ctx = &now, .wall_ms = clock_now, .mono_us = clock_now, .random = full_of_ones };
    StoreHooks hooks = { .on_broken = fixture_broken, .ctx = f };
    fixture_close(f);
    MUST(f, store_open(&f->store, &f->loop, &seam, f->path, &hooks, &f->err));
    for (int i = 0; i < 3000; i++) {
        int64_t id = runs_new_id(f->store);
        assert_true(id > last);
        last = id;
        if (i == 1000) now -= 4;
        if (i == 2000) now += 100;
    }
    assert_int_equal(last >> 21, 101);
    assert_true(fixture_close(f));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_run_comes_back_as_it_was_written),
        TEST(a_start_with_a_known_uid_is_the_same_run),
        TEST(an_id_used_twice_harms_only_its_caller),
        TEST(a_change_leaves_what_it_does_not_name),
        TEST(an_ended_run_does_not_change_any_more),
        TEST(an_unknown_run_is_not_found),
        TEST(open_and_due_runs_are_those_of_the_program_that_count),
        TEST(ids_rise_even_when_the_clock_steps_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
