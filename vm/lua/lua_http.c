/* lua_http.c - `aios.http`, for the host alone: request, open, host. */
#include "lua/http_call.h"
#include "lua/lua_err.h"
#include <lauxlib.h>

typedef struct {
    Await        base;
    HttpRequest *request;
    int          status;
    int64_t      time_ms;
    Buf          heads, body;
} Request;

static bool request_allow(void *ctx, const Url *url, Err *err) {
    Request *op = ctx;
    return !op->request || http_call_allow(&op->base, url, err);     /* the first address has been asked for already */
}

static void request_done(void *ctx, const HttpReply *reply, const Err *err) {
    Request *op = ctx;
    op->request = NULL;
    op->status = reply->status;
    op->time_ms = reply->time_ms;
    if (err) op->base.err = *err;
    else {
        http_heads_keep(&op->heads, reply);
        buf_add_slice(&op->body, reply->body);
    }
    await_wake(op, 0);
}

static int request_push(lua_State *L, Await *a) {
    Request *op = (Request *)a;
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, op->status);
    lua_setfield(L, -2, "status");
    lua_pushnumber(L, (lua_Number)op->time_ms / 1000);
    lua_setfield(L, -2, "time");
    lua_pushlstring(L, buf_text(&op->body), op->body.len);
    lua_setfield(L, -2, "body");
    http_heads_push(L, &op->heads);
    lua_setfield(L, -2, "headers");
    return 1;
}

static void request_cancel(Await *a) {
    Request *op = (Request *)a;
    if (op->request) http_cancel(op->request);
    op->request = NULL;
    await_wake(op, UV_ECANCELED);
}

static void request_release(Await *a) {
    Request *op = (Request *)a;
    buf_drop(&op->heads);
    buf_drop(&op->body);
    await_free(op);
}

static const AwaitKind REQUEST = { .name = "http.request", .push = request_push, .cancel = request_cancel, .release = request_release };

/* http.request{ method=, url=, headers=, body=, timeout=, connect=, first_byte=, stall=, max=, follow= }
 *   -> { status, headers, body, time } | nil, err */
static int l_http_request(lua_State *L) {
    HttpClient *client;
    HttpCall call;
    Err err;
    lua_settop(L, 1);
    if (!http_call_read(L, 1, &client, &call, &err)) return err_push(L, &err);
    Request *op = await_new(L, &REQUEST, sizeof *op);
    call.ctx = op;
    call.allow = request_allow;
    call.on_done = request_done;
    if (!http_send(client, &call, &op->request, &err)) return err_push(L, &err);
    return await_yield(L, op, 0);
}

/* http.host(url) -> "host:port" | nil, err */
static int l_http_host(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    Url url;
    Err err;
    if (!url_parse(&url, slice_make(text, len), &err)) return err_push(L, &err);
    lua_pushfstring(L, url.ipv6 ? "[%s]:%d" : "%s:%d", url.host, url.port);
    return 1;
}

static const luaL_Reg HTTP[] = {
    { "request", l_http_request },
    { "download", l_http_download },
    { "open",    l_http_open },
    { "host",    l_http_host },
    { NULL, NULL }
};

int luaopen_aios_http(lua_State *L) {
    http_stream_register(L);
    luaL_newlib(L, HTTP);
    return 1;
}
