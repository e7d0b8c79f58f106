#include "lua/lua_stock_call.h"
#include <lauxlib.h>
#include <signal.h>
#include <stdatomic.h>

/* The one static of the house that changes: a signal handler is given no context to find a state by. */
static lua_State *_Atomic running;

static void stop(lua_State *L, lua_Debug *event) {
    (void)event;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

static void set_interrupt(void (*action)(int)) {
    struct sigaction how = { .sa_handler = action };   /* no SA_RESTART: a blocked read has to come back */
    sigemptyset(&how.sa_mask);
    sigaction(SIGINT, &how, NULL);
}

/* Only sets a hook, which Lua allows at any moment; the hook raises where raising is safe. */
static void on_interrupt(int number) {
    (void)number;
    set_interrupt(SIG_DFL);
    lua_sethook(atomic_load(&running), stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

/* error object -> message with traceback; what an object says of itself stands alone */
static int l_explain(lua_State *L) {
    const char *message = lua_tostring(L, 1);
    if (!message) {
        if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
        message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    }
    luaL_traceback(L, L, message, 1);
    return 1;
}

int lua_stock_call(lua_State *L, int nargs, int nresults) {
    int function = lua_gettop(L) - nargs;
    lua_pushcfunction(L, l_explain);
    lua_insert(L, function);
    atomic_store(&running, L);
    set_interrupt(on_interrupt);
    int status = lua_pcall(L, nargs, nresults, function);
    set_interrupt(SIG_DFL);
    lua_remove(L, function);
    return status;
}

void lua_stock_say(const char *name, const char *message) {
    if (name) lua_writestringerror("%s: ", name);
    lua_writestringerror("%s\n", message);
}

bool lua_stock_report(lua_State *L, int status, const char *name) {
    if (status == LUA_OK) return true;
    const char *message = lua_tostring(L, -1);
    lua_stock_say(name, message ? message : "(error object is not a string)");
    lua_pop(L, 1);
    return false;
}
