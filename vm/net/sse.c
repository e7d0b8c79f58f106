#include "net/sse.h"

void lines_init(Lines *lines, size_t max_bytes) {
    *lines = (Lines){ .max = max_bytes };
    buf_init(&lines->text);
}

void lines_drop(Lines *lines) { buf_drop(&lines->text); }

static bool add_part(Lines *lines, const char *part, size_t len, Err *err) {
    if (len > lines->max || lines->text.len > lines->max - len)
        return err_set(err, "too_big", "a line of the stream has more than %zu bytes", lines->max);
    buf_add(&lines->text, part, len);
    return true;
}

bool lines_feed(Lines *lines, Slice bytes, LineFn *each, void *ctx, Err *err) {
    size_t start = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        bool second = c == '\n' && lines->after_cr;     /* the LF of a CRLF: its line has been given */
        lines->after_cr = c == '\r';
        if (c != '\n' && c != '\r') continue;
        if (!second) {
            if (!add_part(lines, bytes.ptr + start, i - start, err)) return false;
            if (!each(ctx, buf_slice(&lines->text), err)) return false;
            buf_clear(&lines->text);
        }
        start = i + 1;
    }
    return start == bytes.len || add_part(lines, bytes.ptr + start, bytes.len - start, err);
}

bool lines_end(Lines *lines, LineFn *each, void *ctx, Err *err) {
    bool good = lines->text.len == 0 || each(ctx, buf_slice(&lines->text), err);
    buf_clear(&lines->text);
    return good;
}

void sse_init(Sse *sse, size_t max_bytes) {
    *sse = (Sse){ .started = false };
    lines_init(&sse->lines, max_bytes);
    buf_init(&sse->event);
    buf_init(&sse->data);
    buf_init(&sse->id);
}

void sse_drop(Sse *sse) {
    lines_drop(&sse->lines);
    buf_drop(&sse->event);
    buf_drop(&sse->data);
    buf_drop(&sse->id);
}

typedef struct { Sse *sse; SseFn *each; void *ctx; } Feeding;

static void dispatch(Feeding *f) {
    Sse *sse = f->sse;
    if (sse->has_data) {
        SseEvent event = { .event = sse->event.len ? buf_slice(&sse->event) : slice_of("message"),
                           .data = buf_slice(&sse->data), .id = buf_slice(&sse->id) };
        f->each(f->ctx, &event);
    }
    buf_clear(&sse->event);
    buf_clear(&sse->data);
    sse->has_data = false;
}

static bool add_data(Sse *sse, Slice value, Err *err) {
    size_t max = sse->lines.max;
    if (value.len > max || sse->data.len + sse->has_data > max - value.len)
        return err_set(err, "too_big", "an event of the stream has more than %zu bytes", max);
    if (sse->has_data) buf_add_byte(&sse->data, '\n');
    buf_add_slice(&sse->data, value);
    sse->has_data = true;
    return true;
}

static void set_field(Buf *field, Slice value) {
    buf_clear(field);
    buf_add_slice(field, value);
}

static bool take_line(void *ctx, Slice line, Err *err) {
    Feeding *f = ctx;
    if (!f->sse->started && line.len >= 3 && memcmp(line.ptr, "\xEF\xBB\xBF", 3) == 0) line = slice_make(line.ptr + 3, line.len - 3);
    f->sse->started = true;
    if (line.len == 0) {
        dispatch(f);
        return true;
    }
    const char *colon = memchr(line.ptr, ':', line.len);
    Slice name = slice_make(line.ptr, colon ? (size_t)(colon - line.ptr) : line.len), value = slice_make(NULL, 0);
    if (colon) value = slice_make(colon + 1, line.len - name.len - 1);
    if (value.len && value.ptr[0] == ' ') value = slice_make(value.ptr + 1, value.len - 1);
    if (slice_is(name, "data")) return add_data(f->sse, value, err);
    if (slice_is(name, "event")) set_field(&f->sse->event, value);
    else if (slice_is(name, "id") && (value.len == 0 || !memchr(value.ptr, 0, value.len))) set_field(&f->sse->id, value);
    return true;                                        /* comments have an empty name; other fields are ignored */
}

bool sse_feed(Sse *sse, Slice bytes, SseFn *each, void *ctx, Err *err) {
    Feeding f = { sse, each, ctx };
    return lines_feed(&sse->lines, bytes, take_line, &f, err);
}
