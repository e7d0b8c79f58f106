/* links: base */
#include "base/json_pick.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static void a_value_is_found_by_its_names(void **state) {
    static const struct { const char *text, *path, *want; } CASES[] = {
        { "{\"a\":{\"b\":[1,{\"c\":\"x\"}]}}", "a.b.1.c", "\"x\"" }, { "{\"a\":1}", "a", "1" }, { "{\"a\":1}", "b", NULL }, { "{\"a\":1}", "a.b", NULL },
        { " { \"a\" : [ ] , \"b\" : -1.5e3 } ", "b", "-1.5e3" }, { "{\"a\":\"}]\\\"\",\"b\":true}", "b", "true" }, { "[[1,2],[3]]", "0", "[1,2]" },
        { "[[1,2],[3]]", "1.0", "3" }, { "[1]", "1", NULL }, { "[1]", "x", NULL }, { "{}", "a", NULL }, { "[]", "0", NULL }, { "7", "a", NULL }, { "7", "", "7" },
        { "{\"a\":null,\"a\":2}", "a", "null" }, { "{\"a.b\":1}", "a.b", NULL }, { "", "a", NULL }, { "{\"a\":{}}", "a", "{}" }, { "{\"a\":{\"b\":1}}", "a.b", "1" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Slice got = json_pick(slice_of(CASES[i].text), slice_of(CASES[i].path));
        if (CASES[i].want ? !slice_is(got, CASES[i].want) : got.ptr != NULL)
            fail_msg("%s of %s: got %.*s", CASES[i].path, CASES[i].text, (int)got.len, got.ptr ? got.ptr : "");
    }
}

/* What is no JSON gives something or nothing, and reads nothing beyond its end. */
static void broken_text_is_survived(void **state) {
    const char *WHOLE = "{\"a\":[1,{\"b\":\"\\\"x\"}],\"c\":{\"d\":[null,true]}}";
    (void)state;
    for (size_t n = 0; WHOLE[n]; n++) {
        json_pick(slice_make(WHOLE, n), slice_of("a.1.b"));
        json_pick(slice_make(WHOLE, n), slice_of("c.d.1"));
        json_pick(slice_make(WHOLE + n, 1), slice_of("a"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_value_is_found_by_its_names), cmocka_unit_test(broken_text_is_survived) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
