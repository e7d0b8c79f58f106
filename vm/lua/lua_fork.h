/* lua_fork.h - the part of `aios.store` that takes a run back to a step, as another run or as itself.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_FORK[];
