/* links: lua work store db net os time base */
/* Runs tests/vm/lua_http_script.lua inside a fiber, with the real loop and real sockets. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../fake/server.h"
#include "lua/fiber.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "lua/value.h"

int luaopen_aios_http(lua_State *L);

/* Stands in for the real gate: everything called localhost is refused. */
bool gate_check(lua_State *L, const char *need, const char *resource) {
    Err err;
    if (strncmp(resource, "localhost:", 10) != 0) return true;
    err_set(&err, "denied", "%s \"%s\" is not granted", need, resource);
    err_raise(L, &err);
    return false;
}

typedef struct { bool done, good; } Outcome;

static void ended(Fiber *fiber, int status, int nresults) {
    Outcome *outcome = fiber->context;
    outcome->done = true;
    if (status == LUA_OK && nresults > 0) outcome->good = lua_toboolean(fiber->co, -nresults);
    else fprintf(stderr, "%s\n", lua_tostring(fiber->co, -1));
}

static void start(Vm *vm, const char *path, Outcome *outcome, int http, int refused, int models) {
    Fiber *fiber = fiber_new(vm, ended, outcome);
    if (luaL_loadfile(vm->L, path) != LUA_OK) {
        fprintf(stderr, "%s\n", lua_tostring(vm->L, -1));
        exit(1);
    }
    lua_pushinteger(vm->L, http);
    lua_pushinteger(vm->L, refused);
    lua_pushinteger(vm->L, models);
    lua_xmove(vm->L, fiber->co, 4);
    fiber_resume(fiber, 3);
}

static void open_state(Vm *vm, Turn *turn, uv_loop_t *loop) {
    Err err;
    if (!vm_open(vm, loop, seam_real(), 0, &err)) exit(1);
    vm->turn = turn;
    luaL_openlibs(vm->L);
    luaL_requiref(vm->L, "aios.http", luaopen_aios_http, 0);
    luaL_requiref(vm->L, "aios.json", luaopen_aios_json, 0);
    lua_settop(vm->L, 0);
}

static void note_closed(Vm *vm) { vm->owner = NULL; }

/* A state that is closed while fibers wait for an answer leaves nothing behind. */
static void close_while_waiting(uv_loop_t *loop, Turn *turn, const Server *server) {
    static const char *const codes[] = {
        "local url = ... require 'aios.http'.request { url = url .. '/hang' }",
        "local url = ... require 'aios.http'.open { url = url .. '/hang' }",
        "local url = ... local a = require 'aios.http'.open { url = url .. '/stall' } a:read() a:read()",
        "local url = ... kept = require 'aios.http'.open { url = url .. '/stall' } kept:read() require 'aios.http'.request { url = url .. '/hang' }",
    };
    for (int turns = 0; turns < 4; turns++) {
        Vm vm;
        Outcome outcomes[4] = { { false, false } };
        Fiber *fibers[4];
        open_state(&vm, turn, loop);
        for (size_t i = 0; i < 4; i++) {
            fibers[i] = fiber_new(&vm, ended, &outcomes[i]);
            luaL_loadstring(vm.L, codes[i]);
            lua_pushfstring(vm.L, "http://127.0.0.1:%d", server->port);
            lua_xmove(vm.L, fibers[i]->co, 2);
            fiber_resume(fibers[i], 1);
        }
        for (int i = 0; i < turns * 30; i++) uv_run(loop, UV_RUN_NOWAIT);
        for (size_t i = 0; i < 4 && turns % 2; i++) fiber_drop(fibers[i]);       /* one by one, or all with the state */
        vm.owner = &vm;
        vm_close(&vm, note_closed);
        while (vm.owner) uv_run(loop, UV_RUN_ONCE);
    }
}

int main(void) {
    uv_loop_t loop;
    Turn turn;
    Vm vm;
    Err err;
    Server http, models;
    Outcome outcome = { false, false };
    uv_loop_init(&loop);
    if (!turn_open(&turn, &loop, &err)) return 1;
    if (!server_open(&http, "tests/fake/http_server.py") || !server_open(&models, "tests/fake/model_server.py")) return 1;
    open_state(&vm, &turn, &loop);
    start(&vm, "tests/vm/lua_http_script.lua", &outcome, http.port, http.refused, models.port);
    while (!outcome.done) uv_run(&loop, UV_RUN_ONCE);
    vm.owner = &vm;
    vm_close(&vm, note_closed);
    while (vm.owner) uv_run(&loop, UV_RUN_ONCE);
    close_while_waiting(&loop, &turn, &http);
    turn_close(&turn);
    uv_run(&loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&loop);
    server_close(&http);
    server_close(&models);
    return outcome.good && left == 0 ? 0 : 1;
}
