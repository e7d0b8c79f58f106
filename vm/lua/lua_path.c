#include "lua/lua_path.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "os/place.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void lua_path_get(lua_State *L, int index, PathKind kind, char out[PATH_SIZE]) {
    char cwd[PATH_SIZE], full[PATH_SIZE];
    size_t len;
    Err err;
    const char *text = luaL_checklstring(L, index, &len);
    luaL_argcheck(L, strlen(text) == len, index, "a path cannot hold a NUL byte");
    if (!getcwd(cwd, sizeof cwd)) memcpy(cwd, "/", sizeof "/");     /* it was removed under us: relative paths will not be found */
    bool good = path_absolute(cwd, getenv("HOME"), text, full, &err)
             && (kind == PATH_FOLLOW ? place_real(full, out, &err) : place_real_parent(full, out, &err));
    if (!good) err_raise(L, &err);
}

void lua_path_check(lua_State *L, int index, const char *need, PathKind kind, char out[PATH_SIZE]) {
    lua_path_get(L, index, kind, out);
    gate_check(L, need, out);
}
