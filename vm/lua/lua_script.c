/* lua_script.c - aios.script: what stdlib/sandbox.lua needs to make the globals of a run. */
#include "lua/engine.h"
#include "lua/fiber.h"
#include "lua/lua_err.h"
#include "lua/lua_order.h"
#include "lua/lua_path.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <lualib.h>

enum { GLOBALS = 96 };                  /* about as many as a run has */

/* globals() -> a table for them, with pairs, next and tostring that show the same on every replay */
static int l_globals(lua_State *L) {
    lua_createtable(L, 0, GLOBALS);
    order_install(L, -1);
    return 1;
}

/* modules() -> { name = { path, lua } }: the modules of the program, compiled when it was loaded */
static int l_modules(lua_State *L) {
    Err err;
    size_t len;
    if (lua_getfield(L, LUA_REGISTRYINDEX, "aios.modules") == LUA_TTABLE) return 1;
    const char *text = lua_tolstring(L, -1, &len);
    if (!value_decode(L, slice_make(text, len), &err)) return err_raise(L, &err);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.modules");
    return 1;
}

/* absolute(path) -> where the path leads from the root on, every link followed */
static int l_absolute(lua_State *L) {
    char full[PATH_SIZE];
    lua_path_get(L, 1, PATH_FOLLOW, full);
    lua_pushstring(L, full);
    return 1;
}

/* clear(): the line of progress goes before something is said */
static int l_clear(lua_State *L) {
    progress_clear(&program_of(L)->engine->progress);
    return 0;
}

int luaopen_aios_script(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = { { "globals", l_globals }, { "modules", l_modules }, { "absolute", l_absolute }, { "clear", l_clear }, { NULL, NULL } };
    luaL_newlib(L, FUNCTIONS);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_COLIBNAME);
    lua_remove(L, -2);
    coroutine_install(L, -1);
    lua_setfield(L, -2, "coroutine");
    return 1;
}
