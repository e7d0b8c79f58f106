#include "lua/await.h"
#include "lua/fiber.h"
#include "lua/lua_err.h"
#include "os/uv_err.h"
#include <lauxlib.h>
#include <string.h>

static void park(Await *op) {
    Vm *vm = op->vm;
    op->next = vm->parked;
    op->link = &vm->parked;
    if (op->next) op->next->link = &op->next;
    vm->parked = op;
    op->fiber->await = op;
}

static void unpark(Await *op) {
    if (!op->link) return;
    *op->link = op->next;
    if (op->next) op->next->link = op->link;
    op->link = NULL;
    if (op->fiber) op->fiber->await = NULL;
}

/* Runs on the fiber, either at once or when it is resumed. */
static int finish(lua_State *L, int lua_status, lua_KContext context) {
    Await *op = (Await *)context;
    int results = 1;
    (void)lua_status;
    if (op->err.code) results = err_push(L, &op->err);
    else if (op->status < 0) {
        Err err;
        err_uv(&err, op->status, op->kind->name);
        results = err_push(L, &err);
    } else if (op->kind->push) results = op->kind->push(L, op);
    else lua_pushboolean(L, 1);
    op->kind->release(op);
    return results;
}

void *await_new(lua_State *L, const AwaitKind *kind, size_t size) {
    Vm *vm = vm_of(L);
    if (!lua_isyieldable(L) || vm->pinned || !vm->current)
        luaL_error(L, "%s: cannot wait here (inside a sort, gsub, metamethod or iterator written in C, or outside a run)", kind->name);
    Await *op = lua_newuserdatauv(L, size, 0);
    memset(op, 0, size);
    op->kind = kind;
    op->vm = vm;
    op->fiber = vm->current;
    return op;
}

int await_yield(lua_State *L, void *value, int started) {
    Await *op = value;
    lua_rawsetp(L, LUA_REGISTRYINDEX, op);  /* pops what await_new left on top */
    op->vm->live++;
    if (started < 0) op->status = started;
    if (started < 0 || op->woken) return finish(L, LUA_OK, (lua_KContext)op);
    park(op);
    op->vm->park = PARK_AWAIT;
    return lua_yieldk(L, 0, (lua_KContext)op, finish);
}

void await_wake(void *value, int status) {
    Await *op = value;
    op->status = status < 0 ? status : 0;
    op->woken = true;
    if (!op->link) return;                  /* not parked yet: await_yield goes on at once */
    unpark(op);
    if (op->fiber) fiber_resume(op->fiber, 0);
    else op->kind->release(op);
}

void await_free(void *value) {
    Await *op = value;
    Vm *vm = op->vm;
    unpark(op);
    lua_pushnil(vm->L);
    lua_rawsetp(vm->L, LUA_REGISTRYINDEX, op);
    if (--vm->live == 0 && vm->on_quiet) vm->on_quiet(vm);
}

static void closed(uv_handle_t *handle) { await_free(handle->data); }

void await_close(void *op, uv_handle_t *handle) {
    handle->data = op;
    uv_close(handle, closed);
}

void await_abandon(Vm *vm) {
    for (Await *op = vm->parked, *next; op; op = next) {
        next = op->next;
        if (op->fiber) fiber_drop(op->fiber);           /* cancels what it waits for: op */
        else op->kind->cancel(op);
    }
}

void await_drop(Fiber *fiber) {
    Await *op = fiber->await;
    if (!op) return;
    fiber->await = NULL;
    op->fiber = NULL;
    op->kind->cancel(op);
}
