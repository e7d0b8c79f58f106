/* lua_script.c - aios.script: what stdlib/sandbox.lua needs to make the globals of a run. */
#include "lua/engine.h"
#include "lua/key_order.h"
#include "lua/run_place.h"
#include "lua/fiber.h"
#include "lua/lua_checked.h"
#include "lua/lua_err.h"
#include "lua/lua_order.h"
#include "lua/lua_path.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

enum { GLOBALS = 96 };                  /* about as many as a run has */

/* (function, type of a key): a walk in Lua's own order is nothing that a replay could repeat. A run with a record is refused it; one
 * without may go on, and have none from then on. */
static int l_keys_without_place(lua_State *L) {
    Run *run = run_of(L);
    const char *function = luaL_checkstring(L, 1), *type = luaL_checkstring(L, 2);
    if (ledger_is_open(&run->ledger)) {
        luaL_where(L, 2);                       /* 0 is this, 1 pairs or next */
        lua_pushfstring(L, "%s over a table keyed by a %s has no order that a replay could repeat; "
                        "keep the keys in a list as well and walk that", function, type);
        lua_concat(L, 2);
        return lua_error(L);
    }
    lua_pushfstring(L, "this has to be recorded, but the program has used %s over a table keyed by a %s (line %d) before, which has no "
                    "order that a replay could repeat; keep the keys in a list as well and walk that", function, type, run_line(L));
    ledger_bar(&run->ledger, slice_of(lua_tostring(L, -1)));
    return 0;
}

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

/* home() -> the directory of the program, with the slash at its end */
static int l_home(lua_State *L) {
    const char *path = program_of(L)->path, *slash = strrchr(path, '/');
    lua_pushlstring(L, path, slash ? (size_t)(slash - path) + 1 : 0);
    return 1;
}

/* clear(): the line of progress goes before something is said */
static int l_clear(lua_State *L) {
    progress_clear(&program_of(L)->engine->progress);
    return 0;
}

int luaopen_aios_script(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = { { "globals", l_globals }, { "modules", l_modules }, { "absolute", l_absolute }, { "clear", l_clear }, { "home", l_home }, { "checked", script_l_checked }, { NULL, NULL } };
    luaL_newlib(L, FUNCTIONS);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_COLIBNAME);
    lua_remove(L, -2);
    coroutine_install(L, -1);
    lua_setfield(L, -2, "coroutine");
    lua_pushcfunction(L, l_keys_without_place);
    lua_setfield(L, LUA_REGISTRYINDEX, KEYS_WITHOUT_PLACE);
    return 1;
}
