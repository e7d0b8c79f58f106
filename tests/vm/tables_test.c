/* links: store db base */
#include "store_fixture.h"
#include "store/tables.h"

typedef struct {
    int  calls;
    char out[400], code[16], text[500];
} Told;

static void told(void *ctx, Slice out, const Err *err) {
    Told *t = ctx;
    t->calls++;
    snprintf(t->out, sizeof t->out, "%.*s", (int)out.len, out.ptr ? out.ptr : "");
    snprintf(t->code, sizeof t->code, "%s", err ? err->code : "");
    snprintf(t->text, sizeof t->text, "%s", err ? err->text : "");
}

static Told call(Fixture *f, bool exec, const char *sql, const char *key) {
    Told t = { 0 };
    TablesCall what = { .sql = S(sql), .key = key ? S(key) : slice_make(NULL, 0) };
    if (exec) tables_exec(f->store, &what, told, &t);
    else tables_query(f->store, &what, told, &t);
    while (!t.calls) uv_run(&f->loop, UV_RUN_ONCE);
    return t;
}

static void the_same_key_gives_the_noted_result(void **state) {
    Fixture *f = *state;
    call(f, true, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)", "k0");
    Told first = call(f, true, "INSERT INTO t(b) VALUES('x')", "k1"), again = call(f, true, "INSERT INTO t(b) VALUES('x')", "k1");
    assert_string_equal(first.out, "{\"rows\":[],\"changes\":1,\"id\":1}");
    assert_string_equal(again.out, first.out);
    assert_string_equal(call(f, false, "SELECT count(*) AS n FROM t", NULL).out, "{\"rows\":[{\"n\":1}],\"changes\":0,\"id\":0}");
    tables_forget(f->store, S("k1"));
    assert_string_equal(call(f, true, "INSERT INTO t(b) VALUES('y')", "k1").out, "{\"rows\":[],\"changes\":1,\"id\":2}");
}

static void a_refused_statement_harms_nobody_else(void **state) {
    Fixture *f = *state;
    Told t = call(f, true, "DELETE FROM run", "k");
    assert_string_equal(t.code, "denied");
    assert_string_equal(t.text, "'run' is a table of aios itself");
    assert_string_equal(call(f, true, "CREATE TABLE t(a)", "k2").code, "");
    assert_int_equal(f->broken, 0);
}

static bool check_reserved(Fixture *f) {
    DbStmt *s;
    bool row;
    MUST(f, db_prepare(store_reader(f->store), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", &s, &f->err));
    while (db_step(s, &row, &f->err) && row) {
        char name[60];
        Slice text = db_text(s, 0);
        snprintf(name, sizeof name, "%.*s", (int)text.len, text.ptr);
        if (!tables_is_reserved(name)) fail_msg("the table %s is not reserved: name it in store/tables.c", name);
    }
    db_release(s);
    return true;
}

static void every_table_of_the_schema_is_reserved(void **state) {
    assert_true(check_reserved(*state));
    assert_true(tables_is_reserved("JOBS"));
    assert_true(tables_is_reserved("aios_x"));
    assert_false(tables_is_reserved("orders"));
}

static void a_watch_writes_a_row_for_each_change_whoever_makes_it(void **state) {
    Fixture *f = *state;
    TablesWatch watches[] = { { S("big"), S("insert"), S("Orders") }, { S("gone"), S("delete"), S("orders") } };
    tables_watch(f->store, S("/p's"), watches, 2);
    call(f, true, "CREATE TABLE orders(id INTEGER PRIMARY KEY, \"odd \"\"name'\" TEXT)", "k");
    fixture_sql(f, "INSERT INTO orders VALUES(1, 'it''s')");
    fixture_sql(f, "DELETE FROM orders");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers WHERE program = '/p''s' AND processed IS NULL AND created > 1700000000"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers WHERE job_name = 'big' AND source = 'db.insert' AND event = '=''id'',1,''odd \"name'''''',''it''''s'','"), 1);
    tables_watch(f->store, S("/p's"), watches, 0);
    call(f, true, "INSERT INTO orders VALUES(2, 'x')", "k2");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"), 0);
}

static void a_dropped_table_may_come_again(void **state) {
    Fixture *f = *state;
    TablesWatch watch = { S("new"), S("insert"), S("t") };
    call(f, true, "CREATE TABLE t(a)", "1");
    tables_watch(f->store, S("/p"), &watch, 1);
    call(f, true, "DROP TABLE t", "2");
    call(f, true, "CREATE TABLE t(a, b)", "3");
    assert_string_equal(call(f, true, "INSERT INTO t VALUES(1.5, NULL)", "4").code, "");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM triggers WHERE event = '=''a'',1.5,''b'',NULL,'"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_same_key_gives_the_noted_result),
        TEST(a_refused_statement_harms_nobody_else),
        TEST(every_table_of_the_schema_is_reserved),
        TEST(a_watch_writes_a_row_for_each_change_whoever_makes_it),
        TEST(a_dropped_table_may_come_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
