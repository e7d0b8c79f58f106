/* lua_report.h - the reading half of `aios.store`: named questions to a database, and its audit chain.
 *
 *     luaL_newlib(L, WRITING);
 *     luaL_setfuncs(L, LUA_REPORT, 0);                 // adds read and verify
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>
#include <lua.h>

extern const luaL_Reg LUA_REPORT[];
