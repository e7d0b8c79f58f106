#include "lua/host_vm.h"
#include "lua/doors.h"
#include "lua/embed.h"
#include "lua/fiber.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

int luaopen_lpeg(lua_State *L);
int luaopen_aios_archive(lua_State *L);
int luaopen_aios_engine(lua_State *L);
int luaopen_aios_fs(lua_State *L);
int luaopen_aios_host(lua_State *L);
int luaopen_aios_http(lua_State *L);
int luaopen_aios_net(lua_State *L);
int luaopen_aios_process(lua_State *L);
int luaopen_aios_session(lua_State *L);
int luaopen_aios_smtp(lua_State *L);
int luaopen_aios_sqlite(lua_State *L);
int luaopen_aios_store(lua_State *L);
int luaopen_aios_time(lua_State *L);
int luaopen_aios_xml(lua_State *L);
int luaopen_aios_zone(lua_State *L);

static int l_open(lua_State *L) {
    static const luaL_Reg MODULES[] = {
        { "lpeg", luaopen_lpeg }, { "aios.engine", luaopen_aios_engine }, { "aios.fs", luaopen_aios_fs }, { "aios.host", luaopen_aios_host },
        { "aios.http", luaopen_aios_http }, { "aios.process", luaopen_aios_process }, { "aios.store", luaopen_aios_store },
        { "aios.session", luaopen_aios_session }, { "aios.time", luaopen_aios_time }, { "aios.json", luaopen_aios_json }, { "aios.door", luaopen_aios_door },
        { "aios.archive", luaopen_aios_archive }, { "aios.smtp", luaopen_aios_smtp }, { "aios.sqlite", luaopen_aios_sqlite }, { "aios.net", luaopen_aios_net }, { "aios.xml", luaopen_aios_xml }, { "aios.zone", luaopen_aios_zone }, { NULL, NULL }
    };
    luaL_openlibs(L);
    embed_install(L);
    for (const luaL_Reg *module = MODULES; module->name; module++) embed_add(L, module->name, module->func);
    return 0;
}

bool host_vm_open(Vm *vm, Engine *engine, uv_loop_t *loop, const Seam *seam, Err *err) {
    if (!vm_open(vm, loop, seam, 0, err)) return false;
    vm->owner = engine;
    lua_pushcfunction(vm->L, l_open);
    if (lua_pcall(vm->L, 0, 0, 0) == LUA_OK) return true;
    return err_set(err, "limit", "%s", lua_tostring(vm->L, -1));
}

typedef struct {
    int  code;
    bool done;
} Main;

static void main_done(Fiber *fiber, int status, int nresults) {
    Main *state = fiber->context;
    lua_State *co = fiber->co;
    state->done = true;
    if (status == LUA_OK) {
        state->code = nresults > 0 ? (int)lua_tointeger(co, -nresults) : 0;
    } else {
        luaL_traceback(co, co, lua_tostring(co, -1), 0);
        fprintf(stderr, "aios: internal error: %s\n", lua_tostring(co, -1));
        state->code = 1;
    }
    uv_stop(fiber->vm->loop);
}

static int l_main(lua_State *L) {
    Fiber *fiber = lua_touserdata(L, 1);
    lua_settop(L, 2);
    embed_require(L, "host.cli");
    lua_getfield(L, -1, "main");
    lua_pushvalue(L, 2);
    lua_xmove(L, fiber->co, 2);
    return 0;
}

int host_vm_main(Vm *vm, int argc, char **argv) {
    Main state = { 0 };
    lua_State *L = vm->L;
    Fiber *fiber = fiber_new(vm, main_done, &state);
    lua_pushcfunction(L, l_main);
    lua_pushlightuserdata(L, fiber);
    lua_createtable(L, argc, 0);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        fprintf(stderr, "aios: internal error: %s\n", lua_tostring(L, -1));
        return 1;
    }
    fiber_resume(fiber, 1);
    while (!state.done && uv_run(vm->loop, UV_RUN_DEFAULT)) {}
    return state.code;
}
