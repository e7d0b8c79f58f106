/* links: store db base */
#include "store_fixture.h"
#include "base/hash.h"
#include "store/code.h"
#include "store/inbox.h"
#include "store/journal.h"
#include "store/owner.h"
#include "store/prune.h"
#include "store/runs.h"

enum { LONG = 40000, ALL = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 };

static char long_text[LONG + 1];

static const char *long_of(char c) {
    memset(long_text, c, LONG);
    return long_text;
}

/* Ended at `id`. */
static void add(Fixture *f, int64_t id, const char *name, RunState state, int64_t parent, const char *output) {
    char uid[32];
    snprintf(uid, sizeof uid, "u%lld", (long long)id);
    RunRow row = { .id = id, .uid = S(uid), .program = S("/p"), .name = S(name), .engine = 1, .state = state, .created = id, .parent = parent,
                   .finished = state >= RUN_DONE ? id : 0, .output = S(output), .code = { (unsigned char)id } };
    code_put(f->store, row.code, S("/p"), S("text"));
    runs_create(f->store, &row, NULL, NULL);
}

static void append(Fixture *f, int64_t run, int64_t seq, const char *out) {
    JournalRow row = { .run = run, .seq = seq, .kind = ENTRY_RESULT, .path = S("/1"), .name = S("a"), .t = 1, .out = S(out) };
    journal_append(f->store, &row);
}

static PruneCount prune(Fixture *f, PruneWish wish) {
    PruneCount seen, gone;
    fixture_settle(f);
    MUST(f, prune_look(store_reader(f->store), &wish, &seen, &f->err));
    MUST(f, prune_do(f->store, &wish, &gone, &f->err));
    assert_int_equal(seen.runs, gone.runs);
    assert_int_equal(seen.rows, gone.rows);
    fixture_settle(f);
    return gone;
}

static void runs_that_are_over_go_with_their_journals(void **state) {
    Fixture *f = *state;
    add(f, 1, "w", RUN_DONE, 0, NULL);
    add(f, 2, "w", RUN_WAITING, 0, NULL);
    for (int64_t i = 1; i <= 2500; i++) append(f, 1, i, "1");
    append(f, 2, 1, "1");
    PruneCount gone = prune(f, (PruneWish){ .states = ALL, .before_ms = 100 });
    assert_true(gone.runs == 1 && gone.rows == 2500 && gone.texts == 1);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 2);
    assert_int_equal(fixture_number(f, "SELECT sum(run) FROM journal"), 2);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM tag"), 0);
}

static void age_state_name_and_number_say_which(void **state) {
    Fixture *f = *state;
    for (int64_t i = 1; i <= 6; i++) add(f, i, i % 2 ? "odd" : "even", i <= 4 ? RUN_DONE : RUN_FAILED, 0, NULL);
    fixture_settle(f);
    fixture_sql(f, "UPDATE run SET keep_until = 1000 WHERE id = 2");
    assert_int_equal(prune(f, (PruneWish){ .states = 1 << RUN_FAILED, .before_ms = 6, .now_ms = 500 }).runs, 1);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 21 - 5);
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100, .now_ms = 500, .name = S("odd"), .keep = 1 }).runs, 1);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 16 - 1);
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100, .now_ms = 500 }).runs, 3);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 2);
}

static void a_long_value_stays_as_long_as_somebody_names_it(void **state) {
    Fixture *f = *state;
    add(f, 1, "w", RUN_DONE, 0, long_of('o'));
    append(f, 1, 1, long_of('a'));
    append(f, 1, 2, long_of('b'));
    append(f, 1, 3, long_of('c'));
    add(f, 2, "w", RUN_WAITING, 0, long_of('b'));
    append(f, 2, 1, long_of('a'));
    inbox_put(f->store, &(Letter){ .run = S("u2"), .mid = S("m"), .name = S("n"), .body = S(long_of('c')) }, NULL, NULL);
    fixture_settle(f);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM blob"), 4);
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100 }).blobs, 1);
    RunRow *row;
    JournalLoad *past;
    Letter *letter;
    MUST(f, runs_find_id(store_reader(f->store), 2, &row, &f->err));
    MUST(f, journal_load(store_reader(f->store), 2, &past, &f->err));
    MUST(f, inbox_next(store_reader(f->store), 2, S("n"), NULL, 0, &letter, &f->err));
    assert_true(slice_is(row->output, long_of('b')) && slice_is(past->rows[0].out, long_of('a')) && slice_is(letter->body, long_of('c')));
    free(row);
    free(letter);
    journal_free(past);
}

static void a_load_run_stays_with_what_was_begun_with_it(void **state) {
    Fixture *f = *state;
    add(f, 1, "p", RUN_DONE, 0, NULL);
    add(f, 2, "w", RUN_DONE, 1, NULL);
    add(f, 3, "w", RUN_WAITING, 1, NULL);
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100 }).runs, 1);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 4);
    fixture_sql(f, "UPDATE run SET state = 7, finished = 3 WHERE id = 3");
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100 }).runs, 2);
}

static void a_load_run_stays_while_its_program_is_executed(void **state) {
    Fixture *f = *state;
    Store *other;
    PruneCount gone;
    add(f, 1, "p", RUN_DONE, 0, NULL);
    add(f, 2, "w", RUN_DONE, 1, NULL);
    fixture_settle(f);
    MUST(f, store_open(&other, &f->loop, seam_real(), f->path, &(StoreHooks){ 0 }, &f->err));
    MUST(f, owner_take(other, S("/p"), &f->err));
    MUST(f, prune_do(f->store, &(PruneWish){ .states = ALL, .before_ms = 100 }, &gone, &f->err));
    assert_int_equal(gone.runs, 1);
    assert_int_equal(fixture_number(f, "SELECT sum(id) FROM run"), 1);
    MUST(f, store_close(other, &f->err));
    assert_int_equal(prune(f, (PruneWish){ .states = ALL, .before_ms = 100 }).runs, 1);
}

static void what_a_dead_process_left_goes_with_the_next_prune(void **state) {
    Fixture *f = *state;
    append(f, 9, 1, long_of('z'));
    fixture_settle(f);
    fixture_sql(f, "INSERT INTO tag VALUES('pruned', '', 9)");
    PruneCount gone;
    MUST(f, prune_do(f->store, &(PruneWish){ .states = ALL }, &gone, &f->err));
    assert_true(gone.rows == 1 && gone.blobs == 1 && gone.bytes > 0);
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM tag"), 0);
}

static void pages_of_a_new_file_can_be_given_back(void **state) {
    Fixture *f = *state;
    assert_int_equal(fixture_number(f, "SELECT auto_vacuum FROM pragma_auto_vacuum"), 2);
}

#define T(test) cmocka_unit_test_setup_teardown(test, fixture_up, fixture_down)

int main(void) {
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        T(runs_that_are_over_go_with_their_journals), T(age_state_name_and_number_say_which),
        T(a_long_value_stays_as_long_as_somebody_names_it), T(a_load_run_stays_with_what_was_begun_with_it),
        T(a_load_run_stays_while_its_program_is_executed), T(what_a_dead_process_left_goes_with_the_next_prune), T(pages_of_a_new_file_can_be_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
