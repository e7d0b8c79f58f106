#include "lua/lua_checked.h"
#include <lauxlib.h>

enum { STOCK = 1, CHECK, AFTER };

/* [argument]... -> results; the check has answered above `count` arguments */
static int go(lua_State *L, int status, lua_KContext count) {
    int above = (int)count + 1;
    (void)status;
    if (lua_gettop(L) >= above && !lua_isnil(L, above)) {
        if (lua_toboolean(L, above)) return lua_gettop(L) - above;
        lua_rotate(L, 1, -above);
        lua_settop(L, lua_gettop(L) - above);
    } else {
        lua_settop(L, (int)count);
    }
    int results = lua_tocfunction(L, lua_upvalueindex(STOCK))(L);
    if (lua_isnil(L, lua_upvalueindex(AFTER))) return results;
    int under = lua_gettop(L) - results;
    lua_pushvalue(L, lua_upvalueindex(AFTER));
    lua_insert(L, under + 1);
    lua_call(L, results, LUA_MULTRET);
    return lua_gettop(L) - under;
}

static int l_stand_in(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checkstack(L, count + LUA_MINSTACK, "too many arguments");
    lua_pushvalue(L, lua_upvalueindex(CHECK));
    for (int i = 1; i <= count; i++) lua_pushvalue(L, i);
    lua_callk(L, count, LUA_MULTRET, count, go);
    return go(L, LUA_OK, count);
}

int script_l_checked(lua_State *L) {
    luaL_argcheck(L, lua_iscfunction(L, 1), 1, "a function of Lua's own");
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 3);
    lua_pushcclosure(L, l_stand_in, 3);
    return 1;
}
