/* links: net base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/http_parse.h"

#define H "Host: x\r\n"

static int parse(const char *text, size_t len, HttpHead *head) { return http_parse(slice_make(text, len), head); }

static void a_whole_request_is_read(void **state) {
    static const char TEXT[] = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nX-Id:  v 1 \r\nExpect: 100-Continue\r\n\r\nrest";
    HttpHead head;
    (void)state;
    assert_int_equal(http_head_end(slice_make(TEXT, 20)), 0);
    size_t end = http_head_end(slice_of(TEXT));
    assert_int_equal(end, sizeof TEXT - 5);
    assert_int_equal(parse(TEXT, end, &head), 0);
    assert_true(slice_is(head.method, "POST") && slice_is(head.target, "/a?b=c") && head.length == 12 && head.keep_alive && head.expects_continue);
    assert_true(slice_is(http_field(&head, "x-iD"), "v 1"));
    assert_null(http_field(&head, "none").ptr);
}

static void what_may_smuggle_is_refused(void **state) {
    static const struct { const char *text; int status; } ROWS[] = {
        { "GET / HTTP/1.1\r\n\r\n", 400 },                              /* no Host */
        { "GET / HTTP/1.1\r\n" H H "\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\n" H "Content-Length: 9999999999999999\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "Content-Length : 1\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\n" H " folded: 1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "A: b\nC: d\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\n" H "A: b\rC: d\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n", 411 }, { "GET / HTTP/1.1\r\n" H "Transfer-Encoding: x\r\nContent-Length: 3\r\n\r\n", 411 },
        { "GET http://x/ HTTP/1.1\r\n" H "\r\n", 400 }, { "GET / HTTP/2.0\r\n" H "\r\n", 400 }, { "GET  / HTTP/1.1\r\n" H "\r\n", 400 },
        { "G(T / HTTP/1.1\r\n" H "\r\n", 400 }, { "GET / \r\n" H "\r\n", 400 }, { "GET\r\n" H "\r\n", 400 }, { "\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n" H ": empty\r\n\r\n", 400 }, { "GET / HTTP/1.0\r\n\r\n", 0 }, { "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        HttpHead head;
        int status = parse(ROWS[i].text, strlen(ROWS[i].text), &head);
        if (status != ROWS[i].status) fail_msg("row %zu: %d: %s", i, status, ROWS[i].text);
        if (status == 0) assert_false(head.keep_alive);
    }
    HttpHead head;
    assert_int_equal(parse("GET / HTTP/1.1\r\nHost: \0x\r\n\r\n", 29, &head), 400);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_whole_request_is_read), cmocka_unit_test(what_may_smuggle_is_refused) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
