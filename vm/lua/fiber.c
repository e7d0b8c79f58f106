#include "lua/fiber.h"
#include "base/buf.h"
#include "lua/await.h"
#include "lua/coverage.h"
#include "lua/lua_callback.h"
#include "os/ticker.h"
#include <lauxlib.h>
#include <stdlib.h>

enum { TICK_MS = 10, RETRY_INSTRUCTIONS = 1000 };

static void preempt(lua_State *L, lua_Debug *activation) {
    Vm *vm = vm_of(L);
    (void)activation;
    if (vm->pinned || !lua_isyieldable(L)) {        /* inside a C function that calls back */
        vm->overdue = callback_is_at_work(L);
        if (vm->overdue) lua_sethook(L, NULL, 0, 0);
        else lua_sethook(L, preempt, LUA_MASKCOUNT, RETRY_INSTRUCTIONS);
        return;
    }
    lua_sethook(L, NULL, 0, 0);
    vm->park = PARK_PREEMPTED;
    lua_yield(L, 0);
}

void fiber_preempt(lua_State *L) {
    vm_of(L)->overdue = false;
    lua_sethook(L, preempt, LUA_MASKCOUNT, 1);
}

/* A hook that the script has set (debug.sethook) stays: whoever may do that may hold the loop. And ours is set once: setting one
 * goes through all frames, which a million of them make longer than a tick. */
static bool may_hook(lua_State *L) { return lua_gethook(L) == NULL; }

static void interrupt(lua_State *L, lua_Debug *activation) {
    (void)activation;
    lua_sethook(L, NULL, 0, 0);
    vm_of(L)->turn->urgent = NULL;
    luaL_error(L, "interrupted");
}

static void hurry(const Turn *turn) {
    const Vm *vm = turn->vm;
    if (vm && turn->urgent && vm->current == turn->urgent && vm->running) lua_sethook(vm->running, interrupt, LUA_MASKCOUNT, 1);
}

void fiber_interrupt(Turn *turn, const Fiber *fiber) {
    turn->urgent = fiber;
    hurry(turn);
}

/* Signal handler on the loop thread: the same turn seen twice has lasted a tick at least. */
static void tick(void *context) {
    Turn *turn = context;
    Vm *vm = turn->vm;
    if (vm && vm->running && !vm->coverage && turn->seen == turn->count && may_hook(vm->running)) lua_sethook(vm->running, preempt, LUA_MASKCOUNT, 1);
    turn->seen = turn->count;
    hurry(turn);
}

static void run_ready(uv_idle_t *idle) {
    Turn *turn = idle->data;
    Fiber *fiber = turn->first;
    turn->first = turn->last = NULL;
    uv_idle_stop(idle);
    while (fiber) {
        Fiber *next = fiber->next_ready;
        fiber->next_ready = NULL;
        fiber->ready = false;
        if (fiber->dropped) free(fiber);
        else fiber_resume(fiber, 0);
        fiber = next;
    }
}

static void enqueue(Turn *turn, Fiber *fiber) {
    if (turn->last) turn->last->next_ready = fiber;
    else turn->first = fiber;
    turn->last = fiber;
    fiber->ready = true;
    uv_idle_start(&turn->idle, run_ready);
}

static void forget(Fiber *fiber) {
    lua_State *L = fiber->vm->L;
    if (fiber->vm->turn && fiber->vm->turn->urgent == fiber) fiber->vm->turn->urgent = NULL;
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, fiber);
    fiber->co = NULL;
}

Fiber *fiber_new(Vm *vm, FiberDone done, void *context) {
    Fiber *fiber = mem_new(sizeof *fiber);
    fiber->vm = vm;
    fiber->done = done;
    fiber->context = context;
    fiber->co = lua_newthread(vm->L);
    if (vm->coverage) lua_sethook(fiber->co, coverage_hook, LUA_MASKLINE, 0);
    else lua_sethook(fiber->co, NULL, 0, 0);
    lua_rawsetp(vm->L, LUA_REGISTRYINDEX, fiber);
    return fiber;
}

void fiber_resume(Fiber *fiber, int nargs) {
    Vm *vm = fiber->vm;
    Turn *turn = vm->turn;
    Fiber *before = vm->current;
    lua_State *before_running = vm->running;
    Vm *before_vm = turn ? turn->vm : NULL;
    int nresults = 0, before_pinned = vm->pinned;
    vm->current = fiber;
    vm->running = fiber->co;
    vm->park = PARK_NONE;
    vm->pinned = 0;
    vm->overdue = false;
    fiber->running = true;
    if (turn) {
        turn->count++;
        turn->vm = vm;
    }
    int status = lua_resume(fiber->co, NULL, nargs, &nresults);
    if (turn) turn->vm = before_vm;
    Park park = vm->park;
    vm->park = PARK_NONE;
    vm->current = before;
    vm->running = before_running;
    vm->pinned = before_pinned;
    fiber->running = false;
    if (status == LUA_YIELD && (park == PARK_AWAIT || park == PARK_PREEMPTED)) {
        if (park == PARK_PREEMPTED) enqueue(turn, fiber);
        if (fiber->rested) fiber->rested(fiber, park == PARK_PREEMPTED);
        return;
    }
    fiber->done(fiber, status, nresults);
    forget(fiber);
    free(fiber);
}

void fiber_drop(Fiber *fiber) {
    await_drop(fiber);
    lua_resetthread(fiber->co);
    forget(fiber);
    fiber->dropped = true;
    if (!fiber->ready) free(fiber);
}

int fiber_stop(lua_State *L) {
    vm_of(L)->park = PARK_STOP;
    return lua_yield(L, 0);
}

bool turn_open(Turn *turn, uv_loop_t *loop, Err *err) {
    *turn = (Turn){ .loop = loop };
    uv_idle_init(loop, &turn->idle);
    turn->idle.data = turn;
    return ticker_start(&turn->ticker, TICK_MS, tick, turn, err);
}

void turn_close(Turn *turn) {
    ticker_stop(turn->ticker);
    turn->ticker = NULL;
    uv_close((uv_handle_t *)&turn->idle, NULL);
}
