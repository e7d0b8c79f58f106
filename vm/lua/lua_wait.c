/* lua_wait.c - aios.run: waiting, in memory or as a row. */
#include "lua/await.h"
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>
#include <stdlib.h>

enum { SLEEP_IN_MEMORY_MS = 30000, SLEEPERS_IN_MEMORY = 256 };

typedef struct { void *op; } Box;       /* outlives the operation when the run is dropped first */

typedef struct {
    Await base;
    Run  *run;
    Box  *box;                          /* of a passivation under way */
    Engine *leaves;                     /* counts it among the leaving */
    Buf   path;
} WaitOp;

static void wait_cancel(Await *a) {
    WaitOp *op = (WaitOp *)a;
    timer_stop(run_engine(op->run)->timers, &op->run->timer);
    await_wake(a, UV_ECANCELED);
}

static void wait_release(Await *a) {
    WaitOp *op = (WaitOp *)a;
    if (op->leaves) op->leaves->leaving--;
    if (op->box) op->box->op = NULL;
    buf_drop(&op->path);
    await_free(op);
}

static int wait_push(lua_State *L, Await *a) {
    (void)L;
    (void)a;
    return 0;
}

static const AwaitKind WAIT = { .name = "wait", .push = wait_push, .cancel = wait_cancel, .release = wait_release };

static void record_wait_over(Run *run, Slice path) {
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_OK, .path = path, .name = slice_of("wait"), .out = slice_of("null") };
    run_record(run, &row, run_now(run));
}

static void wait_due(Timer *timer) {
    WaitOp *op = timer->context;
    record_wait_over(op->run, buf_slice(&op->path));
    await_wake(op, 0);
}

/* The row that says when to wake is durable: the fiber is not needed until then. */
static void can_leave_memory(void *context, const Err *err) {
    Box *box = context;
    WaitOp *op = box->op;
    free(box);
    if (!op) return;
    op->box = NULL;
    if (err) return;                    /* the store is broken; the process is stopping */
    Run *run = op->run;
    int64_t wake_ms = run->wake_ms;
    Engine *engine = run_engine(run);
    run_passivate(run);
    engine_run_sleeps(engine, wake_ms);
}

/* A test keeps its place in memory: what it set up (fakes, expectations) is not in a record. */
static bool leaves_memory(Run *run, int64_t left_ms) {
    if (run->ledger.row.id && run->ledger.row.id == run_engine(run)->test_run) {
        engine_let_time_pass(run_engine(run));
        return false;
    }
    return left_ms >= SLEEP_IN_MEMORY_MS || (left_ms > 0 && timers_count(run_engine(run)->timers) > SLEEPERS_IN_MEMORY);
}

/* wait(seconds) */
int run_l_wait(lua_State *L) {
    Run *run = run_of(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e10, 1, "a duration from 0 to 300 years");
    Slice name = slice_of("wait"), path = run_next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, NULL);
    if (past.verdict == REPLAY_RECORDED) {
        run_end_path(run);
        return 0;
    }
    if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, run, past.row, name, path);
    if (run->phase == RUN_ACTIVATING) return run_new_at_top(L, name);
    int64_t now = run_now(run), due = now + (int64_t)(seconds * 1000 + 0.5);
    WaitOp *op = await_new(L, &WAIT, sizeof *op);
    op->run = run;
    buf_add_slice(&op->path, path);
    run_end_path(run);
    if (past.verdict == REPLAY_OPEN) due = past.row->t;
    else {
        JournalRow row = { .kind = ENTRY_TIMER, .status = ENTRY_OPEN, .path = buf_slice(&op->path), .name = name, .t = due, .line = run_line(L) };
        run_record(run, &row, now);
    }
    Err err;
    run->wake_ms = due;
    if (leaves_memory(run, due - now)) {
        if (!ledger_open(&run->ledger, &err)) {
            buf_drop(&op->path);
            return err_raise(L, &err);
        }
        op->box = mem_new(sizeof *op->box);
        op->box->op = op;
        op->leaves = run_engine(run);
        op->leaves->leaving++;
        ledger_wait(&run->ledger, RUN_WAITING, due, slice_of("sleeps"));
        store_sync(run->ledger.store, can_leave_memory, op->box);
    } else {
        timer_init(&run->timer, wait_due, op);
        timer_start(run_engine(run)->timers, &run->timer, due);
    }
    return await_yield(L, op, 0);
}
