/* http_client.h - HTTP requests on the loop, by libcurl.
 *
 * Many requests share one client: connections are kept and reused, 16 to a host,
 * 256 in all. libcurl is loaded when the client is opened. Only http and
 * https, redirects too; no cookies; a proxy of the environment is used, but never for
 * this machine itself.
 *
 *     HttpCall call = { .method = "GET", .url = slice_of(url), .timeout_ms = 30000, .max_bytes = 1 << 20,
 *                       .follow = 10, .ctx = me, .on_done = done };
 *     HttpRequest *request;
 *     if (!http_send(client, &call, &request, err)) return false;
 *     ... done(me, reply, NULL) or done(me, reply, err), once, later
 *
 * Errors: offline (no name, no connection), timeout, io (cut off or nonsense before an
 * answer), truncated (cut off inside the answer), too_big, auth (certificate), limit (too
 * many redirects), cancelled, invalid, and what `allow` says.
 *
 * Floor:  net.   Thread: loop thread only.
 * Memory: http_send copies what it is given. A request frees itself after on_done or
 *         http_cancel; what callbacks get dies with the call.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include "net/url.h"
#include <uv.h>

typedef struct HttpClient HttpClient;
typedef struct HttpRequest HttpRequest;

typedef struct { Slice name, value; } HttpHeader;

typedef struct {
    int               status;         /* 0: no answer came */
    const HttpHeader *headers;        /* names in lower case, in the order received */
    size_t            header_count;
    Slice             body;           /* empty when on_chunk took it */
    int64_t           time_ms;        /* from http_send to the end, redirects included */
} HttpReply;

typedef struct {
    const char       *method;         /* upper case */
    Slice             url;
    const HttpHeader *headers;
    size_t            header_count;
    Slice             body;
    int64_t           timeout_ms;     /* of everything */
    int64_t           connect_ms;     /* 0: as timeout_ms */
    int64_t           first_byte_ms;  /* until the first byte of the answer's body; 0: none */
    int64_t           stall_ms;       /* between two bytes after that; 0: none */
    size_t            max_bytes;      /* of the body, unpacked */
    int               follow;         /* redirects; 0: the redirect itself is the answer */
    void             *ctx;
    bool (*allow)(void *ctx, const Url *url, Err *err);         /* may be NULL; asked for the address and each redirect */
    void (*on_head)(void *ctx, const HttpReply *reply);         /* may be NULL */
    void (*on_chunk)(void *ctx, Slice bytes);                   /* NULL: the body is collected */
    void (*on_done)(void *ctx, const HttpReply *reply, const Err *err);   /* err NULL: whole answer, whatever its status */
} HttpCall;

/* Fails when libcurl cannot be loaded. */
bool http_client_open(HttpClient **client, uv_loop_t *loop, Err *err);

/* Ends every request with "cancelled" (on_done is called) and frees the client when the loop has let go of its handles. */
void http_client_close(HttpClient *client);

/* Starts a request. On failure nothing was started and on_done is never called. */
bool http_send(HttpClient *client, const HttpCall *call, HttpRequest **request, Err *err);

/* Ends a request silently: none of its callbacks is called any more. Allowed inside its callbacks. */
void http_cancel(HttpRequest *request);
