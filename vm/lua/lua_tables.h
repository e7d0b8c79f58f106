/* lua_tables.h - the part of aios.store that works on the tables of programs: db_exec, db_query, db_forget.
 *
 * Floor:  lua.   Memory: nothing of its own.
 */
#pragma once
#include "store/tables.h"
#include <lauxlib.h>

extern const luaL_Reg LUA_TABLES[];

/* The statement at 1 and the values of the list at 2, in a userdata that is left on the stack. Their texts stay Lua's. */
TablesCall lua_tables_call(lua_State *L);
