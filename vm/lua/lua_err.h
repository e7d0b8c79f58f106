/* lua_err.h - the one bridge from Err to Lua.   Floor: lua. */
#pragma once
#include "base/err.h"
#include <lua.h>

/* Pushes nil, { code, message }; returns 2, so a binding ends `return err_push(L, &err);` */
int err_push(lua_State *L, const Err *err);

/* Raises { code, message }; never returns. */
int err_raise(lua_State *L, const Err *err);
