/* links: store db base */
#include "store_fixture.h"
#include "store/budget.h"
#include "store/decisions.h"

typedef struct {
    int          calls;
    BudgetAnswer answer;
    char         label[32];
} Got;

static void on_answer(void *ctx, const BudgetAnswer *answer, const Err *err) {
    Got *got = ctx;
    got->calls++;
    if (err) fail_msg("%s", err->text);
    got->answer = *answer;
    snprintf(got->label, sizeof got->label, "%.*s", (int)answer->label.len, answer->label.ptr ? answer->label.ptr : "");
}

static Got hold(Fixture *f, const char *key, int64_t amount, const BudgetScope *scopes, size_t count) {
    Got got = { 0 };
    budget_hold(f->store, S(key), amount, scopes, count, on_answer, &got);
    fixture_settle(f);
    return got;
}

static int64_t number(Fixture *f, const char *sql) {
    DbStmt *s;
    bool row;
    MUST(f, db_prepare(store_reader(f->store), sql, &s, &f->err));
    MUST(f, db_step(s, &row, &f->err));
    int64_t value = row ? db_int(s, 0) : -1;
    db_release(s);
    return value;
}

#define RUN   { S("run r"), S("the run"), 100 }
#define DAY   { S("day d"), S("the day"), 150 }

static void a_hold_that_fits_every_scope_is_given(void **state) {
    Fixture *f = *state;
    BudgetScope scopes[] = { RUN, DAY };
    Got got = hold(f, "a", 60, scopes, 2);
    assert_true(got.answer.hold > 0);
    assert_int_equal(number(f, "SELECT sum(held) FROM budget"), 120);
    budget_settle(f->store, got.answer.hold, 7);
    fixture_settle(f);
    assert_int_equal(number(f, "SELECT sum(held) FROM budget"), 0);
    assert_int_equal(number(f, "SELECT sum(spent) FROM budget"), 14);
    assert_int_equal(number(f, "SELECT count(*) FROM hold"), 0);
}

static void one_scope_without_room_leaves_all_untouched(void **state) {
    Fixture *f = *state;
    BudgetScope both[] = { DAY, RUN }, other[] = { { S("run q"), S("the run"), 100 }, DAY };
    hold(f, "a", 90, both, 2);
    Got got = hold(f, "b", 90, other, 2);
    assert_int_equal(got.answer.hold, 0);
    assert_string_equal(got.label, "the day");
    assert_int_equal(got.answer.cap, 150);
    assert_int_equal(got.answer.held, 90);
    assert_int_equal(number(f, "SELECT held FROM budget WHERE scope = 'run q'"), 0);
}

static void a_budget_may_be_used_to_the_last(void **state) {
    Fixture *f = *state;
    BudgetScope scopes[] = { RUN };
    assert_true(hold(f, "a", 100, scopes, 1).answer.hold > 0);
    assert_int_equal(hold(f, "b", 1, scopes, 1).answer.hold, 0);
}

static void a_hold_of_an_earlier_life_is_spent_when_its_call_is_made_again(void **state) {
    Fixture *f = *state;
    BudgetScope scopes[] = { RUN };
    hold(f, "a", 40, scopes, 1);
    assert_true(fixture_close(f));
    fixture_open(f);
    assert_true(hold(f, "a", 40, scopes, 1).answer.hold > 0);
    assert_int_equal(number(f, "SELECT spent FROM budget"), 40);
    assert_int_equal(number(f, "SELECT held FROM budget"), 40);
    assert_int_equal(hold(f, "b", 40, scopes, 1).answer.hold, 0);
}

static void a_hold_that_is_never_settled_stays_held(void **state) {
    Fixture *f = *state;
    BudgetScope scopes[] = { RUN };
    hold(f, "a", 80, scopes, 1);
    assert_true(fixture_close(f));
    fixture_open(f);
    assert_int_equal(hold(f, "b", 30, scopes, 1).answer.hold, 0);
}

static void the_cap_is_the_one_given_last(void **state) {
    Fixture *f = *state;
    BudgetScope small[] = { { S("s"), S("s"), 10 } }, large[] = { { S("s"), S("s"), 20 } };
    assert_int_equal(hold(f, "a", 15, small, 1).answer.hold, 0);
    assert_true(hold(f, "a", 15, large, 1).answer.hold > 0);
}

static void settling_twice_counts_once(void **state) {
    Fixture *f = *state;
    BudgetScope scopes[] = { RUN };
    int64_t id = hold(f, "a", 50, scopes, 1).answer.hold;
    budget_settle(f->store, id, 5);
    budget_settle(f->store, id, 5);
    fixture_settle(f);
    assert_int_equal(number(f, "SELECT spent FROM budget"), 5);
}

static void on_marked(void *ctx, int64_t id, const Err *err) {
    if (err) fail_msg("%s", err->text);
    *(int64_t *)ctx = id;
}

static void an_outcome_goes_to_the_newest_decision_of_the_name(void **state) {
    Fixture *f = *state;
    int64_t id = -1, none = -1;
    decisions_append(f->store, &(DecisionRow){ .run = S("r"), .path = S("/1"), .name = S("d"), .tier = S("rule") });
    decisions_append(f->store, &(DecisionRow){ .run = S("r"), .path = S("/2"), .name = S("d"), .tier = S("tactical") });
    decisions_outcome(f->store, S("r"), S("d"), S("good"), on_marked, &id);
    decisions_outcome(f->store, S("q"), S("d"), S("good"), on_marked, &none);
    fixture_settle(f);
    assert_int_equal(none, 0);
    assert_int_equal(number(f, "SELECT id FROM decision WHERE outcome = 'good' AND tier = 'tactical'"), id);
}

static void a_decision_made_again_replaces_its_row(void **state) {
    Fixture *f = *state;
    for (int i = 0; i < 2; i++)
        decisions_append(f->store, &(DecisionRow){ .run = S("r"), .path = S("/1"), .name = S("d") });
    fixture_settle(f);
    assert_int_equal(number(f, "SELECT count(*) FROM decision"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_hold_that_fits_every_scope_is_given), TEST(one_scope_without_room_leaves_all_untouched), TEST(a_budget_may_be_used_to_the_last),
        TEST(a_hold_of_an_earlier_life_is_spent_when_its_call_is_made_again), TEST(a_hold_that_is_never_settled_stays_held),
        TEST(the_cap_is_the_one_given_last), TEST(settling_twice_counts_once), TEST(an_outcome_goes_to_the_newest_decision_of_the_name),
        TEST(a_decision_made_again_replaces_its_row),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
