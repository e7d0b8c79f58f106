/* sse.h - bytes of a stream into lines and server-sent events, however the network cuts them.
 *
 *     Sse sse;
 *     sse_init(&sse, 1 << 20);
 *     if (!sse_feed(&sse, bytes, on_event, ctx, err)) ...    an event grew over the limit
 *     sse_drop(&sse);
 *
 * Follows the HTML standard, section "Server-sent events": LF, CR and CRLF end a line, a
 * leading byte-order mark and comments are skipped, several `data:` lines are joined
 * with LF, an event without data is not one, and the unfinished event at the end of the stream
 * is dropped. Lines alone are enough for NDJSON.
 *
 * Floor:  net - pure, base only.
 * Memory: owns its buffers from init to drop; what a callback gets dies with the call.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

typedef struct {
    Buf    text;                      /* the line so far */
    size_t max;
    bool   after_cr;
} Lines;

typedef bool LineFn(void *ctx, Slice line, Err *err);   /* false stops the feeding with *err filled */

void lines_init(Lines *lines, size_t max_bytes);
void lines_drop(Lines *lines);
/* Gives every line that is complete now. Fails with "too_big" when one has more than max_bytes, or as `each` fails. */
bool lines_feed(Lines *lines, Slice bytes, LineFn *each, void *ctx, Err *err);
/* At the end of the stream: gives the last line if it had no line end. */
bool lines_end(Lines *lines, LineFn *each, void *ctx, Err *err);

typedef struct {
    Slice event;                      /* "message" when the server names none */
    Slice data;
    Slice id;                         /* last id seen on this stream */
} SseEvent;

typedef void SseFn(void *ctx, const SseEvent *event);

typedef struct {
    Lines lines;
    Buf   event, data, id;
    bool  started, has_data;
} Sse;

void sse_init(Sse *sse, size_t max_bytes);              /* of one event */
void sse_drop(Sse *sse);
bool sse_feed(Sse *sse, Slice bytes, SseFn *each, void *ctx, Err *err);
