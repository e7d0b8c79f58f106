/* http_server.h - a small HTTP/1.1 server on the loop: whole requests in, whole replies out.
 *
 *     HttpServer *server = http_server_new(loop, "127.0.0.1:8484", handle, context, err);
 *     http_reply(exchange, 202, "Content-Type: application/json\r\n", body);        // now or later, once for each request
 *     http_server_free(server);
 *
 * Limits: 16 KiB of head, 1 MiB of body (413), 1,024 connections, 10 s for a head, 30 s for a body, 60 s of rest between two
 * requests. Requests of one connection are answered in order. No TLS: a proxy before it does that.
 *
 * Floor:  net - base and libuv.   Thread: loop thread.
 * Memory: an exchange is freed by http_reply; a request dies with the call of `handle`. The server frees itself after
 *         http_server_free, when libuv lets go; exchanges that are still open may be replied to, nobody hears it.
 */
#pragma once
#include "base/err.h"
#include "net/http_parse.h"
#include <uv.h>

enum { HTTP_BODY_MOST = 1 << 20 };

typedef struct HttpServer   HttpServer;
typedef struct HttpExchange HttpExchange;

typedef void (*HttpHandle)(void *context, HttpExchange *exchange, const HttpHead *head, Slice body);

/* `address`: "HOST:PORT" of numbers, "[::1]:8484" too. NULL and err when it cannot be listened to. */
HttpServer *http_server_new(uv_loop_t *loop, const char *address, HttpHandle handle, void *context, Err *err);
int         http_server_port(const HttpServer *server);
void        http_server_free(HttpServer *server);

/* `fields` are whole lines, each with its CR LF; Content-Length and Connection are added. */
void http_reply(HttpExchange *exchange, int status, const char *fields, Slice body);
