#include "work/web_request.h"
#include "base/hash.h"
#include "work/trigger.h"
#include <strings.h>

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

static bool decode(Slice text, bool plus, Buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len + 0 ? digit(text.ptr[i + 1]) : -1, low = i + 2 < text.len ? digit(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) c = ' ';
        if (!c) return false;
        buf_add_byte(out, c);
    }
    return true;
}

static Slice before_query(Slice target) {
    const char *mark = memchr(target.ptr, '?', target.len);
    return mark ? slice_make(target.ptr, (size_t)(mark - target.ptr)) : target;
}

bool web_path(Slice target, Buf *out) {
    return decode(before_query(target), false, out) && !strstr(buf_text(out), "/../") && strcmp(buf_text(out) + (out->len > 3 ? out->len - 3 : 0), "/..") != 0;
}

typedef struct {
    Slice name, value;
} Pair;

static bool next_pair(Slice *rest, Pair *pair) {
    if (rest->len == 0) return false;
    const char *end = memchr(rest->ptr, '&', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len, step = end ? len + 1 : len;
    const char *is = len ? memchr(rest->ptr, '=', len) : NULL;
    pair->name = slice_make(rest->ptr, is ? (size_t)(is - rest->ptr) : len);
    pair->value = is ? slice_make(is + 1, len - pair->name.len - 1) : slice_of("");
    *rest = slice_make(rest->ptr + step, rest->len - step);
    return true;
}

static bool comes_again(Slice rest, Slice name) {
    Pair pair;
    while (next_pair(&rest, &pair))
        if (slice_eq(pair.name, name)) return true;
    return false;
}

static void add_query(Slice target, Buf *out) {
    size_t path = before_query(target).len;
    Slice  rest = path < target.len ? slice_make(target.ptr + path + 1, target.len - path - 1) : slice_of("");
    bool   begun = false;
    Pair   pair;
    while (next_pair(&rest, &pair)) {
        Buf name, value;
        buf_init(&name);
        buf_init(&value);
        if (pair.name.len && !comes_again(rest, pair.name) && decode(pair.name, true, &name) && decode(pair.value, true, &value)) {
            if (begun) buf_add_byte(out, ',');
            begun = true;
            row_text(buf_slice(&name), out);
            buf_add_byte(out, ':');
            row_text(buf_slice(&value), out);
        }
        buf_drop(&name);
        buf_drop(&value);
    }
}

static bool same_name(Slice a, Slice b) { return a.len == b.len && strncasecmp(a.ptr, b.ptr, a.len) == 0; }

static void add_header(const HttpHead *head, size_t i, Buf *out) {
    Buf name, value;
    buf_init(&name);
    buf_init(&value);
    for (size_t k = 0; k < head->fields[i].name.len; k++) {
        char c = head->fields[i].name.ptr[k];
        buf_add_byte(&name, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    for (size_t k = i; k < head->count; k++) {
        if (!same_name(head->fields[k].name, head->fields[i].name)) continue;
        if (k > i) buf_add_text(&value, ", ");
        buf_add_slice(&value, head->fields[k].value);
    }
    row_text(buf_slice(&name), out);
    buf_add_byte(out, ':');
    row_text(buf_slice(&value), out);
    buf_drop(&name);
    buf_drop(&value);
}

static bool came_before(const HttpHead *head, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (same_name(head->fields[k].name, head->fields[i].name)) return true;
    return false;
}

void web_payload(const HttpHead *head, Slice body, Slice path, Buf *out) {
    unsigned char hash[HASH_SIZE];
    char digest[HASH_TEXT];
    bool begun = false;
    hash_bytes(body, hash);
    hash_text(hash, digest);
    buf_add_text(out, "{\"method\":");
    row_text(head->method, out);
    buf_add_text(out, ",\"path\":");
    row_text(path, out);
    buf_add_text(out, ",\"query\":{");
    add_query(head->target, out);
    buf_add_text(out, "},\"headers\":{");
    for (size_t i = 0; i < head->count; i++) {
        if (came_before(head, i)) continue;
        if (begun) buf_add_byte(out, ',');
        begun = true;
        add_header(head, i, out);
    }
    buf_printf(out, "},\"digest\":\"%s\",\"body\":", digest);
    row_text(body, out);
    buf_add_byte(out, '}');
}
