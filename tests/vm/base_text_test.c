/* links: base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/base64.h"
#include "base/quote.h"
#include "base/utf8.h"

static void test_only_utf8_is_valid(void **state) {
    (void)state;
    static const char *const good[] = { "", "abc", "12345678", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", "1234567\xc3\xbc", "12345678\xc3\xbc" };
    static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "12345678\xff", "1234567\xc3" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(utf8_is_valid(slice_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(utf8_is_valid(slice_of(bad[i])));
}

static void test_every_code_point_is_written_as_valid_utf8(void **state) {
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char text[4];
        size_t len = utf8_put(code, text);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        assert_int_equal(utf8_step(text, text + len), surrogate ? 0 : len);
    }
}

static void test_clip_cuts_between_characters(void **state) {
    (void)state;
    assert_int_equal(utf8_clip(slice_of("a\xc3\xbc"), 2).len, 1);
    assert_int_equal(utf8_clip(slice_of("a\xc3\xbc"), 3).len, 3);
    assert_int_equal(utf8_clip(slice_of("\xf0\x9f\x98\x80!"), 3).len, 0);
    assert_int_equal(utf8_clip(slice_of("abc"), 2).len, 2);
}

static void test_base64_is_written_and_read_as_rfc_4648_says(void **state) {
    (void)state;
    static const char *const table[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfb", "//77" } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Buf text, bytes;
        buf_init(&text);
        buf_init(&bytes);
        base64_add(&text, slice_of(table[i][0]));
        assert_string_equal(buf_text(&text), table[i][1]);
        assert_true(base64_decode(slice_of(table[i][1]), &bytes));
        assert_string_equal(buf_text(&bytes), table[i][0]);
        buf_drop(&text);
        buf_drop(&bytes);
    }
}

static void test_base64_that_could_be_read_in_two_ways_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = { "Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_", "=Zg=" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Buf bytes;
        buf_init(&bytes);
        buf_add_text(&bytes, "kept");
        if (base64_decode(slice_of(bad[i]), &bytes)) fail_msg("%s was read", bad[i]);
        assert_int_equal(bytes.len, 4);
        buf_drop(&bytes);
    }
}

static void test_quoting_escapes_what_json_needs_and_no_more(void **state) {
    (void)state;
    Buf out;
    buf_init(&out);
    quote_add(&out, slice_make("a\"\\/\n\r\t\b\f\0\x1f\x7f\xc3\xbc", 14));
    assert_string_equal(buf_text(&out), "\"a\\\"\\\\/\\n\\r\\t\\b\\f\\u0000\\u001f\x7f\xc3\xbc\"");
    buf_drop(&out);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_utf8_is_valid),
        cmocka_unit_test(test_every_code_point_is_written_as_valid_utf8),
        cmocka_unit_test(test_clip_cuts_between_characters),
        cmocka_unit_test(test_base64_is_written_and_read_as_rfc_4648_says),
        cmocka_unit_test(test_base64_that_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(test_quoting_escapes_what_json_needs_and_no_more),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
