/* web_reply.h - from what a run gave back to an HTTP reply: { status = 204 }, { status = 200, headers = {…}, body = "…" }, a text,
 * a table, or nothing.
 *
 *     WebReply reply;
 *     if (web_reply_of(store_reader(store), output, &reply)) http_reply(exchange, reply.status, buf_text(&reply.fields), buf_slice(&reply.body));
 *     web_reply_drop(&reply);
 *
 * Floor:  work - uses store's reader to take JSON apart.   Memory: a WebReply owns its texts.
 */
#pragma once
#include "base/buf.h"
#include "db/db.h"

typedef struct {
    int status;
    Buf fields, body;                   /* fields: whole lines */
} WebReply;

/* False: the run gave nothing back, so there is only its id to tell. */
bool web_reply_of(Db *db, Slice output, WebReply *out);
void web_reply_drop(WebReply *reply);
