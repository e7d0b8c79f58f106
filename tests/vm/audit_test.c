/* links: store db base */
#include "store_fixture.h"
#include "store/audit.h"

static void append(Store *store, int n) {
    for (int i = 1; i <= n; i++) {
        AuditRow row = { .t = 1000 + i, .run = S("u1"), .program = S("/p"), .path = S("/3"), .tool = S("fs.write"), .args = S("{}"),
                         .need = S("fs.write"), .decision = S("allow"), .reason = (Slice){ 0 }, .status = S("ok"), .dur = i % 3 };
        audit_append(store, &row);
    }
}

static int up_with_rows(void **state) {
    if (fixture_up(state) != 0) return -1;
    Fixture *f = *state;
    append(f->store, 10);
    fixture_settle(f);
    return 0;
}

static AuditReport verify(Fixture *f) {
    AuditReport report;
    MUST(f, audit_verify(store_reader(f->store), &report, &f->err));
    return report;
}

static void an_untouched_chain_holds(void **state) {
    Fixture *f = *state;
    AuditReport report = verify(f);
    assert_int_equal(report.rows, 10);
    assert_int_equal(report.bad_id, 0);
    assert_non_null(strstr(report.text, "10 rows"));
}

static void an_empty_chain_holds(void **state) {
    Fixture *f = *state;
    assert_int_equal(verify(f).bad_id, 0);
}

static void every_kind_of_tampering_names_the_row(void **state) {
    Fixture *f = *state;
    static const struct { const char *sql; int64_t bad; } CASES[] = {
        { "UPDATE audit SET args = '{\"a\":1}' WHERE id = 4", 4 },
        { "UPDATE audit SET t = t + 1 WHERE id = 5", 5 },
        { "UPDATE audit SET reason = '' WHERE id = 6", 6 },
        { "UPDATE audit SET dur = 0 WHERE id = 3", 3 },
        { "UPDATE audit SET path = '', program = '/p/3' WHERE id = 2", 2 },
        { "UPDATE audit SET prev = zeroblob(32) WHERE id = 7", 7 },
        { "UPDATE audit SET hash = zeroblob(32) WHERE id = 8", 8 },
        { "DELETE FROM audit WHERE id = 4", 5 },
        { "DELETE FROM audit WHERE id = 1", 2 },
        { "DELETE FROM audit WHERE id > 8", 9 },
        { "DELETE FROM audit", 1 },
        { "DELETE FROM meta WHERE k = 'audit_head'", 11 },
        { "UPDATE meta SET v = 'x' WHERE k = 'audit_head'", 11 },
    };
    char backup[128];
    snprintf(backup, sizeof backup, "%s/good.db", f->dir);
    fixture_close(f);
    fixture_shell("cp %s %s", f->path, backup);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        fixture_shell("cp %s %s", backup, f->path);
        fixture_sql(f, CASES[i].sql);
        fixture_open(f);
        AuditReport report = verify(f);
        if (report.bad_id != CASES[i].bad) fail_msg("%s: found %lld", CASES[i].sql, (long long)report.bad_id);
        fixture_close(f);
    }
}

static void two_processes_write_one_chain(void **state) {
    Fixture *f = *state;
    fixture_close(f);
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        if ((children[c] = fork()) != 0) continue;
        uv_loop_fork(&f->loop);
        fixture_open(f);
        for (int i = 0; i < 50; i++) {
            append(f->store, 1);
            fixture_settle(f);                          /* a commit each: they take turns */
        }
        _exit(fixture_close(f) && f->broken == 0 ? 0 : 1);
    }
    for (int c = 0; c < 2; c++) assert_int_equal(fixture_wait(children[c]), 0);
    fixture_open(f);
    AuditReport report = verify(f);
    assert_int_equal(report.rows, 110);
    assert_int_equal(report.bad_id, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up_with_rows, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_chain_holds),
        cmocka_unit_test_setup_teardown(an_empty_chain_holds, fixture_up, fixture_down),
        TEST(every_kind_of_tampering_names_the_row),
        TEST(two_processes_write_one_chain),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
