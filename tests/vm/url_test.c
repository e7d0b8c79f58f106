/* links: net base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "net/url.h"

typedef struct { const char *text, *written, *host; } Good;
static const Good GOOD[] = {
    { "http://example.org", "http://example.org/", "example.org:80" },
    { "HTTPS://Example.ORG:443/a/b?c=d#e", "https://example.org/a/b?c=d", "example.org:443" },
    { "http://h:8080?x", "http://h:8080/?x", "h:8080" },
    { "http://h:/", "http://h/", "h:80" },
    { "http://[::1]:81/x", "http://[::1]:81/x", "[::1]:81" },
    { "http://[0:0:0:0:0:0:0:1]/", "http://[::1]/", "[::1]:80" },
    { "https://me:p%40ss@h/", "https://me:p%40ss@h/", "h:443" },
    { "http://h/\xC3\xA9?\xC3\xA9", "http://h/%C3%A9?%C3%A9", "h:80" },
    { "http://127.0.0.1/", "http://127.0.0.1/", "127.0.0.1:80" },
    { "http://10.example/", "http://10.example/", "10.example:80" },
    { "http://a_b.example./", "http://a_b.example./", "a_b.example.:80" },
    { "http://h/a//b/../c", "http://h/a//b/../c", "h:80" },
};

static void good_addresses_are_read_and_written_back(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        Url url;
        Err err;
        Buf out;
        buf_init(&out);
        if (!url_parse(&url, slice_of(GOOD[i].text), &err)) fail_msg("%s: %s", GOOD[i].text, err.text);
        url_write(&url, &out);
        assert_string_equal(buf_text(&out), GOOD[i].written);
        buf_clear(&out);
        url_write_host(&url, &out);
        assert_string_equal(buf_text(&out), GOOD[i].host);
        buf_drop(&out);
    }
}

typedef struct { const char *text, *why; } Bad;
static const Bad BAD[] = {
    { "", "must begin" }, { "example.org", "must begin" }, { "/path", "must begin" }, { "file:///etc/passwd", "'file:' is not allowed" },
    { "ftp://h/", "'ftp:'" }, { "javascript:alert(1)", "not allowed" }, { "http:/h", "two slashes" }, { "http:h", "two slashes" },
    { "http://", "no host" }, { "http:///x", "no host" }, { "http://:80/", "no host" }, { "http://u@/", "no host" },
    { "http://h:0/", "port 0" }, { "http://h:65536/", "port 65536" }, { "http://h:8x/", "port '8x'" }, { "http://h:-1/", "port '-1'" },
    { "http://h:000080/", "port '000080'" }, { "http://a b/", "space" }, { "http://h/\n", "control" }, { "http://h\\@evil/", "backslash" },
    { "http://[::1/", "[ without ]" }, { "http://[::g]/", "not an IPv6" }, { "http://[1:2]/", "not an IPv6" }, { "http://[::1]x/", "only :port" },
    { "http://h%41/", "cannot hold '%'" }, { "http://b\xC3\xBC.example/", "xn--" }, { "http://a..b/", "empty part" }, { "http://.a/", "empty part" },
    { "http://2130706433/", "not an IPv4" }, { "http://0x7f.1/", "not an IPv4" }, { "http://127.1/", "not an IPv4" }, { "http://1.2.3.4.5/", "not an IPv4" },
    { "http://256.0.0.1/", "not an IPv4" }, { "http://0x7f000001/", "not an IPv4" }, { "http://a@b@c/", "more than one @" },
    { "http://h,evil/", "cannot hold ','" },
};

static void bad_addresses_are_refused_with_the_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        Url url;
        Err err = { .code = "none" };
        if (url_parse(&url, slice_of(BAD[i].text), &err)) fail_msg("%s was accepted", BAD[i].text);
        assert_string_equal(err.code, "invalid");
        if (!strstr(err.text, BAD[i].why)) fail_msg("%s: '%s' does not say '%s'", BAD[i].text, err.text, BAD[i].why);
    }
}

static void a_nul_byte_and_an_endless_address_are_refused(void **state) {
    (void)state;
    Url url;
    Err err;
    assert_false(url_parse(&url, slice_make("http://a\0b/", 11), &err));
    char *big = mem_new(URL_MAX + 20);
    memset(big, 'a', URL_MAX + 19);
    memcpy(big, "http://h/", 9);
    assert_false(url_parse(&url, slice_of(big), &err));
    big[300] = '/';
    memcpy(big, "http://hh", 9);
    assert_false(url_parse(&url, slice_make(big, 400), &err));
    free(big);
}

static void a_message_never_shows_the_password(void **state) {
    (void)state;
    Url url;
    Err err;
    assert_false(url_parse(&url, slice_of("http://me:secret@h:99999/"), &err));
    assert_null(strstr(err.text, "secret"));
    assert_false(url_parse(&url, slice_of("http://me:secret@b ad/"), &err));
    assert_null(strstr(err.text, "secret"));
}

typedef struct { const char *location, *want; } Move;
static const Move MOVES[] = {                           /* RFC 3986 section 5.4, base http://a/b/c/d;p?q */
    { "g", "http://a/b/c/g" }, { "./g", "http://a/b/c/g" }, { "g/", "http://a/b/c/g/" }, { "/g", "http://a/g" },
    { "//g", "http://g" }, { "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" }, { "#s", "http://a/b/c/d;p?q" },
    { "g#s", "http://a/b/c/g" }, { ";x", "http://a/b/c/;x" }, { "", "http://a/b/c/d;p?q" }, { ".", "http://a/b/c/" },
    { "./", "http://a/b/c/" }, { "..", "http://a/b/" }, { "../", "http://a/b/" }, { "../g", "http://a/b/g" },
    { "../..", "http://a/" }, { "../../g", "http://a/g" }, { "../../../g", "http://a/g" }, { "/../g", "http://a/g" },
    { "g.", "http://a/b/c/g." }, { "..g", "http://a/b/c/..g" }, { "./../g", "http://a/b/g" }, { "g/../h", "http://a/b/c/h" },
    { "g?y/../x", "http://a/b/c/g?y/../x" }, { "https://z/w", "https://z/w" }, { "file:///etc", "file:///etc" }, { "a b", "http://a/b/c/a%20b" },
};

static void a_redirect_is_resolved_as_the_rfc_says(void **state) {
    (void)state;
    Url base;
    Err err;
    assert_true(url_parse(&base, slice_of("http://a/b/c/d;p?q"), &err));
    for (size_t i = 0; i < sizeof MOVES / sizeof *MOVES; i++) {
        Buf out;
        buf_init(&out);
        assert_true(url_resolve(&base, slice_of(MOVES[i].location), &out, &err));
        assert_string_equal(buf_text(&out), MOVES[i].want);
        buf_drop(&out);
    }
}

static void a_relative_redirect_does_not_carry_the_user_along(void **state) {
    (void)state;
    Url base;
    Err err;
    Buf out;
    buf_init(&out);
    assert_true(url_parse(&base, slice_of("http://me:pw@h:81"), &err));
    assert_true(url_resolve(&base, slice_of("x"), &out, &err));
    assert_string_equal(buf_text(&out), "http://h:81/x");
    buf_drop(&out);
}

static void loopback_is_known_by_every_spelling(void **state) {
    (void)state;
    static const char *const yes[] = { "http://localhost", "http://localhost.", "http://x.localhost", "http://127.9.9.9", "http://[::1]", "http://[::ffff:127.0.0.1]" };
    static const char *const no[] = { "http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://notlocalhost" };
    Url url;
    Err err;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        assert_true(url_parse(&url, slice_of(yes[i]), &err));
        if (!url_is_loopback(&url)) fail_msg("%s is loopback", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        assert_true(url_parse(&url, slice_of(no[i]), &err));
        if (url_is_loopback(&url)) fail_msg("%s is not loopback", no[i]);
    }
}

static void origin_is_scheme_host_and_port(void **state) {
    (void)state;
    Url a, b, c, d;
    Err err;
    assert_true(url_parse(&a, slice_of("http://H/x"), &err) && url_parse(&b, slice_of("http://h:80/y"), &err));
    assert_true(url_parse(&c, slice_of("https://h:80/"), &err) && url_parse(&d, slice_of("http://h:81/"), &err));
    assert_true(url_same_origin(&a, &b));
    assert_false(url_same_origin(&a, &c));
    assert_false(url_same_origin(&a, &d));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_addresses_are_read_and_written_back),
        cmocka_unit_test(bad_addresses_are_refused_with_the_reason),
        cmocka_unit_test(a_nul_byte_and_an_endless_address_are_refused),
        cmocka_unit_test(a_message_never_shows_the_password),
        cmocka_unit_test(a_redirect_is_resolved_as_the_rfc_says),
        cmocka_unit_test(a_relative_redirect_does_not_carry_the_user_along),
        cmocka_unit_test(loopback_is_known_by_every_spelling),
        cmocka_unit_test(origin_is_scheme_host_and_port),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
