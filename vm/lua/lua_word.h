/* lua_word.h - the part of `aios.store` by which the command line speaks to runs: signal, answer, cancel, undo, retry.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_WORD[];
