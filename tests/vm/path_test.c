/* links: os base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "os/path.h"
#include <stdlib.h>

static void paths_are_made_absolute_in_the_text(void **state) {
    static const struct { const char *path, *want; } CASES[] = {
        { "a.txt", "/srv/dir/a.txt" }, { "./a//b/", "/srv/dir/a/b" }, { "../a", "/srv/a" }, { "../../../a", "/a" },
        { "/", "/" }, { "/..", "/" }, { "/a/./b/../c", "/a/c" }, { "~", "/home/ann" }, { "~/x/../y", "/home/ann/y" },
        { "~bob/x", "/srv/dir/~bob/x" }, { "a/~/b", "/srv/dir/a/~/b" }, { "/a/...", "/a/..." }, { ".", "/srv/dir" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[PATH_SIZE];
        Err err;
        assert_true(path_absolute("/srv/dir", "/home/ann", CASES[i].path, out, &err));
        assert_string_equal(out, CASES[i].want);
    }
}

static void an_empty_path_and_one_that_is_too_long_are_refused(void **state) {
    char out[PATH_SIZE], *big = mem_new(PATH_SIZE + 10);
    Err err;
    (void)state;
    assert_false(path_absolute("/", NULL, "", out, &err));
    assert_string_equal(err.code, "invalid");
    memset(big, 'x', PATH_SIZE + 5);
    assert_false(path_absolute("/", NULL, big, out, &err));
    assert_string_equal(err.code, "invalid");
    big[PATH_SIZE - 2] = 0;
    assert_true(path_absolute("/", NULL, big, out, &err));
    free(big);
}

static void a_tilde_without_a_home_is_refused(void **state) {
    char out[PATH_SIZE];
    Err err;
    (void)state;
    assert_false(path_absolute("/", NULL, "~/x", out, &err));
    assert_string_equal(err.code, "invalid");
}

static void patterns_cover_paths(void **state) {
    static const struct { const char *pattern, *path; bool want; } CASES[] = {
        { "/a/b", "/a/b", true }, { "/a/b", "/a/bc", false }, { "/a/b", "/a", false },
        { "/a/*", "/a/b", true }, { "/a/*", "/a/", true }, { "/a/*", "/a/b/c", false }, { "/a/*.txt", "/a/.txt", true },
        { "/a/?", "/a/b", true }, { "/a/?", "/a/", false }, { "/a?b", "/a/b", false },
        { "/a/**", "/a/b/c", true }, { "/a/**", "/a", true }, { "/a/**", "/ab", false }, { "/a/**", "/a/", true },
        { "/a/**/c", "/a/c", true }, { "/a/**/c", "/a/b/c", true }, { "/a/**/c", "/a/b/d/c", true }, { "/a/**/c", "/a/bc", false },
        { "**", "/any/thing", true }, { "**", "", true }, { "/**", "/", true }, { "*", "name", true }, { "*", "/name", false },
        { "*.log", "a.log", true }, { "*.log", "a.log.1", false }, { "**/*.log", "a/b/c.log", true }, { "a*b*c", "a-b-b-c", true },
        { "a*b*c", "a-b-b-", false }, { "/a/**b", "/a/x/yb", true }, { "***", "a/b", true }, { "", "", true }, { "", "a", false },
        { "/a/**/b/**/c", "/a/x/b/c", true }, { "/a/**/b/**", "/a/b", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (path_matches(CASES[i].pattern, CASES[i].path) != CASES[i].want)
            fail_msg("%s against %s", CASES[i].pattern, CASES[i].path);
}

/* A backtracking matcher needs longer than the age of the universe for this one. */
static void a_hostile_pattern_ends_quickly(void **state) {
    char pattern[400], path[2001];
    (void)state;
    for (int i = 0; i < 398; i += 2) memcpy(pattern + i, i % 4 ? "*a" : "**", 2);
    memcpy(pattern + 396, "b", 2);
    memset(path, 'a', 2000);
    path[2000] = 0;
    assert_false(path_matches(pattern, path));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_made_absolute_in_the_text),
        cmocka_unit_test(an_empty_path_and_one_that_is_too_long_are_refused),
        cmocka_unit_test(a_tilde_without_a_home_is_refused),
        cmocka_unit_test(patterns_cover_paths),
        cmocka_unit_test(a_hostile_pattern_ends_quickly),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
