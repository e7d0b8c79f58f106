/* process_list.h - the part of aios.process that looks at processes instead of starting them.   Floor: lua. */
#pragma once
#include <lua.h>

int l_process_list(lua_State *L);
int l_process_info(lua_State *L);
int l_process_kill(lua_State *L);
