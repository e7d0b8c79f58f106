/* links: store db base */
#include "store_fixture.h"
#include "store/approvals.h"
#include "store/inbox.h"
#include "store/runs.h"

typedef struct {
    int  calls;
    char code[16];
} Told;

static void on_told(void *ctx, const Err *err) {
    Told *told = ctx;
    told->calls++;
    snprintf(told->code, sizeof told->code, "%s", err ? err->code : "ok");
}

static void make_run(Fixture *f, int64_t id, const char *uid, RunState state, const char *wait_on) {
    RunRow row = { .id = id, .uid = S(uid), .program = S("/p"), .name = S("p"), .engine = 1, .state = state, .created = 1, .wait_on = S(wait_on) };
    runs_create(f->store, &row, NULL, NULL);
}

static const char *put(Fixture *f, const char *run, const char *mid, const char *name, const char *body) {
    static Told told;
    inbox_put(f->store, &(Letter){ .run = S(run), .mid = S(mid), .name = S(name), .body = S(body) }, on_told, &told);
    fixture_settle(f);
    return told.code;
}

/* The body of the next letter; "-" for none. */
static const char *next(Fixture *f, int64_t run, const char *name, const int64_t *skip, size_t count) {
    static char text[40];
    Letter *letter;
    MUST(f, inbox_next(store_reader(f->store), run, S(name), skip, count, &letter, &f->err));
    snprintf(text, sizeof text, "%.*s", letter ? (int)letter->body.len : 1, letter ? letter->body.ptr : "-");
    free(letter);
    return text;
}

static void letters_come_in_the_order_of_their_arrival(void **state) {
    Fixture *f = *state;
    make_run(f, 7, "r", RUN_WAITING, NULL);
    assert_string_equal(put(f, "r", "z", "paid", "1"), "ok");
    assert_string_equal(put(f, "r", "b", "other", "2"), "ok");
    assert_string_equal(put(f, "r", "a", "paid", "3"), "ok");
    assert_string_equal(next(f, 7, "paid", NULL, 0), "1");
    assert_string_equal(next(f, 7, "paid", (int64_t[]){ 1 }, 1), "3");
    assert_string_equal(next(f, 7, "other", NULL, 0), "2");
    assert_string_equal(next(f, 7, "third", NULL, 0), "-");
    inbox_hand_over(f->store, 7, 1, 12);
    fixture_settle(f);
    assert_string_equal(next(f, 7, "paid", NULL, 0), "3");
    assert_int_equal(fixture_number(f, "SELECT seq FROM inbox WHERE n = 1"), 12);
}

static void the_same_letter_comes_once_even_after_the_end_of_the_run(void **state) {
    Fixture *f = *state;
    make_run(f, 7, "r", RUN_WAITING, NULL);
    assert_string_equal(put(f, "r", "k", "paid", "1"), "ok");
    runs_set_state(f->store, 7, &(RunChange){ .state = RUN_DONE });
    assert_string_equal(put(f, "r", "k", "paid", "2"), "ok");
    assert_string_equal(put(f, "r", "l", "paid", "2"), "closed");
    assert_string_equal(put(f, "nobody", "l", "paid", "2"), "not_found");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM inbox"), 1);
}

static void a_letter_wakes_a_run_that_waits_for_its_name(void **state) {
    Fixture *f = *state;
    make_run(f, 7, "r", RUN_WAITING, "paid, approval ab");
    make_run(f, 8, "s", RUN_WAITING, "paid2");
    make_run(f, 9, "t", RUN_RUNNING, "paid");
    put(f, "r", "1", "pai", "1");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run WHERE wake IS NOT NULL"), 0);
    put(f, "s", "1", "paid", "1");
    put(f, "t", "1", "paid", "1");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM run WHERE wake IS NOT NULL"), 0);
    put(f, "r", "2", "approval ab", "1");
    assert_true(fixture_number(f, "SELECT wake FROM run WHERE id = 7") > 0);
}

/* ------------------------------------------------------------------ approvals */
static const Approval QUESTION = { .id = { "ab12", 4 }, .run = 7, .path = { "/3", 2 }, .question = { "Deploy?", 7 } };

static const char *answer(Fixture *f, const char *digest, bool yes) {
    static Told told;
    char fresh[HASH_TEXT];
    approvals_digest(&QUESTION, fresh);
    approvals_answer(f->store, &(ApprovalAnswer){ .id = QUESTION.id, .digest = S(digest ? digest : fresh), .yes = yes, .by = S("ann"), .why = S("fine") },
                     on_told, &told);
    fixture_settle(f);
    return told.code;
}

static void an_answer_is_a_letter_to_the_run_and_is_given_once(void **state) {
    Fixture *f = *state;
    make_run(f, 7, "r", RUN_WAITING, "approval ab12");
    assert_string_equal(answer(f, NULL, true), "not_found");
    approvals_ask(f->store, &QUESTION);
    assert_string_equal(answer(f, NULL, true), "ok");
    assert_string_equal(answer(f, NULL, false), "closed");
    Letter *letter;
    MUST(f, inbox_next(store_reader(f->store), 7, S("approval ab12"), NULL, 0, &letter, &f->err));
    assert_non_null(strstr(letter->body.ptr, "\"by\":\"ann\",\"digest\":\""));
    assert_non_null(strstr(letter->body.ptr, "\"why\":\"fine\",\"yes\":true}"));
    free(letter);
    assert_int_equal(fixture_number(f, "SELECT state FROM approvals"), APPROVAL_YES);
    assert_true(fixture_number(f, "SELECT wake FROM run") > 0);
}

static void an_answer_counts_for_what_was_shown_only(void **state) {
    Fixture *f = *state;
    make_run(f, 7, "r", RUN_WAITING, NULL);
    approvals_ask(f->store, &QUESTION);
    fixture_settle(f);
    assert_string_equal(answer(f, "00000000000000000000000000000000", true), "corrupt");
    fixture_sql(f, "UPDATE approvals SET question = 'Delete all?'");
    assert_string_equal(answer(f, NULL, true), "corrupt");
    assert_int_equal(fixture_number(f, "SELECT count(*) FROM inbox"), 0);
}

static void nobody_answers_when_the_time_or_the_run_is_over(void **state) {
    Fixture *f = *state;
    Approval late = QUESTION;
    late.until = 1000;
    make_run(f, 7, "r", RUN_WAITING, NULL);
    approvals_ask(f->store, &late);
    assert_string_equal(answer(f, NULL, true), "closed");
    fixture_sql(f, "UPDATE approvals SET until = NULL");
    runs_set_state(f->store, 7, &(RunChange){ .state = RUN_FAILED });
    assert_string_equal(answer(f, NULL, true), "closed");
}

static void on_closed(void *ctx, bool answered, const Err *err) { *(int *)ctx = err ? 2 : answered; }

static void of_an_answer_and_the_end_of_the_time_the_first_counts(void **state) {
    Fixture *f = *state;
    int answered = -1;
    make_run(f, 7, "r", RUN_WAITING, NULL);
    approvals_ask(f->store, &QUESTION);
    approvals_close(f->store, QUESTION.id, on_closed, &answered);
    assert_string_equal(answer(f, NULL, true), "closed");
    assert_int_equal(answered, 0);
    fixture_sql(f, "UPDATE approvals SET state = 1");
    assert_string_equal(answer(f, NULL, false), "ok");
    approvals_close(f->store, QUESTION.id, on_closed, &answered);
    fixture_settle(f);
    assert_int_equal(answered, 1);
    assert_int_equal(fixture_number(f, "SELECT state FROM approvals"), APPROVAL_NO);
}

#define T(test) cmocka_unit_test_setup_teardown(test, fixture_up, fixture_down)

int main(void) {
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        T(letters_come_in_the_order_of_their_arrival), T(the_same_letter_comes_once_even_after_the_end_of_the_run),
        T(a_letter_wakes_a_run_that_waits_for_its_name), T(an_answer_is_a_letter_to_the_run_and_is_given_once),
        T(an_answer_counts_for_what_was_shown_only), T(nobody_answers_when_the_time_or_the_run_is_over),
        T(of_an_answer_and_the_end_of_the_time_the_first_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
