/* tostring for runs: numbers in the place of addresses. See lua_order.h. */
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include "lua/lua_order.h"

/* The number of the value at index 1, given at its first showing. Upvalue 1: value -> number; [0] is the last one. */
static lua_Integer number_of(lua_State *L) {
    const int numbers = lua_upvalueindex(1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, numbers) == LUA_TNIL) {
        lua_rawgeti(L, numbers, 0);
        lua_Integer number = lua_tointeger(L, -1) + 1;
        lua_pushinteger(L, number);
        lua_rawseti(L, numbers, 0);
        lua_pushvalue(L, 1);
        lua_pushinteger(L, number);
        lua_rawset(L, numbers);
        return number;
    }
    return lua_tointeger(L, -1);
}

/* tostring(v) -> text without addresses */
int order_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    int type = lua_type(L, 1);
    if (type == LUA_TLIGHTUSERDATA && lua_touserdata(L, 1) == NULL) {
        lua_pushliteral(L, "null");
        return 1;
    }
    bool has_address = type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD ||
                       type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA;
    if (!has_address || luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        luaL_tolstring(L, 1, NULL);
        return 1;
    }
    const char *name = lua_typename(L, type);
    if (luaL_getmetafield(L, 1, "__name") == LUA_TSTRING) name = lua_tostring(L, -1);
    char number[32];
    lua_Integer n = number_of(L);
    snprintf(number, sizeof number, "0x%08llx", (unsigned long long)n);
    lua_pushfstring(L, "%s: %s", name, number);
    return 1;
}
