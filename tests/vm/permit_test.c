/* links: work store db net os time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "work/permit.h"
#include <string.h>
#include <time.h>

typedef struct { const char *had, *pattern, *need, *resource; bool covers; } Row;

static void check(const Row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const Row *r = &rows[i];
        if (permit_matches(r->had, r->pattern, r->need, r->resource) != r->covers)
            fail_msg("grant %s \"%s\", need %s \"%s\": should be %s", r->had, r->pattern, r->need, r->resource, r->covers ? "allowed" : "refused");
    }
}

#define TABLE(...) do { static const Row ROWS[] = { __VA_ARGS__ }; (void)state; check(ROWS, sizeof ROWS / sizeof ROWS[0]); } while (0)

static void a_need_covers_itself_and_what_is_below_it(void **state) {
    TABLE({ "fs", "", "fs.read", "/x", true }, { "fs.read", "", "fs.read", "/x", true }, { "fs.read", "", "fs", "/x", false },
          { "fs.read", "", "fs.write", "/x", false }, { "fs", "", "fsx.read", "/x", false }, { "f", "", "fs.read", "/x", false },
          { "process", "", "process.kill", "sleep", true }, { "process.kill", "", "process", "sleep", false },
          { "net", "", "network", "x", false }, { "secret", "", "secret", "KEY", true });
}

static void files_are_paths_with_patterns(void **state) {
    TABLE({ "fs.read", "/var/log/**", "fs.read", "/var/log/a/b", true }, { "fs.read", "/var/log/**", "fs.read", "/var/log", true },
          { "fs.read", "/var/log/**", "fs.read", "/var/logs", false }, { "fs.read", "/var/log/**", "fs.read", "/var", false },
          { "fs.read", "/var/log/*", "fs.read", "/var/log/a", true }, { "fs.read", "/var/log/*", "fs.read", "/var/log/a/b", false },
          { "fs.write", "/tmp/x", "fs.write", "/tmp/x", true }, { "fs.write", "/tmp/x", "fs.write", "/tmp/xy", false },
          { "fs.write", "/tmp/x", "fs.write", "/tmp/x/y", false }, { "fs.write", "/tmp/?.txt", "fs.write", "/tmp/a.txt", true },
          { "fs.write", "/tmp/?.txt", "fs.write", "/tmp//.txt", false }, { "fs", "/**", "fs.write", "/etc/shadow", true });
}

static void hosts_may_have_a_port_or_a_star(void **state) {
    TABLE({ "net", "api.example.org", "net", "api.example.org:443", true }, { "net", "api.example.org:443", "net", "api.example.org:443", true },
          { "net", "api.example.org:443", "net", "api.example.org:80", false }, { "net", "example.org", "net", "api.example.org:443", false },
          { "net", "*.example.org", "net", "api.example.org:443", true }, { "net", "*.example.org", "net", "a.b.example.org:443", true },
          { "net", "*.example.org", "net", "example.org:443", false }, { "net", "*.example.org", "net", "evilexample.org:443", false },
          { "net", "example.org", "net", "example.org.evil.net:443", false }, { "net", "*.example.org:8080", "net", "a.example.org:8080", true },
          { "net", "*.example.org:8080", "net", "a.example.org:80801", false }, { "net", "[::1]", "net", "[::1]:80", true },
          { "net", "[::1]:80", "net", "[::1]:80", true }, { "net", "[::1]:81", "net", "[::1]:80", false }, { "net", "127.0.0.1", "net", "127.0.0.11:80", false });
}

static void programs_go_by_name_or_by_full_path(void **state) {
    TABLE({ "process", "git", "process", "git", true }, { "process", "git", "process", "/usr/bin/git", true }, { "process", "git", "process", "gitk", false },
          { "process", "/usr/bin/git", "process", "/usr/bin/git", true }, { "process", "/usr/bin/git", "process", "git", false },
          { "process", "/usr/bin/git", "process", "/tmp/usr/bin/git", false }, { "process", "git-*", "process", "git-lfs", true },
          { "process", "git", "process", "/tmp/git/rm", false }, { "process", "/opt/tools/*", "process", "/opt/tools/x", true });
}

static void everything_else_is_a_plain_pattern(void **state) {
    TABLE({ "secret", "SMTP_*", "secret", "SMTP_PASSWORD", true }, { "secret", "SMTP_*", "secret", "XSMTP_PASSWORD", false },
          { "secret", "KEY", "secret", "KEY2", false }, { "lua.unsafe", "", "lua.unsafe", "", true }, { "secret", "*", "secret", "", true },
          { "secret", "a*b*c", "secret", "a1b2c", true }, { "secret", "a*b*c", "secret", "a1c2b", false });
}

static void a_list_of_grants_covers_what_one_of_them_covers(void **state) {
    Permits p = { 0 };
    (void)state;
    assert_false(permits_cover(&p, "fs.read", "/x"));
    permits_add(&p, "fs.read", "/a/**");
    permits_add(&p, "net", "example.org");
    assert_true(permits_cover(&p, "fs.read", "/a/b"));
    assert_true(permits_cover(&p, "net", "example.org:80"));
    assert_false(permits_cover(&p, "fs.write", "/a/b"));
    p.everything = true;
    assert_true(permits_cover(&p, "fs.write", "/etc/passwd"));
    permits_drop(&p);
    assert_false(permits_cover(&p, "fs.read", "/a/b"));
}

/* A pattern made to be slow is not: a stranger may have written it. */
static void no_pattern_takes_long(void **state) {
    char pattern[400], text[4000];
    (void)state;
    for (size_t i = 0; i < sizeof pattern - 1; i++) pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 2] = 'b';
    pattern[sizeof pattern - 1] = 0;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    clock_t began = clock();
    assert_false(permit_matches("secret", pattern, "secret", text));
    assert_false(permit_matches("fs", pattern, "fs.read", text));
    assert_true((clock() - began) < CLOCKS_PER_SEC / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_need_covers_itself_and_what_is_below_it),
        cmocka_unit_test(files_are_paths_with_patterns),
        cmocka_unit_test(hosts_may_have_a_port_or_a_star),
        cmocka_unit_test(programs_go_by_name_or_by_full_path),
        cmocka_unit_test(everything_else_is_a_plain_pattern),
        cmocka_unit_test(a_list_of_grants_covers_what_one_of_them_covers),
        cmocka_unit_test(no_pattern_takes_long),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
