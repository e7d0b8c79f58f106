/* Rows of watched tables arrive as SQL literals: ='name','Ada','total',12.5,'note',NULL, and become JSON here. */
#include "base/base64.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "work/trigger.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_MOST = 40 };

typedef struct {
    Slice  text;
    size_t at;
} Literals;

static bool broken(Err *err) { return err_set(err, "corrupt", "event is not what a trigger of a table writes"); }

static char here(const Literals *l) { return l->at < l->text.len ? l->text.ptr[l->at] : '\0'; }

static bool take(Literals *l, char c) {
    if (here(l) != c) return false;
    l->at++;
    return true;
}

/* 'it''s' without its quotes. */
static bool read_text(Literals *l, Buf *out) {
    if (!take(l, '\'')) return false;
    for (; l->at < l->text.len; l->at++) {
        if (here(l) == '\'' && (l->at + 1 >= l->text.len || l->text.ptr[l->at + 1] != '\'')) break;
        if (here(l) == '\'') l->at++;
        buf_add_byte(out, here(l));
    }
    return take(l, '\'');
}

void row_text(Slice text, Buf *out) {
    if (utf8_is_valid(text)) {
        quote_add(out, text);
        return;
    }
    buf_add_text(out, "{\"$bytes\":\"");
    base64_add(out, text);
    buf_add_text(out, "\"}");
}

static bool read_number(Literals *l, Buf *out) {
    char   text[NUMBER_MOST];
    size_t len = 0;
    while (len < NUMBER_MOST - 1 && here(l) && strchr("0123456789+-.eE", here(l))) text[len++] = l->text.ptr[l->at++];
    text[len] = '\0';
    if (len == 0) return false;
    if (!strpbrk(text, ".eE")) {
        buf_add_text(out, text);
        return true;
    }
    double real = strtod(text, NULL);
    if (!isfinite(real)) return false;
    snprintf(text, sizeof text, "%.17g", real);
    buf_printf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
    return true;
}

/* *null: there is no value, and nothing was added. */
static bool read_value(Literals *l, Buf *out, bool *null) {
    Slice rest = slice_make(l->text.ptr + l->at, l->text.len - l->at);
    *null = rest.len >= 4 && memcmp(rest.ptr, "NULL", 4) == 0;
    if (*null) {
        l->at += 4;
        return true;
    }
    if (here(l) != '\'' && !take(l, 'X')) return read_number(l, out);
    Buf  text;
    buf_init(&text);
    bool good = read_text(l, &text);                    /* bytes stay as their digits */
    row_text(buf_slice(&text), out);
    buf_drop(&text);
    return good;
}

/* Up to `;` or the end. */
static bool read_fields(Literals *l, Buf *out, bool *has_old) {
    bool begun = false;
    while (l->at < l->text.len && here(l) != ';') {
        Buf  name, value;
        bool null = false;
        buf_init(&name);
        buf_init(&value);
        bool good = read_text(l, &name) && take(l, ',') && read_value(l, &value, &null) && take(l, ',');
        if (good && !null) {
            if (begun) buf_add_byte(out, ',');
            begun = true;
            row_text(buf_slice(&name), out);
            buf_add_byte(out, ':');
            buf_add_slice(out, buf_slice(&value));
        }
        if (slice_is(buf_slice(&name), "old")) *has_old = true;
        buf_drop(&name);
        buf_drop(&value);
        if (!good) return false;
    }
    return true;
}

bool row_change(Slice text, Buf *out, Err *err) {
    Literals l = { text, 1 };
    Buf  old;
    bool has_old = false, ignored = false, good = true;
    size_t start = out->len + 1;
    buf_add_byte(out, '{');
    if (!read_fields(&l, out, &has_old)) return broken(err);
    if (take(&l, ';')) {
        buf_init(&old);
        good = read_fields(&l, &old, &ignored);
        if (good && !has_old) {                         /* a column of that name counts more */
            buf_add_text(out, out->len > start ? ",\"old\":{" : "\"old\":{");
            buf_add_slice(out, buf_slice(&old));
            buf_add_byte(out, '}');
        }
        buf_drop(&old);
    }
    buf_add_byte(out, '}');
    return (good && l.at == text.len) || broken(err);
}
