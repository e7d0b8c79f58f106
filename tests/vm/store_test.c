/* links: store db base */
#include "store_fixture.h"
#include "store/code.h"
#include "store/grants.h"
#include "store/logs.h"
#include "store/spend.h"

static void one_file_is_left_after_a_clean_stop(void **state) {
    Fixture *f = *state;
    logs_append(f->store, &(LogLine){ .message = S("hello") });
    assert_true(fixture_close(f));
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM logs"), 1);
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

static void reading_beside_a_writer_leaves_its_log_alone(void **state) {
    Fixture *f = *state;
    DbOpen how = { .path = f->path, .mode = DB_READ, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db;
    MUST(f, db_open(&DB_SQLITE, &db, &how, &f->err));
    db_close(db);
    store_meta_set(f->store, "k", S("v"));
    assert_true(fixture_close(f));
    fixture_shell("test \"$(ls %s)\" = a.db", f->dir);
}

typedef struct {
    Fixture *f;
    int64_t  rows;
    int      calls;
    bool     failed;
} Barrier;

static void on_barrier(void *ctx, const Err *err) {
    Barrier *b = ctx;
    b->calls++;
    b->failed = err != NULL;
    b->rows = fixture_number(b->f, "SELECT count(*) FROM logs");
}

static void a_barrier_comes_after_all_that_was_queued_before_it(void **state) {
    Fixture *f = *state;
    Barrier barrier = { .f = f };
    for (int i = 0; i < 2500; i++) logs_append(f->store, &(LogLine){ .message = S("x") });
    store_sync(f->store, on_barrier, &barrier);
    fixture_settle(f);
    assert_true(barrier.calls == 1 && !barrier.failed);
    assert_int_equal(barrier.rows, 2500);
}

static void meta_values_come_back(void **state) {
    Fixture *f = *state;
    Buf value;
    bool found;
    buf_init(&value);
    MUST(f, store_meta_get(store_reader(f->store), "k", &value, &found, &f->err));
    assert_false(found);
    store_meta_set(f->store, "k", S("one"));
    store_meta_set(f->store, "k", S("two"));
    fixture_settle(f);
    MUST(f, store_meta_get(store_reader(f->store), "k", &value, &found, &f->err));
    assert_true(found);
    assert_string_equal(buf_text(&value), "two");
    buf_drop(&value);
}

static void an_epoch_is_never_given_twice(void **state) {
    Fixture *f = *state;
    int64_t a, b;
    MUST(f, store_next_epoch(f->store, &a, &f->err));
    fixture_close(f);
    fixture_open(f);
    MUST(f, store_next_epoch(f->store, &b, &f->err));
    assert_true(a == 1 && b == 2);
}

static void code_is_kept_by_its_hash(void **state) {
    Fixture *f = *state;
    unsigned char hash[HASH_SIZE] = { 1 }, unknown[HASH_SIZE] = { 2 };
    char *source;
    size_t size;
    code_put(f->store, hash, S("a.aios"), S("print(1)"));
    code_put(f->store, hash, S("b.aios"), S("print(1)"));
    fixture_settle(f);
    MUST(f, code_get(store_reader(f->store), hash, &source, &size, &f->err));
    assert_string_equal(source, "print(1)");
    assert_int_equal(size, 8);
    free(source);
    assert_false(code_get(store_reader(f->store), unknown, &source, &size, &f->err));
    assert_string_equal(f->err.code, "not_found");
}

static bool note_grant(void *ctx, const Grant *grant) {
    char *list = ctx;
    snprintf(list + strlen(list), 100 - strlen(list), "%.*s:%.*s ", (int)grant->need.len, grant->need.ptr, (int)grant->resource.len, grant->resource.ptr);
    return true;
}

static void only_grants_that_count_are_listed(void **state) {
    Fixture *f = *state;
    char list[100] = "", renewed[100] = "";
    Grant write = { .program = S("/p"), .need = S("fs.write"), .resource = S("/srv"), .by = S("owner") };
    Grant old = { .program = S("/p"), .need = S("net"), .resource = S("x.org"), .by = S("owner"), .until = 999 };
    Grant foreign = { .program = S("/q"), .need = S("net"), .resource = S("x.org"), .by = S("owner") };
    Grant gone = { .program = S("/p"), .need = S("fs.read"), .resource = S("/etc"), .by = S("owner") };
    grants_add(f->store, &write);
    grants_add(f->store, &old);
    grants_add(f->store, &foreign);
    grants_add(f->store, &gone);
    grants_revoke(f->store, S("/p"), S("fs.read"), S("/etc"));
    fixture_settle(f);
    MUST(f, grants_each(store_reader(f->store), S("/p"), 1000, note_grant, list, &f->err));
    assert_string_equal(list, "fs.write:/srv ");
    grants_add(f->store, &gone);
    fixture_settle(f);
    MUST(f, grants_each(store_reader(f->store), S("/p"), 1000, note_grant, renewed, &f->err));
    assert_string_equal(renewed, "fs.write:/srv fs.read:/etc ");
}

static void spending_adds_up_by_run_and_by_time(void **state) {
    Fixture *f = *state;
    SpendSum sum;
    for (int i = 1; i <= 3; i++)
        spend_append(f->store, &(SpendRow){ .t = i * 100, .run = S(i < 3 ? "u1" : "u2"), .tier = S("small"), .outcome = S("ok"),
                                            .tokens_in = 10, .tokens_out = 1, .cost = 5 });
    fixture_settle(f);
    MUST(f, spend_sum(store_reader(f->store), S("u1"), &sum, &f->err));
    assert_true(sum.calls == 2 && sum.tokens_in == 20 && sum.tokens_out == 2 && sum.cost == 10);
    MUST(f, spend_sum_since(store_reader(f->store), 200, &sum, &f->err));
    assert_true(sum.calls == 2 && sum.cost == 10);
    MUST(f, spend_sum(store_reader(f->store), S("nobody"), &sum, &f->err));
    assert_int_equal(sum.calls, 0);
}

static void the_tables_that_other_programs_know_have_their_columns(void **state) {
    Fixture *f = *state;
    static const char *const SQL[] = {
        "SELECT job_name, status, device, last_update FROM jobs",
        "SELECT id, timestamp, level, message, device FROM logs",
        "SELECT id, job_name, args, kwargs, created, processed FROM triggers",
    };
    for (int i = 0; i < 3; i++) assert_int_equal(fixture_number(f, SQL[i]), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_file_is_left_after_a_clean_stop),
        TEST(reading_beside_a_writer_leaves_its_log_alone),
        TEST(a_barrier_comes_after_all_that_was_queued_before_it),
        TEST(meta_values_come_back),
        TEST(an_epoch_is_never_given_twice),
        TEST(code_is_kept_by_its_hash),
        TEST(only_grants_that_count_are_listed),
        TEST(spending_adds_up_by_run_and_by_time),
        TEST(the_tables_that_other_programs_know_have_their_columns),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
