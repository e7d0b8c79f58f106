/* await.h - let a Lua fiber wait inside a C binding.
 *
 * A binding that waits is a start function, a one-line libuv callback and one
 * constant. await.c alone anchors the operation, turns a bad status into nil, err,
 * resumes, cancels and frees.
 *
 *     Sleep *op = await_new(L, &SLEEP, sizeof *op);
 *     ... give op to libuv ...
 *     return await_yield(L, op, status_of_the_start_call);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: an operation is a Lua userdata. Before await_yield Lua owns it, so a
 *         raised error leaks nothing; after it libuv does, until await_free.
 */
#pragma once
#include "lua/vm.h"

typedef struct {
    const char *name;                       /* "time.sleep", for errors and traces */
    int  (*push)(lua_State *L, Await *op);  /* NULL: the result is `true` */
    void (*cancel)(Await *op);              /* must lead to await_wake(op, UV_ECANCELED) */
    void (*release)(Await *op);             /* give back libuv's part, end in await_free */
} AwaitKind;

struct Await {                              /* first member of every operation */
    const AwaitKind *kind;
    Vm        *vm;
    Fiber     *fiber;                       /* NULL: nobody is listening any more */
    int        status;                      /* a libuv status */
    Err        err;                         /* err.code set: the operation failed with this instead */
    bool       woken;                       /* over before it was parked */
    Await     *next, **link;                /* place in vm->parked */
};

/* A new operation of `size` bytes, zeroed, on top of the stack. Raises outside a run. */
void *await_new(lua_State *L, const AwaitKind *kind, size_t size);

/* Parks the fiber; `started` is what libuv said. Must be the tail call. */
int await_yield(lua_State *L, void *op, int started);

/* From the callback: the operation is over. Allowed before await_yield too. */
void await_wake(void *op, int status);

/* Ends of release(): a request frees at once, a handle after uv_close. */
void await_free(void *op);
void await_close(void *op, uv_handle_t *handle);

/* Cancels everything parked without waking Lua; vm->on_quiet says when it is over. */
void await_abandon(Vm *vm);

/* Cancels what this fiber waits for, if anything, without waking it. */
void await_drop(Fiber *fiber);
