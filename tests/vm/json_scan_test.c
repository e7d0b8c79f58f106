/* links: base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/json_scan.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void well_formed_texts_tell_their_kind(void **state) {
    static const struct { const char *text; JsonKind kind; } ROWS[] = {
        { "[]", JSON_LIST }, { " [ 1 , 2.5e-3 , \"x\" ] \n", JSON_LIST }, { "{}", JSON_MAP }, { "{\"a\":{\"b\":[true,false,null]},\"c\":-0}", JSON_MAP },
        { "[[],{},[{}]]", JSON_LIST }, { "\"\\u00e9\\n\\\\ \xc3\xa9\"", JSON_STRING }, { "0", JSON_NUMBER }, { "-12.50E+7", JSON_NUMBER },
        { "true", JSON_BOOLEAN }, { "false", JSON_BOOLEAN }, { "null", JSON_NULL }, { "\"\x7f\"", JSON_STRING },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        JsonScan scan = json_scan(slice_of(ROWS[i].text));
        if (scan.problem || scan.kind != ROWS[i].kind) fail_msg("%s: kind %d, %s at %zu", ROWS[i].text, scan.kind, scan.problem ? scan.problem : "fine", scan.at);
    }
}

static void broken_texts_tell_the_byte(void **state) {
    static const struct { const char *text; size_t at; } ROWS[] = {
        { "", 0 }, { "  ", 2 }, { "[", 1 }, { "]", 0 }, { "[1,]", 3 }, { "[1 2]", 3 }, { "[1}", 2 }, { "{\"a\"}", 4 }, { "{a:1}", 1 }, { "{\"a\":1,}", 7 },
        { "{\"a\":}", 5 }, { "01", 1 }, { "-", 1 }, { "1.", 2 }, { ".5", 0 }, { "+1", 0 }, { "1e", 2 }, { "nul", 0 }, { "True", 0 }, { "NaN", 0 },
        { "'a'", 0 }, { "\"a", 2 }, { "\"\\x\"", 2 }, { "\"\\u12g4\"", 5 }, { "\"a\tb\"", 2 }, { "\"\xff\"", 1 }, { "\"\xed\xa0\x80\"", 1 },
        { "[] []", 3 }, { "{} x", 3 }, { "// c\n[]", 0 }, { "\xef\xbb\xbf[]", 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        JsonScan scan = json_scan(slice_of(ROWS[i].text));
        if (!scan.problem || scan.kind != JSON_NOTHING || scan.at != ROWS[i].at) fail_msg("'%s': %s at %zu", ROWS[i].text, scan.problem ? scan.problem : "fine", scan.at);
    }
}

static void a_nul_byte_is_no_json(void **state) {
    (void)state;
    assert_non_null(json_scan(slice_make("[\"a\0b\"]", 7)).problem);
    assert_non_null(json_scan(slice_make("[]\0", 3)).problem);
    assert_non_null(json_scan(slice_make("\"\\\0\"", 4)).problem);
    assert_non_null(json_scan(slice_make(NULL, 0)).problem);
}

static void nesting_has_a_limit_and_needs_no_stack(void **state) {
    Buf text;
    (void)state;
    buf_init(&text);
    for (int i = 0; i < JSON_SCAN_DEPTH; i++) buf_add_text(&text, "[");
    for (int i = 0; i < JSON_SCAN_DEPTH; i++) buf_add_text(&text, "]");
    assert_null(json_scan(buf_slice(&text)).problem);
    buf_clear(&text);
    for (int i = 0; i < 1000000; i++) buf_add_text(&text, "[");
    assert_string_equal(json_scan(buf_slice(&text)).problem, "nested too deeply");
    buf_drop(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_texts_tell_their_kind),
        cmocka_unit_test(broken_texts_tell_the_byte),
        cmocka_unit_test(a_nul_byte_is_no_json),
        cmocka_unit_test(nesting_has_a_limit_and_needs_no_stack),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
