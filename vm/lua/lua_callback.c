#include "lua/lua_callback.h"
#include "lua/fiber.h"
#include <lauxlib.h>
#include <lualib.h>

enum { LEVELS = 40 };

/* upvalue 1: Lua's own function, which is called in this frame */
static int l_whole(lua_State *L) {
    int results = lua_tocfunction(L, lua_upvalueindex(1))(L);
    Vm *vm = vm_of(L);
    if (vm->overdue) fiber_preempt(L);
    return results;
}

bool callback_is_at_work(lua_State *L) {
    lua_Debug at;
    bool found = false;
    for (int level = 0; !found && level < LEVELS && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "f", &at);
        found = lua_tocfunction(L, -1) == l_whole;
        lua_pop(L, 1);
    }
    return found;
}

static void replace(lua_State *L, const char *library, const char *name) {
    lua_getglobal(L, library);
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, l_whole, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void callback_install(lua_State *L) {
    replace(L, LUA_TABLIBNAME, "sort");
    replace(L, LUA_STRLIBNAME, "gsub");
}
