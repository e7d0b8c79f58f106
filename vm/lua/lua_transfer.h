/* lua_transfer.h - the part of `aios.store` that takes runs out of a database and brings them into another.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_TRANSFER[];
