/* http_parse.h - the head of an HTTP/1.1 request, read strictly. Pure.
 *
 *     size_t end = http_head_end(bytes);                       // 0: not all of it has come
 *     HttpHead head;
 *     int status = http_parse(slice_make(bytes.ptr, end), &head);      // 0, or the status to refuse it with
 *
 * Refused with 400, since they are how one request is smuggled inside another: a bare CR or LF, a NUL, folded lines, a blank
 * before a colon, two lengths, a length that is not digits alone, no Host or two. Transfer-Encoding is 411: say how long it is.
 *
 * Floor:  net - base only.   Memory: an HttpHead borrows the bytes.
 */
#pragma once
#include "base/slice.h"
#include <stdbool.h>
#include <stdint.h>

enum { HTTP_HEAD_MOST = 16384, HTTP_FIELDS_MOST = 100 };

typedef struct {
    Slice name, value;
} HttpField;

typedef struct {
    Slice     method, target;           /* target: "/path?query", as sent */
    HttpField fields[HTTP_FIELDS_MOST];
    size_t    count;
    int64_t   length;                   /* of the body */
    bool      keep_alive, expects_continue;
} HttpHead;

/* How many bytes the head has with its empty line; 0: it is not whole. */
size_t http_head_end(Slice bytes);

int http_parse(Slice head, HttpHead *out);

/* The value of a field, by its name in any letters; ptr NULL: there is none. */
Slice http_field(const HttpHead *head, const char *name);
