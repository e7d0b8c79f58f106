/* web_request.h - from an HTTP request to what `as NAME` gets: { method, path, query, headers, body }. Pure.
 *
 *     web_path(head.target, &path);                    // decoded, without the query
 *     web_payload(&head, body, buf_slice(&path), &payload);
 *
 * Names of headers are in small letters; of a name that comes twice the values stand with a comma between, of a query's the last counts.
 *
 * Floor:  work - uses net.   Memory: the caller's Bufs.
 */
#pragma once
#include "base/buf.h"
#include "net/http_parse.h"

/* False: a wrong escape, a NUL, or a path that climbs (`..`). */
bool web_path(Slice target, Buf *out);
void web_payload(const HttpHead *head, Slice body, Slice path, Buf *out);
