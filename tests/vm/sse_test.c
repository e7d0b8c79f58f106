/* links: net base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "net/sse.h"

static void note_event(void *ctx, const SseEvent *e) {
    buf_printf(ctx, "%.*s=%.*s|", (int)e->event.len, e->event.ptr, (int)e->data.len, e->data.ptr ? e->data.ptr : "");
    if (e->id.len) buf_printf(ctx, "#%.*s|", (int)e->id.len, e->id.ptr);
}

typedef struct { const char *claim, *stream, *want; } Case;
static const Case CASES[] = {
    { "one event", "data: a\n\n", "message=a|" },
    { "no space after the colon", "data:a\n\n", "message=a|" },
    { "only one space is dropped", "data:  a\n\n", "message= a|" },
    { "a named event", "event: x\ndata: 1\n\ndata: 2\n\n", "x=1|message=2|" },
    { "CRLF", "event: x\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", "x=1|message=2|" },
    { "CR alone", "data: 1\r\rdata: 2\r\r", "message=1|message=2|" },
    { "lines of data are joined", "data: a\ndata\ndata: b\n\n", "message=a\n\nb|" },
    { "comments are skipped", ": OPENROUTER PROCESSING\n\n:\ndata: a\n: in between\n\n", "message=a|" },
    { "an event without data is none", "event: x\n\ndata: a\n\n", "message=a|" },
    { "empty data is an event", "data:\n\n", "message=|" },
    { "an id stays until the next", "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", "message=a|#7|message=b|#7|message=c|" },
    { "unknown fields are ignored", "retry: 10\nfoo: bar\ndata: a\n\n", "message=a|" },
    { "a byte-order mark is skipped once", "\xEF\xBB\xBF" "data: a\n\n", "message=a|" },
    { "what is not finished is dropped", "data: a\n\ndata: b\n", "message=a|" },
    { "UTF-8 may be cut anywhere", "data: \xC3\xA9\xE2\x82\xAC\n\n", "message=\xC3\xA9\xE2\x82\xAC|" },
    { "the end mark is an event like others", "data: {\"a\":1}\n\ndata: [DONE]\n\n", "message={\"a\":1}|message=[DONE]|" },
};

static void feed(Sse *sse, Buf *out, const char *bytes, size_t len) {
    Err err;
    if (!sse_feed(sse, slice_make(bytes, len), note_event, out, &err)) fail_msg("%s", err.text);
}

static void every_event_is_the_same_at_every_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *stream = CASES[i].stream;
        size_t len = strlen(stream);
        for (size_t a = 0; a <= len; a++) {
            for (size_t b = a; b <= len; b++) {
                Sse sse;
                Buf out;
                buf_init(&out);
                sse_init(&sse, 100);
                feed(&sse, &out, stream, a);
                feed(&sse, &out, stream + a, b - a);
                feed(&sse, &out, stream + b, len - b);
                if (strcmp(buf_text(&out), CASES[i].want) != 0)
                    fail_msg("%s, cut at %zu and %zu: got %s", CASES[i].claim, a, b, buf_text(&out));
                sse_drop(&sse);
                buf_drop(&out);
            }
        }
    }
}

static void a_prefix_never_gives_what_the_whole_does_not(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        for (size_t cut = 0; cut <= strlen(CASES[i].stream); cut++) {
            Sse sse;
            Buf out;
            buf_init(&out);
            sse_init(&sse, 100);
            feed(&sse, &out, CASES[i].stream, cut);
            assert_int_equal(strncmp(CASES[i].want, buf_text(&out), out.len), 0);
            sse_drop(&sse);
            buf_drop(&out);
        }
    }
}

static void an_event_over_the_limit_is_refused(void **state) {
    (void)state;
    static const char *const big[] = { "data: 0123456789\n\n", "data: 01234\ndata: 56789\n\n", ":0123456789012345", "data: 0123456789" };
    for (size_t i = 0; i < sizeof big / sizeof *big; i++) {
        Sse sse;
        Err err;
        Buf out;
        buf_init(&out);
        sse_init(&sse, i == 1 ? 11 - 1 : 12);
        assert_false(sse_feed(&sse, slice_of(big[i]), note_event, &out, &err));
        assert_string_equal(err.code, "too_big");
        sse_drop(&sse);
        buf_drop(&out);
    }
}

static bool note_line(void *ctx, Slice line, Err *err) {
    (void)err;
    buf_printf(ctx, "[%.*s]", (int)line.len, line.ptr ? line.ptr : "");
    return true;
}

static void lines_come_out_whole_and_the_last_one_at_the_end(void **state) {
    (void)state;
    const char *text = "{\"a\":1}\r\n\n{\"b\":2}\n{\"done\":true}";
    for (size_t cut = 0; cut <= strlen(text); cut++) {
        Lines lines;
        Buf out;
        Err err;
        buf_init(&out);
        lines_init(&lines, 50);
        assert_true(lines_feed(&lines, slice_make(text, cut), note_line, &out, &err));
        assert_true(lines_feed(&lines, slice_of(text + cut), note_line, &out, &err));
        assert_string_equal(buf_text(&out), "[{\"a\":1}][][{\"b\":2}]");
        assert_true(lines_end(&lines, note_line, &out, &err));
        assert_true(lines_end(&lines, note_line, &out, &err));
        assert_string_equal(buf_text(&out), "[{\"a\":1}][][{\"b\":2}][{\"done\":true}]");
        lines_drop(&lines);
        buf_drop(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_the_same_at_every_cut),
        cmocka_unit_test(a_prefix_never_gives_what_the_whole_does_not),
        cmocka_unit_test(an_event_over_the_limit_is_refused),
        cmocka_unit_test(lines_come_out_whole_and_the_last_one_at_the_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
