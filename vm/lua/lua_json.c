/* require "aios.json": the codec for scripts. */
#include "lua/lua_err.h"
#include "lua/value.h"
#include <lauxlib.h>

static int l_push_text(lua_State *L) {
    const Buf *text = lua_touserdata(L, 1);
    lua_pushlstring(L, text->ptr, text->len);
    return 1;
}

/* json.encode(v [, { pretty = true }]) -> text | nil, err */
static int l_json_encode(lua_State *L) {
    luaL_checkany(L, 1);
    bool pretty = false;
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        lua_getfield(L, 2, "pretty");
        pretty = lua_toboolean(L, -1);
    }
    Err err;
    Buf out;
    buf_init(&out);
    bool ok = pretty ? value_encode_pretty(L, 1, &out, &err) : value_encode(L, 1, &out, &err);
    if (!ok) {
        buf_drop(&out);
        return err_push(L, &err);
    }
    lua_pushcfunction(L, l_push_text);                  /* protected, so that `out` is freed when memory runs out */
    lua_pushlightuserdata(L, &out);
    int status = lua_pcall(L, 1, 1, 0);
    buf_drop(&out);
    return status == LUA_OK ? 1 : lua_error(L);
}

/* json.decode(text) -> value | nil, err */
static int l_json_decode(lua_State *L) {
    Slice text;
    text.ptr = luaL_checklstring(L, 1, &text.len);
    Err err;
    return value_decode(L, text, &err) ? 1 : err_push(L, &err);
}

/* json.array(t) -> t, written as a list also when it is empty */
static int l_json_array(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argcheck(L, !lua_getmetatable(L, 1) || value_is_list(L, 1), 1, "a table that has no metatable");
    lua_settop(L, 1);
    value_mark_list(L, 1);
    return 1;
}

int luaopen_aios_json(lua_State *L) {
    static const luaL_Reg functions[] = {
        { "encode", l_json_encode }, { "decode", l_json_decode }, { "array", l_json_array }, { NULL, NULL },
    };
    luaL_newlib(L, functions);
    value_push_null(L);
    lua_setfield(L, -2, "null");
    return 1;
}
