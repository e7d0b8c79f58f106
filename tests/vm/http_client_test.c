/* links: net base */
#include "../fake/http_world.h"

typedef struct { const char *claim, *path; HttpCall limits; const char *code, *body, *why; int status; } Case;
static const Case CASES[] = {
    { "a plain answer", "/ok", { 0 }, "", "hello", "", 200 },
    { "an answer in chunks", "/chunked", { 0 }, "", "abcdefg", "", 200 },
    { "an answer that ends with the connection", "/until-close", { 0 }, "", "all of it", "", 200 },
    { "no content", "/none", { 0 }, "", "", "", 204 },
    { "404 is an answer", "/nowhere", { 0 }, "", "no such path", "", 404 },
    { "503 is an answer", "/status?is=503", { 0 }, "", "{\"error\":\"no\"}", "", 503 },
    { "interim answers are skipped", "/continue", { 0 }, "", "after", "", 200 },
    { "a packed answer is unpacked", "/gzip", { 0 }, "", "unpacked", "", 200 },
    { "reset before the answer", "/reset-before", { 0 }, "io", "", "127.0.0.1:", 0 },
    { "closed before the answer", "/close-before", { 0 }, "io", "", "Empty reply", 0 },
    { "silent before the first byte", "/hang", { .first_byte_ms = 120 }, "timeout", "", "no first byte within 120 ms", 0 },
    { "a head and then nothing is silence too", "/head-only", { .first_byte_ms = 120 }, "timeout", "", "no first byte", 200 },
    { "silent in the middle", "/stall", { .stall_ms = 120 }, "timeout", "some", "no byte for 120 ms", 200 },
    { "over the whole time", "/hang", { .timeout_ms = 150 }, "timeout", "", "not done within 150 ms", 0 },
    { "a slow drip does not stall but ends with the whole time", "/drip", { .timeout_ms = 200, .stall_ms = 150 }, "timeout", NULL, "not done within 200", 200 },
    { "shorter than it said", "/short", { 0 }, "truncated", "some", "", 200 },
    { "cut between chunks", "/chunked-cut", { 0 }, "truncated", "abcdefg", "", 200 },
    { "reset in the middle", "/reset-middle", { 0 }, "truncated", "some", "", 200 },
    { "over the limit", "/big?n=2000", { .max_bytes = 1999 }, "too_big", NULL, "more than 1999 bytes", 200 },
    { "exactly the limit", "/big?n=2000", { .max_bytes = 2000 }, "", NULL, "", 200 },
    { "a small answer that unpacks to a big one", "/bomb?n=3000000", { 0 }, "too_big", NULL, "more than 1048576", 200 },
    { "headers without end", "/bighead", { 0 }, "too_big", "", "headers", 0 },
    { "not HTTP at all", "/garbage", { 0 }, "io", "", "", 0 },
    { "a redirect", "/redirect?to=/ok", { 0 }, "", "hello", "", 200 },
    { "a redirect not followed is the answer", "/redirect?to=/ok", { .follow = -1 }, "", "moved", "", 302 },
    { "a redirect to a file", "/redirect?to=file:///etc/passwd", { 0 }, "invalid", "", "'file:' is not allowed", 302 },
    { "a redirect to gopher", "/redirect?to=gopher://h/", { 0 }, "invalid", "", "gopher", 302 },
    { "a redirect to nonsense", "/redirect?to=http://", { 0 }, "invalid", "", "no host", 302 },
    { "redirects without end", "/loop", { 0 }, "limit", "", "more than 5 times", 302 },
};

static void every_answer_and_every_mishap_has_its_word(void **state) {
    World *w = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Case *c = &CASES[i];
        get(w, c->path, c->limits);
        if (strcmp(w->code, c->code) != 0) fail_msg("%s: code '%s' (%s)", c->claim, w->code, w->why);
        if (c->body && strcmp(buf_text(&w->body), c->body) != 0) fail_msg("%s: body '%s'", c->claim, buf_text(&w->body));
        if (!strstr(w->why, c->why)) fail_msg("%s: '%s' does not say '%s'", c->claim, w->why, c->why);
        if (w->status != c->status) fail_msg("%s: status %d", c->claim, w->status);
        assert_int_equal(w->done, 1);
    }
}

static void a_refused_connection_and_an_unknown_name_are_offline(void **state) {
    World *w = *state;
    char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", w->server.refused);
    HttpCall call = call_of(w, url);
    reset(w);
    run(w, &call);
    assert_string_equal(w->code, "offline");
    reset(w);
    call.url = slice_of("http://nothing.invalid/");
    unsetenv("http_proxy");
    run(w, &call);
    assert_string_equal(w->code, "offline");
    setenv("http_proxy", "http://127.0.0.1:1", 1);
}

static void header_names_come_in_lower_case_and_values_trimmed(void **state) {
    World *w = *state;
    get(w, "/ok", (HttpCall){ 0 });
    assert_string_equal(buf_text(&w->headers), "content-type=text/plain;content-length=5;x-one=1;x-two=two;");
}

static void the_request_arrives_as_it_was_given(void **state) {
    World *w = *state;
    char url[400];
    HttpHeader headers[] = { { slice_of("X-A"), slice_of("b c") }, { slice_of("X-Empty"), slice_of("") }, { slice_of("Content-Type"), slice_of("text/x") } };
    HttpCall call = call_of(w, at(w, "/echo?q=%20/../x", url));
    call.method = "PATCH";
    call.headers = headers;
    call.header_count = 3;
    call.body = slice_make("a\0b", 3);
    reset(w);
    run(w, &call);
    assert_non_null(strstr(buf_text(&w->body), "PATCH /echo?q=%20/../x\n"));
    assert_non_null(strstr(buf_text(&w->body), "\nx-a: b c\n"));
    assert_non_null(strstr(buf_text(&w->body), "\nx-empty: \n"));
    assert_non_null(strstr(buf_text(&w->body), "\ncontent-type: text/x\n"));
    assert_non_null(strstr(buf_text(&w->body), "\ncontent-length: 3\n"));
    assert_memory_equal(w->body.ptr + w->body.len - 5, "\n\na\0b", 5);
}

static void requests_that_could_split_or_smuggle_are_refused(void **state) {
    World *w = *state;
    static const struct { const char *method, *name, *value; } bad[] = {
        { "GET", "X\r\nY", "1" }, { "GET", "X", "1\r\nY: 2" }, { "GET", "", "1" }, { "GET", "X:", "1" }, { "GET", "Host", "other" },
        { "POST", "content-length", "5" }, { "POST", "Transfer-Encoding", "chunked" }, { "G T", "X", "1" }, { "", "X", "1" }, { "CONNECT", "X", "1" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        HttpHeader header = { slice_of(bad[i].name), slice_of(bad[i].value) };
        HttpCall call = call_of(w, "http://127.0.0.1:1/");
        Err err;
        call.method = bad[i].method;
        call.headers = &header;
        call.header_count = 1;
        if (http_send(w->client, &call, &w->request, &err)) fail_msg("case %zu was sent", i);
        assert_string_equal(err.code, "invalid");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_and_every_mishap_has_its_word),
        cmocka_unit_test(a_refused_connection_and_an_unknown_name_are_offline),
        cmocka_unit_test(header_names_come_in_lower_case_and_values_trimmed),
        cmocka_unit_test(the_request_arrives_as_it_was_given),
        cmocka_unit_test(requests_that_could_split_or_smuggle_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, group_open, group_close);
}
