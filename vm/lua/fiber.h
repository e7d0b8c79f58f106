/* fiber.h - one line of execution that may wait: a Lua thread and what to do when it ends.
 *
 * The only lua_resume of a fiber is here. A fiber that holds the loop longer than
 * about 20 ms of processor time is preempted: the ticker arms a count hook, the hook
 * yields, and the fiber goes to the end of the ready queue. A fiber that does
 * not take that long never meets a hook.
 *
 *     Fiber *fiber = fiber_new(vm, done, context);      (function and arguments follow)
 *     lua_xmove(L, fiber->co, 1 + nargs);
 *     fiber_resume(fiber, nargs);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: a fiber frees itself after `done`; fiber_drop ends one that waits.
 */
#pragma once
#include "lua/vm.h"

/* status: LUA_OK (results on fiber->co, `nresults` of them) or a Lua error (its object on top). */
typedef void (*FiberDone)(Fiber *fiber, int status, int nresults);

/* Its turn is over and it goes on later: it waits, or it was preempted. */
typedef void (*FiberRested)(Fiber *fiber, bool preempted);

struct Fiber {
    lua_State *co;
    Vm        *vm;
    FiberDone  done;
    FiberRested rested;                 /* NULL: nobody asks */
    void      *context;
    Await     *await;                   /* what it waits for */
    Fiber     *next_ready;
    bool       ready, dropped, running;
};

Fiber *fiber_new(Vm *vm, FiberDone done, void *context);

/* Runs until the fiber waits, is preempted or ends. */
void fiber_resume(Fiber *fiber, int nargs);

/* Ends a fiber that does not run: its wait is cancelled, `done` is not called. */
void fiber_drop(Fiber *fiber);

/* From a C function of the running fiber: leave for ever. Must be the tail call. `done` is
 * called with LUA_YIELD. */
int fiber_stop(lua_State *L);

/* Gives up the turn at the next instruction of L, if it can be left there. */
void fiber_preempt(lua_State *L);

/* Also in a signal handler: this fiber fails with "interrupted" as soon as it executes an instruction. */
void fiber_interrupt(Turn *turn, const Fiber *fiber);

/* Preemption for all states of a loop. */
struct Turn {
    uv_loop_t *loop;
    uv_idle_t  idle;                    /* resumes the ready queue */
    Fiber     *first, *last;
    struct Ticker *ticker;
    Vm *volatile vm;                    /* whose code runs now */
    const Fiber *volatile urgent;       /* is to be interrupted; NULL: none */
    volatile unsigned count, seen;      /* turns begun; the one the last tick saw */
};
bool turn_open(Turn *turn, uv_loop_t *loop, Err *err);
void turn_close(Turn *turn);            /* the loop must run once more afterwards */

/* Puts coroutine.resume, wrap, yield, running, isyieldable that let scripts wait inside
 * their own coroutines into the table at `index`. */
void coroutine_install(lua_State *L, int index);
