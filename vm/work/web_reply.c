#include "work/web_reply.h"
#include <strings.h>

static bool is_safe(Slice text, bool name) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f || (name && (c == ':' || c == ' '))) return false;
    }
    return !name || text.len > 0;
}

static bool is_ours(Slice name) {
    static const char *const OURS[] = { "content-length", "connection", "transfer-encoding", NULL };
    for (int i = 0; OURS[i]; i++)
        if (name.len == strlen(OURS[i]) && strncasecmp(name.ptr, OURS[i], name.len) == 0) return true;
    return false;
}

/* A name or value that could begin another line is left out. */
static bool add_fields(Db *db, Slice output, Buf *out) {
    DbStmt *s;
    Err  ignored;
    bool more, typed = false;
    if (!db_prepare(db, "SELECT key, value FROM json_each($1, '$.headers') WHERE type IN ('text', 'integer', 'real')", &s, &ignored)) return false;
    db_bind_text(s, 1, output);
    while (db_step(s, &more, &ignored) && more) {
        Slice name = db_text(s, 0), value = db_text(s, 1);
        if (!is_safe(name, true) || !is_safe(value, false) || is_ours(name)) continue;
        if (name.len == 12 && strncasecmp(name.ptr, "content-type", 12) == 0) typed = true;
        buf_add_slice(out, name);
        buf_add_text(out, ": ");
        buf_add_slice(out, value);
        buf_add_text(out, "\r\n");
    }
    db_release(s);
    return typed;
}

static void add_body(WebReply *out, Slice type, Slice text, bool typed) {
    bool json = slice_is(type, "object") || slice_is(type, "array");
    buf_add_slice(&out->body, text);
    if (!typed && text.len) buf_printf(&out->fields, "Content-Type: %s\r\n", json ? "application/json" : "text/plain; charset=utf-8");
}

bool web_reply_of(Db *db, Slice output, WebReply *out) {
    DbStmt *s;
    Err  ignored;
    bool row = false, good = false;
    *out = (WebReply){ .status = 200 };
    buf_init(&out->fields);
    buf_init(&out->body);
    if (!output.ptr || slice_is(output, "null")) return false;
    if (!db_prepare(db, "SELECT json_type($1), json_type($1, '$.status'), json_extract($1, '$.status'), json_type($1, '$.body'),"
                        " json_extract($1, '$.body'), json_extract($1, '$')", &s, &ignored))
        return false;
    db_bind_text(s, 1, output);
    if (db_step(s, &row, &ignored) && row) {
        good = true;
        int64_t status = db_int(s, 2);
        bool whole = slice_is(db_text(s, 0), "object") && slice_is(db_text(s, 1), "integer") && status >= 200 && status <= 599;
        if (whole) {
            out->status = (int)status;
            bool typed = add_fields(db, output, &out->fields);
            add_body(out, db_text(s, 3), db_text(s, 4), typed);
        } else add_body(out, db_text(s, 0), db_text(s, 5), false);
    }
    db_release(s);
    return good;
}

void web_reply_drop(WebReply *reply) {
    buf_drop(&reply->fields);
    buf_drop(&reply->body);
}
