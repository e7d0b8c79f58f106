/* links: store db base */
#include "store_fixture.h"
#include "store/kv.h"

typedef struct {
    int  calls;
    char text[64];                                      /* the value, "-" for none, "!code" for an error */
} Got;

static void on_got(void *ctx, Slice value, const Err *err) {
    Got *got = ctx;
    got->calls++;
    if (err) snprintf(got->text, sizeof got->text, "!%s", err->code);
    else if (!value.ptr) snprintf(got->text, sizeof got->text, "-");
    else snprintf(got->text, sizeof got->text, "%.*s", (int)value.len, value.ptr);
}

static const char *get(Fixture *f, const char *program, const char *key) {
    static Got got;
    kv_get(f->store, S(program), S(key), on_got, &got);
    fixture_settle(f);
    return got.text;
}

static void a_get_sees_the_set_queued_before_it(void **state) {
    Fixture *f = *state;
    Got one = { 0 }, two = { 0 }, three = { 0 };
    kv_get(f->store, S("p"), S("k"), on_got, &one);
    kv_set(f->store, S("p"), S("k"), S("{\"a\":1}"), 0);
    kv_get(f->store, S("p"), S("k"), on_got, &two);
    kv_delete(f->store, S("p"), S("k"));
    kv_get(f->store, S("p"), S("k"), on_got, &three);
    fixture_settle(f);
    assert_string_equal(one.text, "-");
    assert_string_equal(two.text, "{\"a\":1}");
    assert_string_equal(three.text, "-");
}

static void programs_do_not_see_each_other(void **state) {
    Fixture *f = *state;
    kv_set(f->store, S("p"), S("k"), S("1"), 0);
    kv_set(f->store, S("q"), S("k"), S("2"), 0);
    assert_string_equal(get(f, "p", "k"), "1");
    assert_string_equal(get(f, "q", "k"), "2");
}

static void an_expired_value_is_gone(void **state) {
    Fixture *f = *state;
    int64_t now = seam_wall_ms(seam_real());
    kv_set(f->store, S("p"), S("old"), S("1"), now - 1);
    kv_set(f->store, S("p"), S("new"), S("1"), now + 3600000);
    assert_string_equal(get(f, "p", "old"), "-");
    assert_string_equal(get(f, "p", "new"), "1");
    kv_set(f->store, S("p"), S("old"), S("2"), 0);
    assert_string_equal(get(f, "p", "old"), "2");
}

static void adding_counts_exactly(void **state) {
    Fixture *f = *state;
    static const struct { const char *old; int64_t by; double by_real; const char *want; } CASES[] = {
        { NULL, 1, 0, "1" },
        { "41", 1, 0, "42" },
        { "9007199254740992", 1, 0, "9007199254740993" },
        { "-5", -5, 0, "-10" },
        { "1.5", 1, 0, "2.5" },
        { "1", 0, 0.1, "1.1" },
        { "0.1", 0, 0.2, "0.30000000000000004" },
        { "1.5", 0, 1.5, "3.0" },
        { "9223372036854775807", 1, 0, "!invalid" },
        { "\"text\"", 1, 0, "!invalid" },
        { "1e308", 0, 1e308 * 1.7, "!invalid" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Got got = { 0 };
        kv_delete(f->store, S("p"), S("n"));
        if (CASES[i].old) kv_set(f->store, S("p"), S("n"), S(CASES[i].old), 0);
        if (CASES[i].by_real != 0) kv_add_real(f->store, S("p"), S("n"), CASES[i].by_real, on_got, &got);
        else kv_add(f->store, S("p"), S("n"), CASES[i].by, on_got, &got);
        fixture_settle(f);
        assert_string_equal(got.text, CASES[i].want);
        if (CASES[i].want[0] != '!') assert_string_equal(get(f, "p", "n"), CASES[i].want);
    }
    assert_int_equal(f->broken, 0);
}

static bool note(void *ctx, Slice key, Slice value) {
    char *list = ctx;
    snprintf(list + strlen(list), 100 - strlen(list), "%.*s=%.*s ", (int)key.len, key.ptr, (int)value.len, value.ptr);
    return true;
}

static void a_list_is_by_prefix_and_in_order(void **state) {
    Fixture *f = *state;
    char list[100] = "", all[100] = "";
    static const char *const KEYS[] = { "b/2", "a", "b/1", "b", "c", "b/%" };
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) kv_set(f->store, S("p"), S(KEYS[i]), S("1"), 0);
    kv_set(f->store, S("p"), S("b/gone"), S("1"), 5);
    fixture_settle(f);
    MUST(f, kv_list(store_reader(f->store), S("p"), S("b/"), 10, note, list, &f->err));
    assert_string_equal(list, "b/%=1 b/1=1 b/2=1 ");
    MUST(f, kv_list(store_reader(f->store), S("p"), (Slice){ 0 }, 10, note, all, &f->err));
    assert_string_equal(all, "a=1 b=1 b/%=1 b/1=1 b/2=1 c=1 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_get_sees_the_set_queued_before_it),
        TEST(programs_do_not_see_each_other),
        TEST(an_expired_value_is_gone),
        TEST(adding_counts_exactly),
        TEST(a_list_is_by_prefix_and_in_order),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
