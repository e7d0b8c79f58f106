/* links: base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/near.h"

static void slips_are_counted_as_people_make_them(void **state) {
    static const struct { const char *a, *b; int slips; } ROWS[] = {
        { "report", "report", 0 }, { "Report", "rePORT", 0 }, { "reprot", "report", 1 }, { "repor", "report", 1 }, { "reporrt", "report", 1 },
        { "repart", "report", 1 }, { "", "abc", 3 }, { "abc", "", 3 }, { "", "", 0 }, { "kitten", "sitting", 3 }, { "ca", "abc", 3 }, { "deploy", "report", 4 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        int slips = near_slips(slice_of(ROWS[i].a), slice_of(ROWS[i].b));
        if (slips != ROWS[i].slips) fail_msg("%s, %s: %d", ROWS[i].a, ROWS[i].b, slips);
    }
}

static void long_names_are_near_nothing(void **state) {
    static const char LONG[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
    (void)state;
    assert_true(near_slips(slice_of(LONG), slice_of(LONG)) >= near_limit(slice_of(LONG)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_counted_as_people_make_them),
        cmocka_unit_test(long_names_are_near_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
