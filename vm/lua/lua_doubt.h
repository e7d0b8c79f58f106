/* lua_doubt.h - the part of `aios.store` by which a person settles a call of which nobody knows whether it happened.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_DOUBT[];
