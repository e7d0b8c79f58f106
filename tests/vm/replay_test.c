/* links: work store db net os time base */
/* What a record answers, call by call. A record is written as text: one row a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "work/replay.h"
#include <stdlib.h>

enum { ROWS_MOST = 32 };

#define END { 0, NULL, NULL, 0, 0 }

typedef struct {
    EntryKind   kind;
    const char *path, *name;
    int         args;                   /* stands for the hash of the arguments; of a clock row: which reading */
    int64_t     t;
} Entry;

typedef struct {
    const char *path, *name;
    int         args;                   /* -1: none to compare */
    ReplayVerdict verdict;
    int         row;                    /* from 1; 0: none */
} Ask;

typedef struct {
    JournalRow rows[ROWS_MOST];
    size_t     count;
    Replay     replay;
} Record;

static void hash_of(int args, unsigned char out[HASH_SIZE]) {
    memset(out, 0, HASH_SIZE);
    out[0] = (unsigned char)args;
}

static void open_record(Record *record, const Entry *entries) {
    *record = (Record){ .count = 0 };
    for (; entries->path; entries++) {
        JournalRow *row = &record->rows[record->count++];
        *row = (JournalRow){ .seq = (int64_t)record->count, .kind = entries->kind, .path = slice_of(entries->path), .name = slice_of(entries->name), .t = entries->t };
        if (entries->kind == ENTRY_CLOCK) row->line = entries->args;
        else hash_of(entries->args, row->ahash);
    }
    replay_init(&record->replay, record->rows, record->count);
}

static void ask_all(const Entry *entries, const Ask *asks) {
    Record record;
    open_record(&record, entries);
    for (int i = 0; asks[i].path; i++) {
        unsigned char ahash[HASH_SIZE];
        hash_of(asks[i].args, ahash);
        ReplayAnswer a = replay_ask(&record.replay, slice_of(asks[i].path), slice_of(asks[i].name), asks[i].args < 0 ? NULL : ahash);
        int row = a.row ? (int)a.row->seq : 0;
        if (a.verdict != asks[i].verdict || row != asks[i].row)
            fail_msg("ask %d (%s %s): verdict %d from row %d, want %d from row %d", i + 1, asks[i].path, asks[i].name, a.verdict, row, asks[i].verdict, asks[i].row);
    }
    replay_drop(&record.replay);
}

static const Entry THREE[] = {
    { ENTRY_RESULT, "/1", "fs.read", 1, 0 }, { ENTRY_INTENT, "/2", "fs.append", 2, 0 }, { ENTRY_RESULT, "/2", "fs.append", 2, 0 }, { ENTRY_RESULT, "/3", "kv.set", 3, 0 }, END
};

static void calls_in_order_get_what_is_recorded(void **state) {
    (void)state;
    ask_all(THREE, (Ask[]){ { "/1", "fs.read", 1, REPLAY_RECORDED, 1 }, { "/2", "fs.append", 2, REPLAY_RECORDED, 3 },
                            { "/3", "kv.set", 3, REPLAY_RECORDED, 4 }, { "/4", "kv.set", 3, REPLAY_LIVE, 0 }, { 0 } });
}

static void calls_in_another_order_get_it_too(void **state) {
    (void)state;
    ask_all(THREE, (Ask[]){ { "/3", "kv.set", 3, REPLAY_RECORDED, 4 }, { "/1", "fs.read", 1, REPLAY_RECORDED, 1 },
                            { "/2", "fs.append", 2, REPLAY_RECORDED, 3 }, { 0 } });
}

static void an_empty_record_answers_nothing(void **state) {
    (void)state;
    ask_all((Entry[]){ END }, (Ask[]){ { "/1", "fs.read", 1, REPLAY_LIVE, 0 }, { 0 } });
}

static void another_name_or_other_arguments_diverge(void **state) {
    (void)state;
    ask_all(THREE, (Ask[]){ { "/1", "fs.stat", 1, REPLAY_DIVERGED, 1 }, { "/1", "fs.read", 9, REPLAY_DIVERGED, 1 },
                            { "/1", "fs.read", -1, REPLAY_RECORDED, 1 }, { "/3", "fs.read", 1, REPLAY_DIVERGED, 4 }, { 0 } });
}

static void what_began_and_did_not_end_is_open(void **state) {
    (void)state;
    ask_all((Entry[]){ { ENTRY_RESULT, "/1", "fs.read", 1, 0 }, { ENTRY_TIMER, "/2", "wait", 0, 500 }, END },
            (Ask[]){ { "/1", "fs.read", 1, REPLAY_RECORDED, 1 }, { "/2", "wait", -1, REPLAY_OPEN, 2 }, { "/3", "x", 1, REPLAY_LIVE, 0 }, { 0 } });
    ask_all((Entry[]){ { ENTRY_INTENT, "/1", "fs.append", 1, 0 }, END },
            (Ask[]){ { "/1", "fs.append", 2, REPLAY_DIVERGED, 1 }, { "/1", "fs.append", 1, REPLAY_OPEN, 1 }, { 0 } });
}

static void a_person_s_word_settles_an_intent(void **state) {
    (void)state;
    ask_all((Entry[]){ { ENTRY_INTENT, "/1", "fs.append", 1, 0 }, { ENTRY_RETRY, "/1", "fs.append", 1, 0 }, END },
            (Ask[]){ { "/1", "fs.append", 2, REPLAY_DIVERGED, 2 }, { "/1", "fs.append", 1, REPLAY_AGAIN, 2 }, { 0 } });
    ask_all((Entry[]){ { ENTRY_INTENT, "/1", "a", 1, 0 }, { ENTRY_RETRY, "/1", "a", 1, 0 }, { ENTRY_INTENT, "/1", "a", 1, 0 }, END },
            (Ask[]){ { "/1", "a", 1, REPLAY_OPEN, 3 }, { 0 } });
    ask_all((Entry[]){ { ENTRY_INTENT, "/1", "a", 1, 0 }, { ENTRY_RETRY, "/1", "a", 1, 0 }, { ENTRY_INTENT, "/1", "a", 1, 0 }, { ENTRY_RESULT, "/1", "a", 1, 0 }, END },
            (Ask[]){ { "/1", "a", 1, REPLAY_RECORDED, 4 }, { 0 } });
}

static void a_finished_scope_hides_what_is_inside(void **state) {
    static const Entry NESTED[] = {
        { ENTRY_RESULT, "/1/1", "fs.read", 1, 0 }, { ENTRY_RESULT, "/1/2/1", "fs.read", 2, 0 }, { ENTRY_RESULT, "/1/2", "inner", 0, 0 },
        { ENTRY_RESULT, "/1", "outer", 0, 0 }, { ENTRY_RESULT, "/2/1", "fs.read", 5, 0 }, END
    };
    (void)state;
    ask_all(NESTED, (Ask[]){ { "/1", "outer", 0, REPLAY_RECORDED, 4 }, { "/2", "second", 0, REPLAY_LIVE, 0 },
                             { "/2/1", "fs.read", 5, REPLAY_RECORDED, 5 }, { "/2/2", "fs.read", 6, REPLAY_LIVE, 0 }, { 0 } });
    ask_all(NESTED, (Ask[]){ { "/1/2", "inner", 0, REPLAY_RECORDED, 3 }, { "/1/1", "fs.read", 1, REPLAY_RECORDED, 1 }, { 0 } });
}

/* "/1/2" is no place below "/1/20" and "/12" none below "/1". */
static void paths_are_compared_whole(void **state) {
    (void)state;
    ask_all((Entry[]){ { ENTRY_RESULT, "/12", "a", 1, 0 }, { ENTRY_RESULT, "/1/20", "b", 1, 0 }, END },
            (Ask[]){ { "/1", "a", 1, REPLAY_LIVE, 0 }, { "/1/2", "b", 1, REPLAY_LIVE, 0 }, { "/1/20", "b", 1, REPLAY_RECORDED, 2 }, { "/12", "a", 1, REPLAY_RECORDED, 1 }, { 0 } });
}

static void the_program_has_caught_up_when_the_last_row_is_reached(void **state) {
    static const struct { const Entry rows[5]; const char *asked[4]; bool over[4]; } ROWS[] = {
        { { END }, { NULL }, { true } },
        { { { ENTRY_CLOCK, "@", "now", 1, 5 }, END }, { NULL }, { true } },
        { { { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_RESULT, "/2", "x", 0, 0 }, END }, { "/1", "/2" }, { false, false, true } },
        { { { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_CLOCK, "@", "now", 1, 5 }, END }, { "/1" }, { false, true } },
        { { { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_RESULT, "/2", "x", 0, 0 }, END }, { "/2", "/1" }, { false, true, true } },
        { { { ENTRY_INTENT, "/1", "x", 0, 0 }, END }, { "/1" }, { false, true } },
        { { { ENTRY_RESULT, "/1/1", "x", 0, 0 }, { ENTRY_RESULT, "/1", "x", 0, 0 }, END }, { "/1" }, { false, true } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        Record record;
        open_record(&record, ROWS[i].rows);
        for (int n = 0; n < 4; n++) {
            if (replay_is_over(&record.replay) != ROWS[i].over[n]) fail_msg("record %zu after %d calls", i + 1, n);
            if (!ROWS[i].asked[n]) break;
            replay_ask(&record.replay, slice_of(ROWS[i].asked[n]), slice_of("x"), NULL);
        }
        replay_drop(&record.replay);
    }
}

typedef struct { const char *path; int reading; int64_t ms; } Reading;       /* ms -1: nothing recorded */

static void read_all(const Entry *entries, const Reading *readings) {
    Record record;
    open_record(&record, entries);
    for (; readings->path; readings++) {
        int64_t ms = -1;
        bool found = replay_clock(&record.replay, slice_of(readings->path), readings->reading, &ms);
        if (found != (readings->ms >= 0) || ms != readings->ms) fail_msg("%s, reading %d: %d, %lld", readings->path, readings->reading, found, (long long)ms);
    }
    replay_drop(&record.replay);
}

static void a_reading_of_the_clock_says_what_was_recorded_for_it(void **state) {
    (void)state;
    read_all((Entry[]){ { ENTRY_CLOCK, "@", "now", 1, 100 }, { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_CLOCK, "@", "now", 4, 400 }, { ENTRY_CLOCK, "@", "cpu", 5, 7 }, END },
             (Reading[]){ { "@", 1, 100 }, { "@", 2, -1 }, { "@", 3, -1 }, { "@", 4, 400 }, { "@", 5, 7 }, { "@", 6, -1 }, { 0 } });
    read_all((Entry[]){ END }, (Reading[]){ { "@", 1, -1 }, { 0 } });
}

static void readings_of_a_scope_are_its_own(void **state) {
    static const Entry ROWS[] = {
        { ENTRY_CLOCK, "@", "now", 1, 100 }, { ENTRY_CLOCK, "/1@", "now", 1, 200 }, { ENTRY_CLOCK, "/1@", "now", 2, 300 },
        { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_CLOCK, "@", "now", 2, 400 }, END
    };
    (void)state;
    read_all(ROWS, (Reading[]){ { "@", 1, 100 }, { "@", 2, 400 }, { "@", 3, -1 }, { 0 } });                        /* the scope is not entered */
    read_all(ROWS, (Reading[]){ { "@", 1, 100 }, { "/1@", 1, 200 }, { "/1@", 2, 300 }, { "/1@", 3, -1 }, { "@", 2, 400 }, { 0 } });
}

static void calls_of_the_top_scope_are_counted(void **state) {
    static const struct { const Entry rows[5]; int64_t top; } ROWS[] = {
        { { END }, 0 },
        { { { ENTRY_CLOCK, "@", "now", 9, 1 }, END }, 0 },
        { { { ENTRY_RESULT, "/1", "x", 0, 0 }, { ENTRY_RESULT, "/12", "x", 0, 0 }, { ENTRY_RESULT, "/3", "x", 0, 0 }, END }, 12 },
        { { { ENTRY_RESULT, "/2/40", "x", 0, 0 }, { ENTRY_RESULT, "/1", "x", 0, 0 }, END }, 1 },
        { { { ENTRY_INTENT, "/7", "x", 0, 0 }, END }, 7 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        Record record;
        open_record(&record, ROWS[i].rows);
        assert_int_equal(replay_top_calls(&record.replay), ROWS[i].top);
        replay_drop(&record.replay);
    }
}

/* Every order of asking for a long record finds every row. */
static void a_long_record_is_found_in_any_order(void **state) {
    enum { LONG = 5000 };
    static char paths[LONG][12];
    JournalRow *rows = calloc(LONG, sizeof *rows);
    Replay replay;
    (void)state;
    for (int i = 0; i < LONG; i++) {
        snprintf(paths[i], sizeof paths[i], "/%d", i + 1);
        rows[i] = (JournalRow){ .seq = i + 1, .kind = ENTRY_RESULT, .path = slice_of(paths[i]), .name = slice_of("x") };
    }
    replay_init(&replay, rows, LONG);
    for (int i = 0, at = 17; i < LONG; i++, at = (at + 2503) % LONG) {
        ReplayAnswer a = replay_ask(&replay, slice_of(paths[at]), slice_of("x"), NULL);
        if (a.verdict != REPLAY_RECORDED || a.row != &rows[at]) fail_msg("%s is not found", paths[at]);
    }
    replay_drop(&replay);
    free(rows);
}

/* ------------------------------------------------------------------ several branches */
static JournalRow row_of(int64_t seq, EntryKind kind, const char *path) {
    return (JournalRow){ .seq = seq, .kind = kind, .path = slice_of(path), .name = slice_of("x"), .t = seq };
}

static const JournalRow *look(Replay *replay, const char *path, ReplayVerdict verdict) {
    ReplayAnswer a = replay_look(replay, slice_of(path), slice_of("x"), NULL);
    assert_int_equal(a.verdict, verdict);
    return a.row;
}

static void next_is(Replay *replay, int64_t seq, void *holder) {
    const JournalRow *row;
    void *who;
    assert_int_equal(replay_next(replay, &row, &who), REPLAY_TURN);
    assert_int_equal(row->seq, seq);
    assert_ptr_equal(who, holder);
}

static void results_come_in_the_order_of_their_rows(void **state) {
    (void)state;
    const JournalRow rows[] = { row_of(1, ENTRY_INTENT, "/1.1/1"), row_of(2, ENTRY_RESULT, "/1.2/1"), row_of(3, ENTRY_RESULT, "/1.1/1") };
    Replay replay;
    const JournalRow *row;
    void *who;
    char a, b;
    replay_init(&replay, rows, 3);
    replay_hold(&replay, look(&replay, "/1.1/1", REPLAY_RECORDED), &a);
    replay_hold(&replay, look(&replay, "/1.2/1", REPLAY_RECORDED), &b);
    assert_true(replay_is_next(&replay, &rows[1]));
    next_is(&replay, 2, &b);
    next_is(&replay, 3, &a);
    assert_int_equal(replay_next(&replay, &row, &who), REPLAY_OVER);
    assert_true(replay_is_over(&replay));
    replay_drop(&replay);
}

static void what_nobody_waits_for_any_more_is_passed(void **state) {
    (void)state;
    const JournalRow rows[] = { row_of(1, ENTRY_RESULT, "/1.1/1"), row_of(2, ENTRY_RESULT, "/1.2/1") };
    Replay replay;
    char a;
    replay_init(&replay, rows, 2);
    replay_hold(&replay, look(&replay, "/1.2/1", REPLAY_RECORDED), &a);
    replay_let_go(&replay, look(&replay, "/1.1/1", REPLAY_RECORDED));
    next_is(&replay, 2, &a);
    replay_drop(&replay);
}

static void what_nobody_ever_asked_for_is_an_end_of_the_road(void **state) {
    (void)state;
    const JournalRow rows[] = { row_of(1, ENTRY_RESULT, "/1.1/1"), row_of(2, ENTRY_RESULT, "/1.2/1/1"), row_of(3, ENTRY_RESULT, "/1.2/1") };
    Replay replay;
    const JournalRow *row;
    void *who;
    char a;
    replay_init(&replay, rows, 3);
    replay_hold(&replay, look(&replay, "/1.2/1", REPLAY_RECORDED), &a);
    assert_int_equal(replay_next(&replay, &row, &who), REPLAY_STUCK);
    assert_int_equal(row->seq, 1);
    replay_let_go(&replay, &rows[0]);
    next_is(&replay, 3, &a);            /* what is inside a step that has ended does not count */
    replay_drop(&replay);
}

static void what_has_only_begun_is_passed_when_it_was_seen(void **state) {
    (void)state;
    const JournalRow rows[] = { row_of(1, ENTRY_RESULT, "/1.1/1"), row_of(2, ENTRY_TIMER, "/1.2/1") };
    Replay replay;
    char a;
    replay_init(&replay, rows, 2);
    replay_opened(&replay, look(&replay, "/1.2/1", REPLAY_OPEN));
    replay_hold(&replay, look(&replay, "/1.1/1", REPLAY_RECORDED), &a);
    assert_false(replay_is_over(&replay));
    next_is(&replay, 1, &a);
    assert_int_equal(replay_next(&replay, &(const JournalRow *){ NULL }, &(void *){ NULL }), REPLAY_OVER);
    assert_true(replay_is_over(&replay));
    replay_drop(&replay);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_in_order_get_what_is_recorded),
        cmocka_unit_test(calls_in_another_order_get_it_too),
        cmocka_unit_test(an_empty_record_answers_nothing),
        cmocka_unit_test(another_name_or_other_arguments_diverge),
        cmocka_unit_test(what_began_and_did_not_end_is_open),
        cmocka_unit_test(a_person_s_word_settles_an_intent),
        cmocka_unit_test(a_finished_scope_hides_what_is_inside),
        cmocka_unit_test(paths_are_compared_whole),
        cmocka_unit_test(the_program_has_caught_up_when_the_last_row_is_reached),
        cmocka_unit_test(a_reading_of_the_clock_says_what_was_recorded_for_it),
        cmocka_unit_test(readings_of_a_scope_are_its_own),
        cmocka_unit_test(calls_of_the_top_scope_are_counted),
        cmocka_unit_test(a_long_record_is_found_in_any_order),
        cmocka_unit_test(results_come_in_the_order_of_their_rows),
        cmocka_unit_test(what_nobody_waits_for_any_more_is_passed),
        cmocka_unit_test(what_nobody_ever_asked_for_is_an_end_of_the_road),
        cmocka_unit_test(what_has_only_begun_is_passed_when_it_was_seen),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
