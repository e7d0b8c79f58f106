/* lua_path.h - a path as a script gives it, turned into the place it means, and asked for at the gate.
 *
 *     lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
 *     ... (Place){ PLACE_REAL, op->path } ...
 *
 * The gate sees the path with every link followed: a link inside a granted directory grants nothing
 * outside it. The act then refuses any link, so the answer stays true until it is used.
 *
 * Floor:  lua.   Memory: the caller's array.
 */
#pragma once
#include "os/path.h"
#include <lua.h>

typedef enum { PATH_FOLLOW, PATH_LINK } PathKind;       /* PATH_LINK: the last name itself, should it be a link */

/* Fills `out` from the string at `index`. Raises for a path that cannot be one and for a refusal. */
void lua_path_check(lua_State *L, int index, const char *need, PathKind kind, char out[PATH_SIZE]);

/* The same without asking the gate. */
void lua_path_get(lua_State *L, int index, PathKind kind, char out[PATH_SIZE]);
