/* links: store db base */
#include "store_fixture.h"
#include "store/blob.h"
#include "store/journal.h"
#include "store/kv.h"

static JournalRow row_of(int64_t run, int64_t seq, Slice out) {
    return (JournalRow){ .run = run, .seq = seq, .kind = ENTRY_RESULT, .status = ENTRY_OK, .path = S("/3/for:17"), .name = S("fs.write"),
                         .ver = 2, .ahash = { 9, 8, 7 }, .line = 12, .t = 1767225600123, .dur = 55, .epoch = 3, .out = out, .cost = 4 };
}

static void a_row_comes_back_as_it_was_written(void **state) {
    Fixture *f = *state;
    JournalLoad *load;
    JournalRow row = row_of(1, 1, S("{\"a\":1}")), bare = { .run = 1, .seq = 2, .kind = ENTRY_TIMER, .status = ENTRY_OPEN,
                                                           .path = S("/4"), .name = S("sleep"), .t = 5 };
    journal_append(f->store, &row);
    journal_append(f->store, &bare);
    fixture_settle(f);
    MUST(f, journal_load(store_reader(f->store), 1, &load, &f->err));
    assert_int_equal(load->count, 2);
    const JournalRow *a = &load->rows[0], *b = &load->rows[1];
    assert_true(a->run == 1 && a->seq == 1 && a->kind == ENTRY_RESULT && a->ver == 2 && a->line == 12 && a->attempt == 1);
    assert_true(a->t == 1767225600123 && a->dur == 55 && a->epoch == 3 && a->cost == 4);
    assert_true(slice_is(a->path, "/3/for:17") && slice_is(a->name, "fs.write") && slice_is(a->out, "{\"a\":1}"));
    assert_memory_equal(a->ahash, row.ahash, HASH_SIZE);
    assert_true(b->kind == ENTRY_TIMER && b->status == ENTRY_OPEN && b->t == 5 && !b->out.ptr);
    journal_free(load);
}

static void rows_are_loaded_by_seq_and_of_one_run_only(void **state) {
    Fixture *f = *state;
    JournalLoad *load;
    for (int64_t seq = 10; seq >= 1; seq--) {
        JournalRow mine = row_of(1, seq, S("1")), other = row_of(2, seq, S("2"));
        journal_append(f->store, &mine);
        journal_append(f->store, &other);
    }
    fixture_settle(f);
    MUST(f, journal_load(store_reader(f->store), 1, &load, &f->err));
    assert_int_equal(load->count, 10);
    for (size_t i = 0; i < 10; i++) assert_true(load->rows[i].seq == (int64_t)i + 1 && slice_is(load->rows[i].out, "1"));
    journal_free(load);
}

static void big_values_are_kept_once_and_come_back_whole(void **state) {
    Fixture *f = *state;
    static const size_t SIZES[] = { BLOB_INLINE_MAX, BLOB_INLINE_MAX + 1, 300000 };
    JournalLoad *load;
    char *text = malloc(300000);
    for (int i = 0; i < 300000; i++) text[i] = (char)('a' + i % 23);
    for (int64_t i = 0; i < 6; i++) {
        JournalRow row = row_of(1, i + 1, slice_make(text, SIZES[i % 3]));
        journal_append(f->store, &row);
    }
    fixture_settle(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM blob"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal WHERE out IS NULL"), 4);
    MUST(f, journal_load(store_reader(f->store), 1, &load, &f->err));
    for (size_t i = 0; i < 6; i++) assert_true(slice_eq(load->rows[i].out, slice_make(text, SIZES[i % 3])));
    assert_int_equal(load->bytes, 2 * (SIZES[0] + SIZES[1] + SIZES[2]));
    journal_free(load);
    fixture_sql(f, "DELETE FROM blob");
    assert_false(journal_load(store_reader(f->store), 1, &load, &f->err));
    assert_string_equal(f->err.code, "corrupt");
    free(text);
}

static void ten_thousand_rows_are_loaded(void **state) {
    Fixture *f = *state;
    JournalLoad *load;
    for (int64_t seq = 1; seq <= 10000; seq++) {
        JournalRow row = row_of(1, seq, S("{\"status\":200,\"body\":\"some text of a usual size, as a tool would answer it, about 100 bytes long\"}"));
        journal_append(f->store, &row);
    }
    fixture_settle(f);
    uint64_t start = uv_hrtime();
    MUST(f, journal_load(store_reader(f->store), 1, &load, &f->err));
    print_message("# 10,000 rows loaded in %.2f ms\n", (double)(uv_hrtime() - start) / 1e6);
    assert_int_equal(load->count, 10000);
    assert_int_equal(load->rows[9999].seq, 10000);
    journal_free(load);
}

static void a_run_without_rows_is_an_empty_load(void **state) {
    Fixture *f = *state;
    JournalLoad *load;
    MUST(f, journal_load(store_reader(f->store), 77, &load, &f->err));
    assert_int_equal(load->count, 0);
    journal_free(load);
    journal_free(NULL);
}

static void a_seq_written_twice_breaks_the_store(void **state) {
    Fixture *f = *state;
    JournalRow row = row_of(1, 1, S("1"));
    journal_append(f->store, &row);
    fixture_settle(f);
    journal_append(f->store, &row);
    fixture_settle(f);
    assert_int_equal(f->broken, 1);
    assert_string_equal(f->broken_err.code, "conflict");
    assert_false(fixture_close(f));
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM journal"), 1);
}

static void a_group_is_written_whole_or_not_at_all(void **state) {
    Fixture *f = *state;
    JournalRow first = row_of(1, 1, S("1")), second = row_of(1, 2, S("2"));
    journal_append(f->store, &first);
    fixture_settle(f);
    store_group_begin(f->store);
    kv_set(f->store, S("/p"), S("k"), S("1"), 0);
    journal_append(f->store, &second);
    store_group_end(f->store);
    fixture_settle(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM kv"), 1);
    store_group_begin(f->store);
    kv_set(f->store, S("/p"), S("k2"), S("1"), 0);
    journal_append(f->store, &first);                   /* refused: it exists */
    store_group_end(f->store);
    fixture_settle(f);
    assert_int_equal(f->broken, 1);
    fixture_close(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM kv"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_row_comes_back_as_it_was_written),
        TEST(rows_are_loaded_by_seq_and_of_one_run_only),
        TEST(big_values_are_kept_once_and_come_back_whole),
        TEST(ten_thousand_rows_are_loaded),
        TEST(a_run_without_rows_is_an_empty_load),
        TEST(a_seq_written_twice_breaks_the_store),
        TEST(a_group_is_written_whole_or_not_at_all),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
