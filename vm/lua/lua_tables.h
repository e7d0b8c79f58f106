/* lua_tables.h - the part of aios.store that works on the tables of programs: db_exec, db_query, db_forget.
 *
 * Floor:  lua.   Memory: nothing of its own.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_TABLES[];
