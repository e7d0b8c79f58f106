#include "base/json_pick.h"
#include <stdint.h>

static size_t blanks(Slice text, size_t at) {
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\n' || text.ptr[at] == '\r')) at++;
    return at;
}

/* Behind the string that begins at `at`. */
static size_t skip_string(Slice text, size_t at) {
    for (at++; at < text.len && text.ptr[at] != '"'; at++)
        if (text.ptr[at] == '\\') at++;
    return at + 1;
}

/* Behind the value that begins at `at`. */
static size_t skip_value(Slice text, size_t at) {
    size_t depth = 0;
    do {
        char c = text.ptr[at];
        if (c == '"') at = skip_string(text, at);
        else {
            depth += c == '{' || c == '[';
            depth -= (c == '}' || c == ']') && depth;
            at++;
            if (c != '{' && c != '[' && c != '}' && c != ']' && !depth)
                while (at < text.len && !strchr(",]} \t\r\n", text.ptr[at])) at++;
        }
    } while (depth && at < text.len);
    return at;
}

static bool is_place(Slice name, size_t place) {
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9' || n > 100000) return false;
        n = n * 10 + (size_t)(name.ptr[i] - '0');
    }
    return name.len && n == place;
}

/* The member `name` of the map or list that begins at `at`; SIZE_MAX: there is none. */
static size_t member(Slice text, size_t at, Slice name) {
    bool   map = text.ptr[at] == '{';
    size_t place = 0;
    if (!map && text.ptr[at] != '[') return SIZE_MAX;
    for (at = blanks(text, at + 1); at < text.len && text.ptr[at] != '}' && text.ptr[at] != ']'; place++) {
        bool found = !map && is_place(name, place);
        if (map) {
            size_t end = skip_string(text, at);
            if (end > text.len) return SIZE_MAX;
            found = slice_eq(slice_make(text.ptr + at + 1, end - at - 2), name);
            at = blanks(text, blanks(text, end) + 1);
        }
        if (found || at >= text.len) return found ? at : SIZE_MAX;
        at = blanks(text, skip_value(text, at));
        if (at < text.len && text.ptr[at] == ',') at = blanks(text, at + 1);
    }
    return SIZE_MAX;
}

Slice json_pick(Slice text, Slice path) {
    size_t at = blanks(text, 0), from = 0;
    while (from < path.len && at < text.len) {
        size_t to = from;
        while (to < path.len && path.ptr[to] != '.') to++;
        at = member(text, at, slice_make(path.ptr + from, to - from));
        from = to + 1;
    }
    if (at >= text.len) return slice_make(NULL, 0);
    size_t end = skip_value(text, at);
    return slice_make(text.ptr + at, (end < text.len ? end : text.len) - at);
}
