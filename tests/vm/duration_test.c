/* links: time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/duration.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void reads_durations(void **state) {
    static const struct { const char *text; int64_t ms; } ROWS[] = {
        { "500ms", 500 }, { "90s", 90000 }, { "5m", 300000 }, { "1h30m", 5400000 }, { "2d", 172800000 }, { "1w", 604800000 }, { "0s", 0 },
        { "1w2d3h4m5s6ms", 788645006 }, { "30m1h", 5400000 }, { "9223372036854775807ms", INT64_MAX },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t ms = -1;
        Err     err;
        assert_true(duration_parse(slice_of(ROWS[i].text), &ms, &err));
        assert_int_equal(ms, ROWS[i].ms);
    }
}

static void refuses_other_text(void **state) {
    static const char *const ROWS[] = { "", "5", "m", "5 m", "5min", "-5m", "1.5h", "1h30", "5M", "9223372036854775808ms", "9223372036854775807s", "9999999999999w", "5m ", "h1" };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        int64_t ms = -1;
        Err     err = { 0 };
        assert_false(duration_parse(slice_of(ROWS[i]), &ms, &err));
        assert_string_equal(err.code, "invalid");
        assert_int_equal(ms, -1);
    }
}

static void writes_the_shortest(void **state) {
    static const struct { int64_t ms; const char *text; } ROWS[] = {
        { 0, "0s" }, { 1, "1ms" }, { 1000, "1s" }, { 60000, "1m" }, { 90000, "1m30s" }, { 5400000, "1h30m" }, { 86400000, "1d" }, { 604800000, "1w" },
        { 1209600000, "2w" }, { 691200000, "8d" }, { 788645006, "9d3h4m5s6ms" }, { -300000, "-5m" }, { INT64_MIN, "-106751991167d7h12m55s808ms" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        char text[DURATION_TEXT];
        duration_format(ROWS[i].ms, text);
        assert_string_equal(text, ROWS[i].text);
    }
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    for (int64_t ms = 1; ms < INT64_MAX / 7; ms = ms * 5 + 3) {
        char    text[DURATION_TEXT];
        int64_t back = 0;
        Err     err;
        duration_format(ms, text);
        assert_true(duration_parse(slice_of(text), &back, &err));
        assert_int_equal(back, ms);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        { "pairs of number and unit add up", reads_durations, NULL, NULL, NULL },
        { "other text and what is too long is refused", refuses_other_text, NULL, NULL, NULL },
        { "a length is written in the fewest pairs", writes_the_shortest, NULL, NULL, NULL },
        { "what is written is read back", what_is_written_is_read_back, NULL, NULL, NULL },
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}
