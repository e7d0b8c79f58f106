#include "net/http_parse.h"
#include <string.h>
#include <strings.h>

size_t http_head_end(Slice bytes) {
    const char *end = bytes.len ? memmem(bytes.ptr, bytes.len, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - bytes.ptr) + 4 : 0;
}

static bool is_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool all_tokens(Slice s) {
    for (size_t i = 0; i < s.len; i++)
        if (!is_token(s.ptr[i])) return false;
    return s.len > 0;
}

static bool is_plain(Slice s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

/* The next line without its end, which is CR LF and nothing else. */
static bool next_line(Slice *rest, Slice *line) {
    const char *end = memmem(rest->ptr, rest->len, "\r\n", 2);
    if (!end) return false;
    *line = slice_make(rest->ptr, (size_t)(end - rest->ptr));
    *rest = slice_make(end + 2, rest->len - line->len - 2);
    return is_plain(*line);
}

static bool request_line(Slice line, HttpHead *out) {
    const char *first = memchr(line.ptr, ' ', line.len);
    if (!first) return false;
    out->method = slice_make(line.ptr, (size_t)(first - line.ptr));
    const char *target = first + 1, *end = line.ptr + line.len, *last = memchr(target, ' ', (size_t)(end - target));
    if (!last) return false;
    out->target = slice_make(target, (size_t)(last - target));
    Slice version = slice_make(last + 1, (size_t)(end - last) - 1);
    out->keep_alive = slice_is(version, "HTTP/1.1");
    return all_tokens(out->method) && out->target.len > 0 && out->target.ptr[0] == '/' && (out->keep_alive || slice_is(version, "HTTP/1.0"));
}

static Slice trim(Slice s) {
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) s = slice_make(s.ptr + 1, s.len - 1);
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) s.len--;
    return s;
}

static bool field_line(Slice line, HttpHead *out) {
    const char *colon = memchr(line.ptr, ':', line.len);
    if (!colon || out->count == HTTP_FIELDS_MOST) return false;
    Slice name = slice_make(line.ptr, (size_t)(colon - line.ptr));
    if (!all_tokens(name)) return false;
    out->fields[out->count++] = (HttpField){ name, trim(slice_make(colon + 1, line.len - name.len - 1)) };
    return true;
}

static bool same_name(Slice name, const char *text) { return name.len == strlen(text) && strncasecmp(name.ptr, text, name.len) == 0; }

Slice http_field(const HttpHead *head, const char *name) {
    for (size_t i = 0; i < head->count; i++)
        if (same_name(head->fields[i].name, name)) return head->fields[i].value;
    return slice_make(NULL, 0);
}

static size_t count_of(const HttpHead *head, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < head->count; i++) count += same_name(head->fields[i].name, name);
    return count;
}

static bool read_length(Slice text, int64_t *out) {
    *out = 0;
    if (text.len == 0 || text.len > 15) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        *out = *out * 10 + (text.ptr[i] - '0');
    }
    return true;
}

int http_parse(Slice head, HttpHead *out) {
    Slice rest = head, line;
    out->count = 0;
    out->length = 0;
    if (!next_line(&rest, &line) || !request_line(line, out)) return 400;
    while (next_line(&rest, &line) && line.len > 0)
        if (!field_line(line, out)) return 400;
    if (rest.len > 0 || line.len > 0) return 400;
    if (count_of(out, "Host") != 1 && out->keep_alive) return 400;
    if (count_of(out, "Transfer-Encoding")) return 411;
    Slice length = http_field(out, "Content-Length");
    if (count_of(out, "Content-Length") > 1 || (length.ptr && !read_length(length, &out->length))) return 400;
    Slice connection = http_field(out, "Connection"), expect = http_field(out, "Expect");
    if (connection.ptr && same_name(connection, "close")) out->keep_alive = false;
    out->expects_continue = expect.ptr && same_name(expect, "100-continue");
    return 0;
}
