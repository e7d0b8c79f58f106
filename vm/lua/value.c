/* The two marks of the codec: null and "this table is a list". */
#include "lua/value.h"
#include <lauxlib.h>

static const char LIST_KEY = 0;                         /* its address names the mark in the registry */

void value_push_null(lua_State *L) { lua_pushlightuserdata(L, NULL); }

bool value_is_null(lua_State *L, int index) {
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

/* Pushes the metatable that marks lists. Scripts cannot reach it: it is shared by all runs of a state. */
static void push_mark(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &LIST_KEY) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "list");
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &LIST_KEY);
}

void value_mark_list(lua_State *L, int index) {
    index = lua_absindex(L, index);
    push_mark(L);
    lua_setmetatable(L, index);
}

bool value_is_list(lua_State *L, int index) {
    if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &LIST_KEY);
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is;
}
