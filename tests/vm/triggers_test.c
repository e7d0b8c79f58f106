/* links: store db base */
#include "store_fixture.h"
#include "store/triggers.h"

typedef struct {
    int      calls, lost, existed;
    int64_t  id;
    char     code[16];
} Started;

static void on_started(void *ctx, const RunStart *start, const Err *err) {
    Started *s = ctx;
    s->calls++;
    if (err) snprintf(s->code, sizeof s->code, "%s", err->code);
    if (!start) return;
    s->lost += start->lost;
    s->existed += start->existed;
    s->id = start->id;
}

static RunRow run_of(int64_t id, const char *uid) {
    return (RunRow){ .id = id, .uid = S(uid), .program = S("/p"), .name = S("report"), .engine = 1, .state = RUN_QUEUED, .created = 1 };
}

static bool note(void *ctx, const TriggerRow *row) {
    char *list = ctx;
    snprintf(list + strlen(list), 200 - strlen(list), "%lld:%.*s,%.*s,%.*s,%.1f ", (long long)row->id, (int)row->job_name.len,
             row->job_name.ptr ? row->job_name.ptr : "", (int)row->args.len, row->args.ptr ? row->args.ptr : "",
             (int)row->kwargs.len, row->kwargs.ptr ? row->kwargs.ptr : "", row->created);
    return true;
}

static const char *pending(Fixture *f) {
    static char list[200];
    list[0] = 0;
    MUST(f, triggers_pending(store_reader(f->store), note, list, &f->err));
    return list;
}

static void the_documented_insert_is_a_pending_row(void **state) {
    Fixture *f = *state;
    fixture_sql(f, "INSERT INTO triggers (job_name,args,kwargs,created) VALUES ('report', '[1]', '{\"a\":2}', 1767225600.5)");
    assert_string_equal(pending(f), "1:report,[1],{\"a\":2},1767225600.5 ");
}

static void a_row_of_nonsense_is_read_too(void **state) {
    Fixture *f = *state;
    fixture_sql(f, "INSERT INTO triggers (job_name,args,kwargs,created) VALUES (NULL, 17, x'00ff', 'today')");
    assert_non_null(strstr(pending(f), "1:,17,"));
}

static void a_claim_marks_the_row_and_creates_its_run(void **state) {
    Fixture *f = *state;
    Started first = { 0 }, second = { 0 };
    RunRow run = run_of(1, "t-1"), other = run_of(2, "t-1b");
    triggers_insert(f->store, S("report"), S("[]"), (Slice){ 0 }, (Slice){ 0 }, NULL, NULL);
    triggers_claim(f->store, 1, &run, on_started, &first);
    triggers_claim(f->store, 1, &other, on_started, &second);
    fixture_settle(f);
    assert_true(first.calls == 1 && !first.lost && first.id == 1);
    assert_true(second.calls == 1 && second.lost == 1);
    assert_string_equal(pending(f), "");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 1);
    assert_int_equal(fixture_number(f, "SELECT run = 't-1' AND processed > 1e9 AND error IS NULL FROM triggers"), 1);
}

static void a_claim_whose_run_cannot_be_made_leaves_the_row_pending(void **state) {
    Fixture *f = *state;
    Started first = { 0 }, clash = { 0 };
    RunRow run = run_of(1, "a"), same_id = run_of(1, "b");
    runs_create(f->store, &run, on_started, &first);
    triggers_insert(f->store, S("report"), (Slice){ 0 }, (Slice){ 0 }, (Slice){ 0 }, NULL, NULL);
    triggers_claim(f->store, 1, &same_id, on_started, &clash);
    fixture_settle(f);
    assert_string_equal(clash.code, "conflict");
    assert_int_equal(f->broken, 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers WHERE processed IS NULL"), 1);
}

static void a_failed_row_is_kept_with_its_error_and_not_tried_again(void **state) {
    Fixture *f = *state;
    Started late = { 0 };
    RunRow run = run_of(1, "t-1");
    triggers_insert(f->store, S("reprot"), (Slice){ 0 }, (Slice){ 0 }, (Slice){ 0 }, NULL, NULL);
    triggers_fail(f->store, 1, "no workflow named 'reprot'");
    triggers_claim(f->store, 1, &run, on_started, &late);
    fixture_settle(f);
    assert_string_equal(pending(f), "");
    assert_int_equal(late.lost, 1);
    assert_int_equal(fixture_number(f, "SELECT error = 'no workflow named ''reprot''' AND run IS NULL FROM triggers"), 1);
}

static void on_inserted(void *ctx, int64_t id, const Err *err) { *(int64_t *)ctx = err ? -1 : id; }

static void an_insert_tells_its_id(void **state) {
    Fixture *f = *state;
    int64_t a = 0, b = 0;
    triggers_insert(f->store, S("x"), (Slice){ 0 }, (Slice){ 0 }, (Slice){ 0 }, on_inserted, &a);
    triggers_insert(f->store, S("x"), (Slice){ 0 }, (Slice){ 0 }, (Slice){ 0 }, on_inserted, &b);
    fixture_settle(f);
    assert_true(a == 1 && b == 2);
}

static bool claim_each(void *ctx, const TriggerRow *row) {
    void **both = ctx;
    Fixture *f = both[0];
    char uid[40];
    snprintf(uid, sizeof uid, "trigger-%lld-%d", (long long)row->id, (int)getpid());
    RunRow run = run_of(runs_new_id(f->store), uid);
    triggers_claim(f->store, row->id, &run, on_started, both[1]);
    return true;
}

static void two_processes_start_each_row_once(void **state) {
    Fixture *f = *state;
    for (int i = 0; i < 500; i++) triggers_insert(f->store, S("x"), (Slice){ 0 }, (Slice){ 0 }, (Slice){ 0 }, NULL, NULL);
    fixture_close(f);
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        if ((children[c] = fork()) != 0) continue;
        Started started = { 0 };
        void *both[2] = { f, &started };
        uv_loop_fork(&f->loop);
        fixture_open(f);
        bool ok = triggers_pending(store_reader(f->store), claim_each, both, &f->err);
        fixture_settle(f);
        _exit(ok && fixture_close(f) && f->broken == 0 ? 0 : 1);
    }
    for (int c = 0; c < 2; c++) assert_int_equal(fixture_wait(children[c]), 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 500);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers WHERE processed IS NULL"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_documented_insert_is_a_pending_row),
        TEST(a_row_of_nonsense_is_read_too),
        TEST(a_claim_marks_the_row_and_creates_its_run),
        TEST(a_claim_whose_run_cannot_be_made_leaves_the_row_pending),
        TEST(a_failed_row_is_kept_with_its_error_and_not_tried_again),
        TEST(an_insert_tells_its_id),
        TEST(two_processes_start_each_row_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
