#include "lua/embed.h"
#include <lauxlib.h>
#include <string.h>

static const Embedded *find(const char *name) {
    size_t low = 0, high = 0;
    while (EMBEDDED[high].name) high++;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(name, EMBEDDED[mid].name);
        if (order == 0) return &EMBEDDED[mid];
        if (order < 0) high = mid;
        else low = mid + 1;
    }
    return NULL;
}

bool embed_load(lua_State *L, const char *name) {
    const Embedded *module = find(name);
    if (!module) return false;
    if (luaL_loadbufferx(L, (const char *)module->code, module->size, module->name, "b") != LUA_OK) lua_error(L);
    return true;
}

static const char ENVIRONMENT[] = "aios.environment";  /* registry: what modules of the house see as globals */

static int l_require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (lua_getfield(L, lua_upvalueindex(1), name) != LUA_TNIL) return 1;
    lua_settop(L, 1);
    if (lua_getfield(L, lua_upvalueindex(2), name) == LUA_TNIL) {
        lua_settop(L, 1);
        if (!embed_load(L, name)) return luaL_error(L, "no module '%s' in the standard library", name);
        lua_getfield(L, LUA_REGISTRYINDEX, ENVIRONMENT);
        lua_setupvalue(L, -2, 1);
    }
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* A copy of the globals: reading one through a metatable would take twice as long. */
static void push_globals(lua_State *L) {
    lua_newtable(L);
    lua_pushglobaltable(L);
    lua_pushnil(L);
    while (lua_next(L, -2)) {                           /* [copy] [globals] [name] [value] */
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 1);
}

void embed_install(lua_State *L) {
    lua_newtable(L);                                    /* [loaded] */
    lua_newtable(L);                                    /* [preload] */
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.preload");
    lua_pushcclosure(L, l_require, 2);                  /* [require] */
    push_globals(L);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "require");                     /* [require] [env] */
    lua_setfield(L, LUA_REGISTRYINDEX, ENVIRONMENT);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.require");
}

void embed_add(lua_State *L, const char *name, lua_CFunction open) {
    lua_getfield(L, LUA_REGISTRYINDEX, "aios.preload");
    lua_pushcfunction(L, open);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void embed_require(lua_State *L, const char *name) {
    lua_getfield(L, LUA_REGISTRYINDEX, "aios.require");
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
}
