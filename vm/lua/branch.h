/* branch.h - one line of execution of a run: its fiber, its place in the program, what it waits for.
 *
 * A run has one branch, `main`, and one more for each that a `parallel` block has at work. A branch has a path of its
 * own ("/3.2": the second branch of the block that was call 3), counters, clock and chance, so what one does
 * changes no identity in another. No branch outlives its block.
 *
 *     Branch *branch = branch_of(L);
 *     Slice path = branch_next_path(branch);           // the identity of this call
 *     ... branch_end_path(branch);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: belongs to its run; freed when its fiber has ended or was dropped.
 */
#pragma once
#include "base/buf.h"
#include "lua/arrival.h"
#include "lua/fiber.h"
#include "os/timer.h"
#include "work/port.h"

enum { BRANCH_SCOPES_MAX = 60 };

typedef struct Branch Branch;
typedef struct Bound Bound;             /* lua_bound.c: a deadline over a scope */
typedef struct Group Group;             /* lua_group.c: a block of branches */
typedef struct RunWait RunWait;         /* run_wait.h */

/* Clock and chance of a scope are its own: one that is not entered on a replay changes nothing around it. */
typedef struct Senses {
    int      clock_readings;
    int64_t  clock_ms, cpu_ms;          /* what the last readings said */
    uint64_t random[4];
} Senses;

typedef struct {
    size_t   path_len;                  /* of the scope's own path */
    uint32_t calls;                     /* made in it so far */
    Effect   effect;                    /* of the tool whose body this is: what may be called in it */
    unsigned char ahash[HASH_SIZE];     /* of the arguments it was entered with */
    bool     has_chance;                /* its own; made when first drawn from */
    bool     recorded;                  /* it ended in an earlier life, and is gone through again for its undo parts */
    bool     is_shield;                 /* what cuts the branch from outside waits until it is left */
    Bound   *bound;                     /* its deadline; NULL: none */
    Senses  *outer;                     /* what the scope around it goes on with; NULL at the top */
} BranchScope;

struct Branch {
    Run     *run;
    Fiber   *fiber;                     /* NULL: has ended */
    Branch  *parent;                    /* NULL: main */
    Group   *group;                     /* that it is part of */
    Group   *groups;                    /* its own blocks that are open, innermost first */
    Buf      path;                      /* of the innermost scope */
    BranchScope *scopes;
    int      depth, cap;
    Senses   senses;
    RunWait *wait;                      /* what it waits for */
    char    *cut;                       /* JSON of the error that ends it: raised at each wait; NULL: none */
    int      expired;                   /* of its scopes' bounds */
    int      nargs;                     /* on its fiber, for the first turn */
    bool     is_ready;
    bool     looks;                     /* at the condition of a `wait until`: that moves nothing */
    Branch  *next_ready;
    Branch  *next, **link;              /* of the run's */
    Branch  *next_mate, **mate_link;    /* of its group's */
};

typedef struct {
    Branch *first, *last;
} BranchQueue;

/* A branch of `parent` at path + number; for main parent is NULL and the path empty. Its fiber is still to be made. */
Branch *branch_new(Run *run, Branch *parent, Slice path, Slice number);

/* Makes its fiber and moves `count` values, a function first, from L's top to it. May raise. */
void branch_arm(Branch *branch, lua_State *L, int count, FiberDone done);
void branch_free(Branch *branch);       /* its fiber must be gone */

/* Its turn comes, after those that are ready already. */
void    branch_ready(Branch *branch);
Branch *branch_take_ready(Run *run);
void    branch_go(Branch *branch);

/* Whose turn it is. Raises in a finalizer, which runs when memory is needed, and while variables are closed because their run
 * leaves memory: neither would happen again in a replay. */
Branch *branch_of(lua_State *L);
bool    branch_in_finalizer(lua_State *L);

/* Names the next call of the innermost scope; branch_end_path forgets the name again. */
Slice branch_next_path(Branch *branch);
void  branch_end_path(Branch *branch);
Slice branch_path(const Branch *branch);        /* of the innermost scope, and of the call while it is named */
static inline BranchScope *branch_scope(Branch *branch) { return &branch->scopes[branch->depth]; }

/* The scope whose path branch->path is begins, and the innermost one ends. */
BranchScope *branch_enter(Branch *branch, Effect effect, const unsigned char *ahash /* or NULL */);
void         branch_leave(Branch *branch);

/* Sets what math.random and ids of the innermost scope are made from; the state to draw from. */
void      branch_seed(Branch *branch, uint64_t seed);
uint64_t *branch_chance(Branch *branch);

/* The error every wait of the branch must raise now: it was cut, or the time of a scope around is over; NULL: none. */
const char *branch_cut_by(const Branch *branch);

/* Ends what the branch waits for with branch_cut_by(), unless a shield holds that off. */
void branch_interrupt(Branch *branch);

/* Raises `error` (JSON) at each wait from now on. The first one stays. */
void branch_cut(Branch *branch, const char *error);

/* Something may be as `wait until` wants it: such waits look again soon. */
void branch_hasten_attentive(Run *run);
