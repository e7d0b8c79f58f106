/* lua_money.h - the functions of aios.store about money and decisions. Floor: lua. */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_MONEY[];
