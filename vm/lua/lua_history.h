/* lua_history.h - the part of `aios.store` by which the command line keeps, moves and removes what runs have recorded.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_HISTORY[];
