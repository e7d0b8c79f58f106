/* vm.h - one Lua state and what it may reach. Found from any thread of it by vm_of(L).
 *
 * There is one for the trusted host (compiler, tools, command line) and one for
 * each loaded program. A Vm has a memory cap and is closed in two beats: first every
 * waiting operation is cancelled (await_abandon), then, when libuv has let go of
 * the last one, the state is closed.
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: owns L; borrows loop and seam; `owner` belongs to who made it.
 */
#pragma once
#include "base/err.h"
#include "base/seam.h"
#include <lua.h>
#include <uv.h>

typedef struct Await Await;
typedef struct Fiber Fiber;
typedef struct Turn Turn;
typedef struct Vm Vm;

/* Why a thread yielded all the way out. */
typedef enum { PARK_NONE, PARK_AWAIT, PARK_PREEMPTED, PARK_STOP } Park;

struct Vm {
    lua_State  *L;
    uv_loop_t  *loop;
    const Seam *seam;
    Turn       *turn;                   /* preemption, shared by all states of the loop; may be NULL */
    void       *owner;                  /* the Program or Host this state belongs to */
    Await      *parked;                 /* operations a fiber is waiting for */
    int         live;                   /* operations libuv may still touch */
    void      (*on_quiet)(Vm *vm);      /* set by vm_close: called when live drops to 0 */
    void      (*closed)(Vm *vm);        /* set by vm_close: the state is gone */
    Fiber      *current;                /* the fiber that runs now */
    lua_State  *running;                /* its innermost thread */
    Park        park;                   /* set just before a yield that leaves the fiber */
    int         pinned;                 /* coroutines resumed below a C function that cannot be left */
    struct Coverage *coverage;          /* borrowed; then lines are counted and nothing is preempted */
    bool        overdue;                /* time was over inside a sort or gsub */
    size_t      used_bytes, cap_bytes;  /* memory of L; cap 0 = none */
};

static inline Vm *vm_of(lua_State *L) { return *(Vm **)lua_getextraspace(L); }

/* Opens an empty state. Fails with "limit" when even that does not fit the cap. */
bool vm_open(Vm *vm, uv_loop_t *loop, const Seam *seam, size_t cap_bytes, Err *err);

/* Cancels what waits; `closed` is called (maybe at once) when the state is gone. */
void vm_close(Vm *vm, void (*closed)(Vm *vm));
