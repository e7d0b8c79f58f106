/* http_world.h - a client, a loop and the misbehaving server, and what the last request came to. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "net/http_client.h"
#include "server.h"

typedef struct {
    uv_loop_t    loop;
    HttpClient  *client;
    HttpRequest *request;
    Server       server;
    int          done, heads, chunks, cancel_at_chunk, status;
    const char  *code, *refuse;                         /* refuse: a path that `allow` says no to */
    char         why[500];
    Buf          body, asked, headers;
} World;

static inline bool allow(void *ctx, const Url *url, Err *err) {
    World *w = ctx;
    url_write_host(url, &w->asked);
    buf_add_byte(&w->asked, ' ');
    if (w->refuse && slice_is(url->path, w->refuse)) return err_set(err, "denied", "not granted");
    return true;
}

static inline void on_head(void *ctx, const HttpReply *reply) {
    World *w = ctx;
    assert_int_equal(w->heads + w->done, 0);
    w->heads++;
    w->status = reply->status;
}

static inline void on_chunk(void *ctx, Slice bytes) {
    World *w = ctx;
    assert_int_equal(w->heads, 1);
    w->chunks++;
    buf_add_slice(&w->body, bytes);
    if (w->chunks == w->cancel_at_chunk) http_cancel(w->request);
}

static inline void on_done(void *ctx, const HttpReply *reply, const Err *err) {
    World *w = ctx;
    w->done++;
    w->status = reply->status;
    w->code = err ? err->code : "";
    snprintf(w->why, sizeof w->why, "%s", err ? err->text : "");
    buf_add_slice(&w->body, reply->body);
    for (size_t i = 0; i < reply->header_count; i++) {
        HttpHeader h = reply->headers[i];
        buf_printf(&w->headers, "%.*s=%.*s;", (int)h.name.len, h.name.ptr, (int)h.value.len, h.value.ptr);
    }
}

static inline int group_open(void **state) {
    World *w = mem_new(sizeof *w);
    Err err;
    assert_true(server_open(&w->server, "tests/fake/http_server.py"));
    setenv("http_proxy", "http://127.0.0.1:1", 1);      /* must not matter: everything here is loopback */
    uv_loop_init(&w->loop);
    if (!http_client_open(&w->client, &w->loop, &err)) fail_msg("%s", err.text);
    buf_init(&w->body);
    buf_init(&w->asked);
    buf_init(&w->headers);
    *state = w;
    return 0;
}

static inline int group_close(void **state) {
    World *w = *state;
    http_client_close(w->client);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&w->loop);
    server_close(&w->server);
    buf_drop(&w->body);
    buf_drop(&w->asked);
    buf_drop(&w->headers);
    free(w);
    return left;
}

static inline void reset(World *w) {
    w->done = w->heads = w->chunks = w->cancel_at_chunk = w->status = 0;
    w->code = "nothing";
    w->refuse = NULL;
    buf_clear(&w->body);
    buf_clear(&w->asked);
    buf_clear(&w->headers);
}

static inline HttpCall call_of(World *w, const char *url) {
    return (HttpCall){ .method = "GET", .url = slice_of(url), .timeout_ms = 10000, .max_bytes = 1 << 20, .follow = 5,
                       .ctx = w, .allow = allow, .on_done = on_done };
}

static inline void run(World *w, const HttpCall *call) {
    Err err;
    if (!http_send(w->client, call, &w->request, &err)) fail_msg("%s", err.text);
    while (!w->done) uv_run(&w->loop, UV_RUN_ONCE);
}

static inline char *at(World *w, const char *path, char out[400]) {
    snprintf(out, 400, "http://127.0.0.1:%d%s", w->server.port, path);
    return out;
}

static inline void get(World *w, const char *path, HttpCall limits) {
    char url[400];
    HttpCall call = call_of(w, at(w, path, url));
    reset(w);
    if (limits.timeout_ms) call.timeout_ms = limits.timeout_ms;
    if (limits.max_bytes) call.max_bytes = limits.max_bytes;
    if (limits.follow) call.follow = limits.follow < 0 ? 0 : limits.follow;
    call.first_byte_ms = limits.first_byte_ms;
    call.stall_ms = limits.stall_ms;
    run(w, &call);
}
