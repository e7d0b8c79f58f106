/* run_wait.h - a binding of aios.run that waits: for a reply, a time, other branches.
 *
 * Gives the script `true, json` or `false, json of the error`. A kind says how the world is asked and how that is taken
 * back; the record, the order of deliveries, cuts and freeing are the same for all.
 *
 *     ReplayAnswer past = run_ask(L, branch, path, name, ahash);
 *     if (run_takes_now(branch, &past)) return run_push_recorded(L, past.row);
 *     CallOp *op = run_wait_new(L, branch, &CALL, sizeof *op, &past);
 *     ...
 *     return run_wait_yield(L, &op->base);
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: a Lua userdata, as every Await.
 */
#pragma once
#include "lua/arrival.h"
#include "lua/await.h"
#include "lua/branch.h"
#include "os/timer.h"
#include "work/replay.h"

typedef struct {
    AwaitKind   await;                  /* RUN_WAIT_AWAIT(name) */
    ArrivalKind arrival;                /* deliver: run_wait_delivered */
    void (*stop)(RunWait *wait);        /* takes back what begin() asked for; only while it is LIVE */
    void (*cut)(RunWait *wait);         /* and says so in the record; NULL: nothing is said */
    /* The branch is cut. true: it goes on waiting, for the end of what it had begun. NULL: false. */
    bool (*outlasts)(RunWait *wait, const char *error);
    void (*release)(RunWait *wait);     /* frees what the operation has of its own; NULL: nothing */
} RunWaitKind;

struct RunWait {
    Await    base;                      /* kind: a RunWaitKind */
    Arrival  arrival;
    Branch  *branch;
    Buf      path;                      /* of the call */
    int      line;
    const JournalRow *begun;            /* the intent or timer of an earlier life; NULL: none */
    Timer    timer;                     /* run_wait_sleep */
    Slice    letter;                    /* the name of the letter that ends it; ptr NULL: none does */
    bool     attentive;                 /* ends sooner when another branch has moved */
    bool     listens;                   /* and is counted among those */
    bool     near, far;                 /* sleeps: how long, roughly */
    bool     ok;
    Buf      text;                      /* JSON; empty: nothing */
};

int  run_wait_push(lua_State *L, Await *await);
void run_wait_cancel(Await *await);
void run_wait_release(Await *await);
void run_wait_delivered(Arrival *arrival, const JournalRow *row);
#define RUN_WAIT_AWAIT(NAME) { .name = (NAME), .push = run_wait_push, .cancel = run_wait_cancel, .release = run_wait_release }

static inline RunWait *run_wait_of(Arrival *arrival) {
    return (RunWait *)((char *)arrival - offsetof(RunWait, arrival));
}

/* What the record says of a call; when results are taken in turn it is not taken yet. */
ReplayAnswer run_ask(lua_State *L, Branch *branch, Slice path, Slice name, const unsigned char *ahash);

/* It has the result, and nothing else has its turn before it: taken. */
bool run_takes_now(Branch *branch, const ReplayAnswer *past);

/* On top of the stack; the call's name is taken off the branch's path. Raises where a fiber cannot wait. */
void *run_wait_new(lua_State *L, Branch *branch, const RunWaitKind *kind, size_t size, const ReplayAnswer *past);

/* Asks for it and waits; must be the tail call. */
int run_wait_yield(lua_State *L, RunWait *wait);

/* While LIVE: only time, or something that can also reach a run that is not in memory, ends it. `due` is called at due_ms;
 * 0: no time is set. The run may leave memory meanwhile. run_wait_awake takes it back. */
void run_wait_sleep(RunWait *wait, int64_t due_ms, void (*due)(Timer *timer));
void run_wait_awake(RunWait *wait);

/* Due so soon that the run stays in memory until then. */
bool run_is_near(const Run *run, int64_t due_ms);

/* Due within a second, when it sleeps longer than that. */
void run_wait_hasten(RunWait *wait);

/* It is over without a row of the record: the branch goes on in its turn. */
void run_wait_over(RunWait *wait, bool ok, const char *text);

/* The branch is cut: what it waits for ends with `error`. */
void run_wait_cut(RunWait *wait, const char *error);

/* Raised at once: false, json. -1: the branch is not cut. */
int run_push_cut(lua_State *L, const Branch *branch);
