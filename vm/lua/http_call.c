#include "lua/http_call.h"
#include "lua/fiber.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include <lauxlib.h>

enum { DEFAULT_TIMEOUT_MS = 60000, DEFAULT_MAX = 16 << 20, DEFAULT_FOLLOW = 10, MAX_FOLLOW = 50 };

/* Each state that makes a request has one client; it is closed with the state. */
static int client_gc(lua_State *L) {
    HttpClient **box = lua_touserdata(L, 1);
    if (*box) http_client_close(*box);
    *box = NULL;
    return 0;
}

static HttpClient *client_of(lua_State *L, Err *err) {
    static const char key[] = "aios.http client";
    if (lua_getfield(L, LUA_REGISTRYINDEX, key) == LUA_TUSERDATA) {
        HttpClient *client = *(HttpClient **)lua_touserdata(L, -1);
        lua_pop(L, 1);
        return client;
    }
    lua_pop(L, 1);
    HttpClient **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, client_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    if (http_client_open(box, vm_of(L)->loop, err)) lua_setfield(L, LUA_REGISTRYINDEX, key);
    else {
        lua_pop(L, 1);
        return NULL;
    }
    return *box;
}

static int64_t read_seconds(lua_State *L, int index, const char *name, int64_t absent_ms) {
    int type = lua_getfield(L, index, name);
    lua_Number s = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (type == LUA_TNIL) return absent_ms;
    if (type != LUA_TNUMBER || !(s > 0 && s <= 86400)) luaL_error(L, "%s must be a number of seconds, up to a day", name);
    return s < 0.001 ? 1 : (int64_t)(s * 1000);
}

static lua_Integer read_integer(lua_State *L, int index, const char *name, lua_Integer absent, lua_Integer max) {
    int type = lua_getfield(L, index, name), good;
    lua_Integer n = lua_tointegerx(L, -1, &good);
    lua_pop(L, 1);
    if (type == LUA_TNIL) return absent;
    if (!good || n < 0 || n > max) luaL_error(L, "%s must be a whole number from 0 to %I", name, max);
    return n;
}

/* The string stays alive in the table, which the caller's stack holds. */
static Slice read_text(lua_State *L, int index, const char *name) {
    size_t len;
    int type = lua_getfield(L, index, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) luaL_error(L, "%s must be a string", name);
    const char *text = lua_tolstring(L, -1, &len);
    lua_pop(L, 1);
    return slice_make(text, text ? len : 0);
}

/* Pushes a userdata that holds the headers. */
static void read_headers(lua_State *L, int index, HttpCall *call) {
    size_t count = 0;
    int type = lua_getfield(L, index, "headers");
    if (type != LUA_TNIL && type != LUA_TTABLE) luaL_error(L, "headers must be a table of strings");
    int table = lua_gettop(L);
    for (lua_pushnil(L); type == LUA_TTABLE && lua_next(L, table); lua_pop(L, 1)) count++;
    if (type != LUA_TTABLE) lua_settop(L, table);
    HttpHeader *headers = lua_newuserdatauv(L, (count + 1) * sizeof *headers, 0);
    call->headers = headers;
    if (type == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
            if (lua_type(L, -1) != LUA_TSTRING || lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "headers must be a table of strings");
            HttpHeader *h = &headers[call->header_count++];
            h->name.ptr = lua_tolstring(L, -2, &h->name.len);
            h->value.ptr = lua_tolstring(L, -1, &h->value.len);
        }
    }
    lua_remove(L, table);
}

static bool ask_gate(lua_State *L, const Url *url) {
    Buf host;
    char text[URL_HOST_SIZE + 16];
    buf_init(&host);
    url_write_host(url, &host);
    memcpy(text, buf_text(&host), host.len + 1);
    buf_drop(&host);                                    /* the gate raises when it refuses */
    return gate_check(L, "net", text);
}

bool http_call_read(lua_State *L, int index, HttpClient **client, HttpCall *call, Err *err) {
    Url url;
    luaL_checktype(L, index, LUA_TTABLE);
    *call = (HttpCall){ 0 };
    Slice method = read_text(L, index, "method");
    call->method = method.ptr ? method.ptr : "GET";
    call->url = read_text(L, index, "url");
    call->body = read_text(L, index, "body");
    call->timeout_ms = read_seconds(L, index, "timeout", DEFAULT_TIMEOUT_MS);
    call->connect_ms = read_seconds(L, index, "connect", 0);
    call->first_byte_ms = read_seconds(L, index, "first_byte", 0);
    call->stall_ms = read_seconds(L, index, "stall", 0);
    call->max_bytes = (size_t)read_integer(L, index, "max", DEFAULT_MAX, (lua_Integer)1 << 40);
    call->follow = (int)read_integer(L, index, "follow", DEFAULT_FOLLOW, MAX_FOLLOW);
    read_headers(L, index, call);
    if (!url_parse(&url, call->url, err) || !ask_gate(L, &url)) return false;
    *client = client_of(L, err);
    return *client != NULL;
}

static int raise_refusal(lua_State *L) {
    ask_gate(L, lua_touserdata(L, 1));
    return 0;
}

/* The fiber waits and cannot be called; so the gate is asked on the main thread, as that fiber. */
bool http_call_allow(Await *op, const Url *url, Err *err) {
    Vm *vm = op->vm;
    lua_State *L = vm->L;
    Fiber *before = vm->current;
    int top = lua_gettop(L);
    if (!op->fiber || !lua_checkstack(L, 8)) return err_set(err, "cancelled", "nobody waits for the answer");
    vm->current = op->fiber;
    lua_pushcfunction(L, raise_refusal);
    lua_pushlightuserdata(L, (void *)url);
    bool good = lua_pcall(L, 1, 0, 0) == LUA_OK;
    vm->current = before;
    if (!good) {
        const char *why = NULL;
        if (lua_istable(L, -1)) lua_getfield(L, -1, "message");
        if (lua_type(L, -1) == LUA_TSTRING) why = lua_tostring(L, -1);
        err_set(err, "denied", "redirected to %s, which is not granted: %s", url->host, why ? why : "refused");
    }
    lua_settop(L, top);
    return good;
}

void http_heads_keep(Buf *heads, const HttpReply *reply) {
    buf_clear(heads);
    for (size_t i = 0; i < reply->header_count; i++) {
        buf_add_slice(heads, reply->headers[i].name);
        buf_add_byte(heads, 0);
        buf_add_slice(heads, reply->headers[i].value);
        buf_add_byte(heads, '\n');                      /* a value cannot hold one */
    }
}

void http_heads_push(lua_State *L, const Buf *heads) {
    const char *at = buf_text(heads), *end = at + heads->len;
    lua_newtable(L);
    while (at < end) {
        const char *value = memchr(at, 0, (size_t)(end - at)) ;
        const char *stop = memchr(value, '\n', (size_t)(end - value));
        lua_pushlstring(L, at, (size_t)(value - at));   /* [headers] [name] */
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) == LUA_TSTRING) {         /* [headers] [name] [value before] */
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, value + 1, (size_t)(stop - value - 1));
            lua_concat(L, 3);
        } else {
            lua_pop(L, 1);
            lua_pushlstring(L, value + 1, (size_t)(stop - value - 1));
        }
        lua_rawset(L, -3);
        at = stop + 1;
    }
}
