/* lua_coroutine.c - coroutines of scripts that may wait.
 *
 * A waiting call inside a script's own coroutine yields with vm->park set; resume passes
 * such a yield outwards, level by level, and goes back in when the fiber is resumed.
 * The fiber itself looks like Lua's main thread to the script. */
#include "lua/fiber.h"
#include <lauxlib.h>
#include <lualib.h>

static lua_State *thread_arg(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, lua_typename(L, LUA_TTHREAD));
    return co;
}

enum { ALWAYS_FREE = 10 };              /* stack slots that a C function has anyway (LUA_MINSTACK), less what is used here */

static inline int move_results(lua_State *L, lua_State *co, int status, int nresults) {
    if (status == LUA_OK || status == LUA_YIELD) {
        if (nresults > ALWAYS_FREE && !lua_checkstack(L, nresults + 1)) {
            lua_pop(co, nresults);
            lua_pushliteral(L, "too many results to resume");
            return -1;
        }
        lua_xmove(co, L, nresults);
        return nresults;
    }
    lua_xmove(co, L, 1);
    return -1;
}

/* Runs co; -1 with an error on top, -2 when the fiber itself must wait, else the number of results on L. */
static inline int enter(lua_State *L, lua_State *co, int nargs) {
    Vm *vm = vm_of(L);
    int nresults = 0, pin = !lua_isyieldable(L);
    vm->running = co;
    vm->pinned += pin;
    int status = lua_resume(co, L, nargs, &nresults);
    vm->pinned -= pin;
    vm->running = L;
    if (status == LUA_YIELD && vm->park != PARK_NONE) return -2;
    return move_results(L, co, status, nresults);
}

/* Moves the arguments over; false with a message on top when they do not fit. */
static inline bool give(lua_State *L, lua_State *co, int nargs) {
    if (nargs == 0) return true;
    if (!lua_checkstack(co, nargs)) {
        lua_pushliteral(L, "too many arguments to resume");
        return false;
    }
    lua_xmove(L, co, nargs);
    return true;
}

static int resume_continue(lua_State *L, int status, lua_KContext context);

/* `true` is on top of L already: the results come behind it. */
static inline int resume_end(lua_State *L, lua_State *co, int nresults) {
    if (nresults >= 0) return nresults + 1;
    if (nresults == -2) return lua_yieldk(L, 0, (lua_KContext)co, resume_continue);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static int resume_continue(lua_State *L, int status, lua_KContext context) {
    lua_State *co = (lua_State *)context;
    (void)status;
    return resume_end(L, co, enter(L, co, 0));
}

static int l_resume(lua_State *L) {
    lua_State *co = thread_arg(L);
    int nargs = lua_gettop(L) - 1;
    if (!give(L, co, nargs)) return resume_end(L, co, -1);
    lua_pushboolean(L, 1);
    return resume_end(L, co, enter(L, co, nargs));
}

static int wrap_continue(lua_State *L, int status, lua_KContext context);

static inline int wrap_end(lua_State *L, lua_State *co, int nresults) {
    if (nresults == -2) return lua_yieldk(L, 0, (lua_KContext)co, wrap_continue);
    if (nresults >= 0) return nresults;
    int status = lua_status(co);
    if (status != LUA_OK && status != LUA_YIELD) {      /* error in the coroutine: close its variables */
        status = lua_resetthread(co);
        lua_xmove(co, L, 1);                            /* an error in closing replaces it */
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int wrap_continue(lua_State *L, int status, lua_KContext context) {
    lua_State *co = (lua_State *)context;
    (void)status;
    return wrap_end(L, co, enter(L, co, 0));
}

static int wrapped(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int nargs = lua_gettop(L);
    return wrap_end(L, co, give(L, co, nargs) ? enter(L, co, nargs) : -1);
}

static int l_wrap(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static bool is_fiber(lua_State *L) {
    Fiber *fiber = vm_of(L)->current;
    return fiber && fiber->co == L;
}

static int l_yield(lua_State *L) {
    if (is_fiber(L)) return luaL_error(L, "attempt to yield from outside a coroutine");
    return lua_yield(L, lua_gettop(L));
}

static int l_running(lua_State *L) {
    int is_main = lua_pushthread(L);
    lua_pushboolean(L, is_main || is_fiber(L));
    return 2;
}

static int l_isyieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : thread_arg(L);
    lua_pushboolean(L, !is_fiber(co) && lua_isyieldable(co));
    return 1;
}

void coroutine_install(lua_State *L, int index) {
    static const luaL_Reg FUNCTIONS[] = {
        { "resume", l_resume }, { "wrap", l_wrap }, { "yield", l_yield },
        { "running", l_running }, { "isyieldable", l_isyieldable }, { NULL, NULL }
    };
    lua_pushvalue(L, index);
    luaL_setfuncs(L, FUNCTIONS, 0);
    lua_pop(L, 1);
}
