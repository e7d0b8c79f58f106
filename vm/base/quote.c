#include "base/quote.h"

static void add_escape(Buf *out, unsigned char c) {
    switch (c) {
    case '"': case '\\': buf_add_byte(out, '\\'); buf_add_byte(out, (char)c); break;
    case '\b': buf_add(out, "\\b", 2); break;
    case '\f': buf_add(out, "\\f", 2); break;
    case '\n': buf_add(out, "\\n", 2); break;
    case '\r': buf_add(out, "\\r", 2); break;
    case '\t': buf_add(out, "\\t", 2); break;
    default:   buf_printf(out, "\\u%04x", c);
    }
}

void quote_add(Buf *out, Slice text) {
    const char *at = text.ptr, *end = at + text.len, *from = at;
    buf_reserve(out, text.len + 2);
    buf_add_byte(out, '"');
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_add(out, from, (size_t)(at - from));
        add_escape(out, c);
        from = at + 1;
    }
    buf_add(out, from, (size_t)(end - from));
    buf_add_byte(out, '"');
}
