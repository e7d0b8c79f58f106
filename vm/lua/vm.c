#include "lua/vm.h"
#include "lua/await.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

static void *allocate(void *context, void *ptr, size_t old_size, size_t new_size) {
    Vm *vm = context;
    if (!ptr) old_size = 0;
    if (new_size == 0) {
        vm->used_bytes -= old_size;
        free(ptr);
        return NULL;
    }
    if (vm->cap_bytes && new_size > old_size && vm->used_bytes - old_size + new_size > vm->cap_bytes) return NULL;
    void *fresh = realloc(ptr, new_size);
    if (fresh) vm->used_bytes += new_size - old_size;
    return fresh;
}

static int panicked(lua_State *L) {
    const char *text = lua_tostring(L, -1);
    fprintf(stderr, "aios: internal error: %s\n", text ? text : "error object is not a string");
    return 0;                               /* Lua aborts */
}

bool vm_open(Vm *vm, uv_loop_t *loop, const Seam *seam, size_t cap_bytes, Err *err) {
    *vm = (Vm){ .loop = loop, .seam = seam, .cap_bytes = cap_bytes };
    vm->L = lua_newstate(allocate, vm);
    if (!vm->L) return err_set(err, "limit", "no memory for a Lua state within %zu bytes", cap_bytes);
    lua_atpanic(vm->L, panicked);
    *(Vm **)lua_getextraspace(vm->L) = vm;
    return true;
}

static void close_now(Vm *vm) {
    vm->on_quiet = NULL;
    vm->cap_bytes = 0;                      /* finalizers may need a little */
    lua_close(vm->L);
    vm->L = NULL;
    if (vm->closed) vm->closed(vm);
}

void vm_close(Vm *vm, void (*closed)(Vm *vm)) {
    vm->closed = closed;
    vm->on_quiet = close_now;
    vm->live++;                             /* not before the last fiber is dropped */
    await_abandon(vm);
    if (--vm->live == 0) close_now(vm);
}
