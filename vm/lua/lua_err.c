#include "lua/lua_err.h"

static void push_table(lua_State *L, const Err *err) {
    lua_createtable(L, 0, 2);
    lua_pushstring(L, err->code);
    lua_setfield(L, -2, "code");
    lua_pushstring(L, err->text);
    lua_setfield(L, -2, "message");
}

int err_push(lua_State *L, const Err *err) {
    lua_pushnil(L);
    push_table(L, err);
    return 2;
}

int err_raise(lua_State *L, const Err *err) {
    push_table(L, err);
    return lua_error(L);
}
