/* lua_queue.h - the part of `aios.store` by which the command line asks for runs: it adds a row to the trigger
 * table, and whoever executes the program takes it from there.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_QUEUE[];
