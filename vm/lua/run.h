/* run.h - one execution of a program's top level or of one of its workflows.
 *
 * Knows where the run is (a path of counters), what its journal already says, and parks
 * the run's fiber until the next result is recorded.
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: belongs to its program until it ends or is passivated; then it frees itself.
 */
#pragma once
#include "lua/fiber.h"
#include "lua/program.h"
#include "os/timer.h"
#include "work/ledger.h"
#include "work/port.h"
#include "work/replay.h"

enum { RUN_SCOPES_MAX = 60 };

typedef struct {
    size_t   path_len;                  /* of the scope's own path */
    uint32_t calls;                     /* made in it so far */
    Effect   effect;                    /* of the tool whose body this is: what may be called in it */
    unsigned char ahash[HASH_SIZE];     /* of the arguments it was entered with */
    bool     has_chance;                /* its own; made when first drawn from */
    bool     recorded;                  /* it ended in an earlier life, and is gone through again for its undo parts */
    struct RunSenses *outer;            /* what the scope around it goes on with; NULL at the top */
} RunScope;

/* Clock and chance of a scope are its own: one that is not entered on a replay changes nothing around it. */
typedef struct RunSenses {
    int      clock_readings;
    int64_t  clock_ms, cpu_ms;          /* what the last readings said */
    uint64_t random[4];
} RunSenses;

typedef enum { RUN_ACTIVATING, RUN_LIVING } RunPhase;

struct Run {
    Program *program;
    Fiber   *fiber;
    Ledger   ledger;
    RunPhase phase;                     /* ACTIVATING: the top level runs again for a workflow */
    Load    *load;                      /* whose record the top level follows then */
    Replay   replay;                    /* the record that is followed now */
    JournalLoad *past;                  /* own record of an earlier life */
    Buf      path;                      /* of the innermost scope */
    RunScope scopes[RUN_SCOPES_MAX];
    int      depth;
    RunSenses senses;
    Timer    timer;
    int64_t  wake_ms;                   /* when passivated */
    bool     is_load, sleeping, stopped;
    bool     has_own;                   /* a table in the registry, by the address of the run (lua_own.c) */
    Buf      note;                      /* said of its end, besides its error */
    Undone   undone;
    bool     undoing;                   /* it was over, and has come to where a person's undo begins */
    int      exit_code;                 /* -1: none asked for */
    Err      stop;                      /* why it was stopped */
    RunState stop_state;
    Run     *prev, *next;
};

/* Begins the program's load run, which is not in the database yet (row->id 0: it gets one when it must be).
 * It may have ended when this returns. */
bool run_start(Program *program, const RunRow *row, Err *err);

/* Continues (or begins) a run that is in the database. */
bool run_resume(Program *program, Store *store, const RunRow *row, Err *err);

/* Ends without a trace in the record: the process stops, the run goes on another day. */
void run_abandon(Run *run);

/* Ends a run that waits: its fiber is dropped, its row keeps when it wakes. */
void run_passivate(Run *run);

/* Ends a run that waits, as cancelled. */
void run_cancel(Run *run, const char *reason);

/* The program has reached its workflow's block: follow the run's own record from here. */
void run_begin(Run *run);

/* The scope whose path run->path is begins, and the innermost one ends. */
void run_enter(Run *run, Effect effect, const unsigned char ahash[HASH_SIZE]);
void run_leave(Run *run);

/* Drops the table that run_l_own keeps for it. */
void run_forget_own(Run *run);

/* Sets what math.random and ids of the run are made from. */
void run_seed(Run *run, uint64_t seed);

/* The state of the innermost scope's chance, to draw from. */
uint64_t *run_chance(Run *run);

static inline Run *run_of(lua_State *L) { return (Run *)vm_of(L)->current->context; }

int luaopen_aios_run(lua_State *L);
