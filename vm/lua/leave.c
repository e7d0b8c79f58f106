#include "lua/leave.h"
#include "lua/bound.h"
#include "lua/inlet.h"
#include "lua/engine_parts.h"
#include "lua/run_place.h"
#include "lua/run_wait.h"
#include <stdlib.h>

struct Leaving {
    Run    *run;                        /* NULL: gone meanwhile */
    Engine *engine;
    int64_t wake_ms;                    /* 0: no time is set */
    bool    expects, asks;              /* expects: a letter; asks: of a person */
};

bool run_is_idle(const Run *run) { return !run->active && !run->ready.first && (!run->came.first || run->parked) && !run->busy && !run->leaving; }

void leave_forget(Run *run) {
    if (!run->leaving) return;
    run->leaving->run = NULL;
    run->leaving->engine->leaving--;
    run->leaving = NULL;
}

/* The row that says when to wake is durable: its fibers are not needed until then. */
static void can_leave(void *context, const Err *failed) {
    Leaving leaving = *(Leaving *)context;
    if (leaving.run && !failed) leave_forget(leaving.run);
    free(context);
    if (!leaving.run || failed) return;             /* failed: the store is broken; the process is stopping */
    int64_t id = leaving.run->ledger.row.id;
    bool again = inlet_has_letter(leaving.run);
    run_free(leaving.run);
    if (leaving.wake_ms && !(leaving.asks && engine_is_hasty(leaving.engine))) engine_run_sleeps(leaving.engine, leaving.wake_ms);
    if (leaving.expects) engine_arm_wake(leaving.engine);       /* a letter may have come while it left */
    if (again) engine_begin(leaving.engine, id);
    engine_begin_waiting(leaving.engine);
}

static void earliest(int64_t *wake_ms, int64_t due_ms) {
    if (due_ms && (!*wake_ms || due_ms < *wake_ms)) *wake_ms = due_ms;
}

/* Stops every alarm of the run; the earliest one is when it wakes. */
static int64_t rest(Run *run) {
    int64_t wake_ms = 0;
    for (Branch *branch = run->branches; branch; branch = branch->next) {
        if (branch->wait && branch->wait->timer.place) {
            earliest(&wake_ms, branch->wait->timer.due_ms);
            timer_stop(run_engine(run)->timers, &branch->wait->timer);
        }
        for (int depth = 1; depth <= branch->depth; depth++)
            if (branch->scopes[depth].bound) earliest(&wake_ms, bound_rest(branch->scopes[depth].bound));
    }
    return wake_ms;
}

void leave_stay(Run *run) {
    Timers *timers = run_engine(run)->timers;
    leave_forget(run);
    ledger_running(&run->ledger, run_now(run));
    for (Branch *branch = run->branches; branch; branch = branch->next) {
        if (branch->wait && branch->wait->far && branch->wait->timer.due) timer_start(timers, &branch->wait->timer, branch->wait->timer.due_ms);
        for (int depth = 1; depth <= branch->depth; depth++)
            if (branch->scopes[depth].bound) bound_go_on(branch->scopes[depth].bound);
    }
}

void run_settle(Run *run) {
    Buf letters = { 0 };
    Err err;
    if (run_engine(run)->session && run->is_load) return;       /* an entry: a person waits for it */
    if (!run->far || run->near || run->busy || run->parked || run->phase != RUN_LIVING || !ledger_open(&run->ledger, &err)) return;
    Leaving *leaving = run->leaving = mem_new(sizeof *leaving);
    *leaving = (Leaving){ .run = run, .engine = run_engine(run), .wake_ms = rest(run) };
    leaving->engine->leaving++;
    inlet_names(run, &letters);
    leaving->expects = letters.len > 0;
    leaving->asks = inlet_asks(run);
    ledger_wait(&run->ledger, RUN_WAITING, leaving->wake_ms, letters.len ? buf_slice(&letters) : slice_make(NULL, 0), slice_of("sleeps"));
    buf_drop(&letters);
    store_sync(run->ledger.store, can_leave, leaving);
}
