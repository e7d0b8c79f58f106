/* run.h - one execution of a program's top level or of one of its workflows.
 *
 * Owns what its branches share: the record of earlier lives, the ledger of this one, and what has arrived
 * but not yet been delivered.
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: belongs to its program until it ends or is passivated; then it frees itself.
 */
#pragma once
#include "lua/arrival.h"
#include "lua/branch.h"
#include "lua/program.h"
#include "work/ledger.h"
#include "work/replay.h"

typedef enum { RUN_ACTIVATING, RUN_LIVING } RunPhase;

typedef struct Leaving Leaving;         /* leave.c */

struct Run {
    Program *program;
    Ledger   ledger;
    RunPhase phase;                     /* ACTIVATING: the top level runs again for a workflow */
    Load    *load;                      /* whose record the top level follows then */
    Replay   replay;                    /* the record that is followed now */
    JournalLoad *past;                  /* own record of an earlier life */
    Branch  *main;
    Branch  *branches;                  /* all of them */
    size_t   branch_count;
    Branch  *active;                    /* has the turn: runs, or was preempted */
    BranchQueue ready;
    ArrivalQueue held, came;
    int      watched;                   /* arrivals of the record that may come while a branch waits for another */
    int      expected;                  /* arrivals of the record that somebody waits for */
    int      attentive;                 /* waits that end sooner when another branch has moved */
    int      busy, near, far;           /* waits: for a tool; for a moment; for long */
    bool     moved;                     /* some branch has, since those were last told */
    bool     checked;                   /* what was held when the record ended may begin */
    bool     turning, over;             /* in run_turn; has ended, is freed when nobody uses it any more */
    Leaving *leaving;                   /* on its way out of memory */
    Arrival  cancel;                    /* somebody asked for its end */
    char    *cancel_error;              /* JSON of what its waits raise then; NULL: nobody did */
    bool     cancelled;                 /* and it has been told */
    bool     is_load;
    bool     is_look;                   /* only a look at a condition: nothing of it is written (engine_look.c) */
    bool     parked;                    /* begun by `when idle`, and the machine is wanted: nothing new begins */
    struct Inspect *inspect;            /* only to see how it stands: nothing begins, nothing is written (run_inspect.h); NULL: it is at work */
    int64_t *taken;                     /* numbers of the letters it has got in this life */
    size_t   taken_count;
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

/* Looks at the condition that row->input names, with the record of the load run row->parent; engine_looked tells what came of it. */
bool run_look(Program *program, const RunRow *row, Err *err);

/* Parks it at its next step, or lets it go on. */
void run_park(Run *run, bool parked);

/* Follows the record of a run to its end and no further. *run is made in any case. */
bool run_inspect(Program *program, const RunRow *row, struct Inspect *inspect, Run **run, Err *err);

/* Goes through its record; what it would write goes nowhere. It may have ended when this returns. */
bool run_replay(Program *program, Store *store, const RunRow *row, const StoreSource *nowhere, Err *err);

/* Ends without a trace in the record: the process stops, the run goes on another day. */
void run_abandon(Run *run);

/* The program has reached its workflow's block: follow the run's own record from here. */
void run_begin(Run *run);

/* Drops the table that run_l_own keeps for it. */
void run_forget_own(Run *run);

/* Not from a fiber of the run: stops it in this state, and all its branches. */
__attribute__((format(printf, 3, 4)))
void run_halt(Run *run, RunState state, const char *fmt, ...);

/* Ends it as soon as each branch has had its say: every wait raises { code = "cancelled" }. Once is enough. */
void run_cancel(Run *run, const char *reason);

/* Why the database says that it is to end. */
const char *run_end_reason(const Run *run);

/* What the record has of that, before it is followed. */
void run_expect_cancel(Run *run);

/* How a branch that is not main ends: a FiberDone. */
void run_branch_done(Fiber *fiber, int status, int nresults);

/* Only time and people can make it go on. */
bool run_is_idle(const Run *run);

/* For run_turn and leave.c: drops all branches and frees it. */
void run_free(Run *run);

static inline Run *run_of(lua_State *L) { return branch_of(L)->run; }

int luaopen_aios_run(lua_State *L);
