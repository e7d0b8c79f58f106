/* lua_mail.h - the part of `aios.store` by which runs tell the world and each other something: events and signals.
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lauxlib.h>

extern const luaL_Reg LUA_MAIL[];
