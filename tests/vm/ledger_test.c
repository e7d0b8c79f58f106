/* links: work store db net os time base */
/* A run's durable side: nothing before it is needed, then everything in order. */
#include "store_fixture.h"
#include "store/code.h"
#include "store/journal.h"
#include "work/ledger.h"

typedef struct {
    Fixture    *f;
    StoreSource source;
    int         opened;
    bool        refuse;
} Source;

static Store *open_source(void *context, Err *err) {
    Source *s = context;
    if (s->refuse) {
        err_set(err, "full", "no room");
        return NULL;
    }
    s->opened++;
    if (!s->f->store) fixture_open(s->f);
    return s->f->store;
}

static void begin(Source *s, Ledger *ledger, Fixture *f) {
    *s = (Source){ .f = f };
    s->source = (StoreSource){ s, open_source, 7 };
    RunRow row = { .uid = S("one"), .program = S("/p.aios"), .name = S("p.aios"), .engine = 1, .state = RUN_RUNNING, .seed = 5, .input = S("[1]"), .created = 10 };
    row.code[0] = 9;
    ledger_init(ledger, &s->source, &row, S("the text"));
}

static void add(Ledger *ledger, const char *path, const char *out, int64_t now) {
    JournalRow row = { .kind = ENTRY_RESULT, .path = slice_of(path), .name = S("x"), .out = slice_of(out) };
    ledger_append(ledger, &row, now);
}

static JournalLoad *load(Fixture *f, int64_t run) {
    JournalLoad *past;
    MUST(f, journal_load(store_reader(f->store), run, &past, &f->err));
    return past;
}

static void a_run_without_effects_makes_no_database(void **state) {
    Fixture *f = *state;
    Source s;
    Ledger ledger;
    begin(&s, &ledger, f);
    add(&ledger, "/1", "1", 20);
    ledger_running(&ledger, 20);
    ledger_wait(&ledger, RUN_WAITING, 99, S(NULL), S("sleeps"));
    ledger_end(&ledger, RUN_DONE, S("1"), slice_of(NULL), slice_of(NULL), 30);
    assert_false(ledger_is_open(&ledger));
    assert_true(ledger.ended);
    assert_int_equal(ledger.row.state, RUN_DONE);
    ledger_drop(&ledger);
    assert_int_equal(s.opened, 0);
    assert_int_equal(access(f->path, F_OK), -1);
}

static void what_was_held_is_written_in_order_when_it_opens(void **state) {
    Fixture *f = *state;
    Source s;
    Ledger ledger;
    char path[16], out[16];
    begin(&s, &ledger, f);
    for (int i = 1; i <= 40; i++) {
        snprintf(path, sizeof path, "/%d", i);
        snprintf(out, sizeof out, "%d", i * i);
        add(&ledger, path, i % 10 ? out : NULL, 100 + i);
        memset(path, '#', sizeof path - 1);             /* a held row has its own copy */
    }
    MUST(f, ledger_open(&ledger, &f->err));
    MUST(f, ledger_open(&ledger, &f->err));
    add(&ledger, "/41", "{}", 200);
    fixture_settle(f);
    assert_int_equal(s.opened, 1);
    assert_true(ledger.row.id > 0);
    JournalLoad *past = load(f, ledger.row.id);
    assert_int_equal(past->count, 41);
    for (int i = 1; i <= 41; i++) {
        const JournalRow *row = &past->rows[i - 1];
        snprintf(path, sizeof path, "/%d", i);
        snprintf(out, sizeof out, "%d", i * i);
        assert_int_equal(row->seq, i);
        assert_int_equal(row->run, ledger.row.id);
        assert_true(slice_is(row->path, path) && slice_is(row->name, "x"));
        assert_int_equal(row->t, i == 41 ? 200 : 100 + i);
        if (i < 41 && i % 10) assert_true(slice_is(row->out, out));
        else if (i < 41) assert_null(row->out.ptr);
    }
    assert_int_equal(past->rows[40].epoch, 7);
    journal_free(past);
    ledger_drop(&ledger);
}

static void the_run_and_its_text_are_written_with_it(void **state) {
    Fixture *f = *state;
    Source s;
    Ledger ledger;
    RunRow *row;
    char *source;
    size_t size;
    begin(&s, &ledger, f);
    ledger_running(&ledger, 15);
    MUST(f, ledger_open(&ledger, &f->err));
    fixture_settle(f);
    MUST(f, runs_find(store_reader(f->store), S("one"), &row, &f->err));
    assert_int_equal(row->id, ledger.row.id);
    assert_int_equal(row->state, RUN_RUNNING);
    assert_int_equal(row->started, 15);
    assert_int_equal(row->seed, 5);
    assert_true(slice_is(row->input, "[1]") && slice_is(row->program, "/p.aios"));
    MUST(f, code_get(store_reader(f->store), row->code, &source, &size, &f->err));
    assert_true(slice_is(slice_make(source, size), "the text"));
    free(source);
    free(row);
    ledger_drop(&ledger);
}

static void a_database_that_cannot_be_opened_is_said_and_nothing_is_lost(void **state) {
    Fixture *f = *state;
    Source s;
    Ledger ledger;
    begin(&s, &ledger, f);
    add(&ledger, "/1", "1", 20);
    s.refuse = true;
    assert_false(ledger_open(&ledger, &f->err));
    assert_string_equal(f->err.code, "full");
    assert_false(ledger_is_open(&ledger));
    s.refuse = false;
    MUST(f, ledger_open(&ledger, &f->err));
    fixture_settle(f);
    JournalLoad *past = load(f, ledger.row.id);
    assert_int_equal(past->count, 1);
    journal_free(past);
    ledger_drop(&ledger);
}

static void an_adopted_run_goes_on_behind_its_last_row(void **state) {
    Fixture *f = *state;
    Source s;
    Ledger first, second;
    RunRow *row;
    begin(&s, &first, f);
    MUST(f, ledger_open(&first, &f->err));
    add(&first, "/1", "1", 20);
    fixture_settle(f);
    MUST(f, runs_find(store_reader(f->store), S("one"), &row, &f->err));
    JournalLoad *before = load(f, row->id);
    ledger_adopt(&second, f->store, row, before);
    journal_free(before);
    free(row);                                          /* the ledger has its own copy */
    add(&second, "/2", "2", 30);
    ledger_wait(&second, RUN_WAITING, 500, S(NULL), S("sleeps"));
    fixture_settle(f);
    JournalLoad *past = load(f, second.row.id);
    assert_int_equal(past->count, 2);
    assert_int_equal(past->rows[1].seq, 2);
    journal_free(past);
    MUST(f, runs_find(store_reader(f->store), S("one"), &row, &f->err));
    assert_int_equal(row->state, RUN_WAITING);
    assert_int_equal(row->wake, 500);
    free(row);
    ledger_end(&second, RUN_FAILED, slice_of(NULL), S("{\"code\":\"busy\"}"), slice_of(NULL), 60);
    fixture_settle(f);
    MUST(f, runs_find(store_reader(f->store), S("one"), &row, &f->err));
    assert_int_equal(row->state, RUN_FAILED);
    assert_int_equal(row->finished, 60);
    assert_int_equal(row->wake, 0);
    assert_true(slice_is(row->error, "{\"code\":\"busy\"}"));
    free(row);
    ledger_drop(&first);
    ledger_drop(&second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_without_effects_makes_no_database, fixture_dir, fixture_down),
        cmocka_unit_test_setup_teardown(what_was_held_is_written_in_order_when_it_opens, fixture_dir, fixture_down),
        cmocka_unit_test_setup_teardown(the_run_and_its_text_are_written_with_it, fixture_dir, fixture_down),
        cmocka_unit_test_setup_teardown(a_database_that_cannot_be_opened_is_said_and_nothing_is_lost, fixture_dir, fixture_down),
        cmocka_unit_test_setup_teardown(an_adopted_run_goes_on_behind_its_last_row, fixture_dir, fixture_down),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
