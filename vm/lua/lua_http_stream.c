/* lua_http_stream.c - http.open: an answer that is read while it comes.
 *
 *     local answer, err = http.open{ url = url, stall = 20 }
 *     for event in answer.read, answer do ... end
 *
 * What comes is cut by its content type: text/event-stream into { event=, data= }, NDJSON
 * into { data=line }, anything else into { data=bytes } as the network gave it.
 */
#include "lua/http_call.h"
#include "lua/lua_err.h"
#include "net/sse.h"
#include <lauxlib.h>

#define STREAM "aios.http stream"

typedef enum { KIND_BYTES, KIND_SSE, KIND_NDJSON } Kind;

typedef struct Stream Stream;

typedef struct { Await base; Stream *stream; } Wait;

struct Stream {                                         /* a userdata; it lies on the stack of whoever waits for it */
    HttpRequest *request;
    Wait        *wait;
    Kind         kind;
    int          status;
    bool         head, done;
    Err          err;                                   /* code NULL: none */
    Buf          heads, queue;                          /* queue: event NUL, length of data, data */
    size_t       taken;
    Sse          sse;
    Lines        lines;
};

static void wake(Stream *s) {
    Wait *op = s->wait;
    s->wait = NULL;
    if (op) await_wake(op, 0);
}

static void put(Stream *s, Slice event, Slice data) {
    buf_add_slice(&s->queue, event);
    buf_add_byte(&s->queue, 0);
    buf_add(&s->queue, &data.len, sizeof data.len);
    buf_add_slice(&s->queue, data);
}

static void put_event(void *ctx, const SseEvent *event) {
    if (!event->event.len || !memchr(event->event.ptr, 0, event->event.len)) put(ctx, event->event, event->data);
}

static bool put_line(void *ctx, Slice line, Err *err) {
    (void)err;
    if (line.len) put(ctx, slice_of(""), line);
    return true;
}

static Kind kind_of(const HttpReply *reply) {
    for (size_t i = 0; i < reply->header_count; i++) {
        Slice v = reply->headers[i].value;
        if (!slice_is(reply->headers[i].name, "content-type")) continue;
        if (v.len >= 17 && strncasecmp(v.ptr, "text/event-stream", 17) == 0) return KIND_SSE;
        if (v.len >= 20 && strncasecmp(v.ptr, "application/x-ndjson", 20) == 0) return KIND_NDJSON;
    }
    return KIND_BYTES;
}

static bool stream_allow(void *ctx, const Url *url, Err *err) {
    Stream *s = ctx;
    return !s->request || (s->wait && http_call_allow(&s->wait->base, url, err));
}

static void stream_head(void *ctx, const HttpReply *reply) {
    Stream *s = ctx;
    s->head = true;
    s->status = reply->status;
    s->kind = kind_of(reply);
    http_heads_keep(&s->heads, reply);
    wake(s);
}

static void stream_chunk(void *ctx, Slice bytes) {
    Stream *s = ctx;
    size_t before = s->queue.len;
    bool good = true;
    if (s->kind == KIND_SSE) good = sse_feed(&s->sse, bytes, put_event, s, &s->err);
    else if (s->kind == KIND_NDJSON) good = lines_feed(&s->lines, bytes, put_line, s, &s->err);
    else put(s, slice_of(""), bytes);
    if (!good) {
        s->done = true;
        http_cancel(s->request);
        s->request = NULL;
    }
    if (s->done || s->queue.len > before) wake(s);
}

static void stream_done(void *ctx, const HttpReply *reply, const Err *err) {
    Stream *s = ctx;
    (void)reply;
    s->done = true;
    s->request = NULL;
    if (err) s->err = *err;
    else lines_end(&s->lines, put_line, s, &s->err);
    wake(s);
}

static void wait_cancel(Await *a) {
    Stream *s = ((Wait *)a)->stream;
    s->wait = NULL;
    if (s->request) http_cancel(s->request);
    s->request = NULL;
    s->done = true;
    err_set(&s->err, "cancelled", "the wait was cancelled");
    await_wake(a, UV_ECANCELED);
}

static void wait_release(Await *a) { await_free(a); }

static int push_next(lua_State *L, Stream *s) {
    if (s->taken == s->queue.len) {
        if (s->err.code) return err_push(L, &s->err);
        lua_pushnil(L);
        return 1;
    }
    const char *event = s->queue.ptr + s->taken;
    size_t name = strlen(event), len;
    memcpy(&len, event + name + 1, sizeof len);
    lua_createtable(L, 0, 2);
    lua_pushlstring(L, event, name);
    lua_setfield(L, -2, "event");
    lua_pushlstring(L, event + name + 1 + sizeof len, len);
    lua_setfield(L, -2, "data");
    s->taken += name + 1 + sizeof len + len;
    if (s->taken == s->queue.len) {
        buf_clear(&s->queue);
        s->taken = 0;
    }
    return 1;
}

static int read_push(lua_State *L, Await *a) { return push_next(L, ((Wait *)a)->stream); }

static int open_push(lua_State *L, Await *a) {
    Stream *s = ((Wait *)a)->stream;
    if (!s->head) return err_push(L, &s->err);
    lua_pushvalue(L, 2);
    return 1;
}

static const AwaitKind OPEN = { .name = "http.open", .push = open_push, .cancel = wait_cancel, .release = wait_release };
static const AwaitKind READ = { .name = "http.open read", .push = read_push, .cancel = wait_cancel, .release = wait_release };

static int wait_for(lua_State *L, Stream *s, const AwaitKind *kind) {
    Wait *op = await_new(L, kind, sizeof *op);
    op->stream = s;
    s->wait = op;
    return await_yield(L, op, 0);
}

static Stream *stream_new(lua_State *L, size_t max) {
    Stream *s = lua_newuserdatauv(L, sizeof *s, 0);
    memset(s, 0, sizeof *s);
    sse_init(&s->sse, max);
    lines_init(&s->lines, max);
    luaL_setmetatable(L, STREAM);
    return s;
}

/* http.open{ as http.request } -> answer | nil, err     waits for the head of the answer */
int l_http_open(lua_State *L) {
    HttpClient *client;
    HttpCall call;
    Err err;
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    Stream *s = stream_new(L, 0);                       /* at 2, where open_push finds it */
    if (!http_call_read(L, 1, &client, &call, &err)) return err_push(L, &err);
    s->sse.lines.max = s->lines.max = call.max_bytes;
    call.ctx = s;
    call.allow = stream_allow;
    call.on_head = stream_head;
    call.on_chunk = stream_chunk;
    call.on_done = stream_done;
    if (!http_send(client, &call, &s->request, &err)) return err_push(L, &err);
    return wait_for(L, s, &OPEN);
}

/* answer:read() -> { event=, data= } | nil at the end | nil, err */
static int l_stream_read(lua_State *L) {
    Stream *s = luaL_checkudata(L, 1, STREAM);
    luaL_argcheck(L, !s->wait, 1, "is being read by somebody else");
    if (s->taken < s->queue.len || s->done) return push_next(L, s);
    return wait_for(L, s, &READ);
}

/* answer:status() -> integer */
static int l_stream_status(lua_State *L) {
    lua_pushinteger(L, ((Stream *)luaL_checkudata(L, 1, STREAM))->status);
    return 1;
}

/* answer:headers() -> { name = value } */
static int l_stream_headers(lua_State *L) {
    http_heads_push(L, &((Stream *)luaL_checkudata(L, 1, STREAM))->heads);
    return 1;
}

/* answer:kind() -> "sse" | "ndjson" | "bytes" */
static int l_stream_kind(lua_State *L) {
    static const char *const names[] = { "bytes", "sse", "ndjson" };
    lua_pushstring(L, names[((Stream *)luaL_checkudata(L, 1, STREAM))->kind]);
    return 1;
}

/* answer:close()     what has not come yet is not wanted */
static int l_stream_close(lua_State *L) {
    Stream *s = luaL_checkudata(L, 1, STREAM);
    if (s->request) http_cancel(s->request);
    s->request = NULL;
    s->done = true;
    buf_clear(&s->queue);
    s->taken = 0;
    wake(s);
    return 0;
}

static int stream_gc(lua_State *L) {
    Stream *s = luaL_checkudata(L, 1, STREAM);
    if (s->request) http_cancel(s->request);
    s->request = NULL;
    buf_drop(&s->heads);
    buf_drop(&s->queue);
    sse_drop(&s->sse);
    lines_drop(&s->lines);
    return 0;
}

static const luaL_Reg METHODS[] = {
    { "read", l_stream_read },       { "status", l_stream_status }, { "headers", l_stream_headers },
    { "kind", l_stream_kind },       { "close", l_stream_close },   { NULL, NULL }
};

void http_stream_register(lua_State *L) {
    luaL_newmetatable(L, STREAM);
    lua_pushcfunction(L, stream_gc);
    lua_setfield(L, -2, "__gc");
    luaL_newlib(L, METHODS);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
