/* lua_wait.c - aios.run: waiting, in memory or as a row. */
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>

typedef struct {
    RunWait wait;
    int64_t ms;
} WaitOp;

static void wait_due(Timer *timer) {
    RunWait *wait = timer->context;
    Run *run = wait->branch->run;
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_OK, .path = buf_slice(&wait->path), .name = slice_of("wait"), .out = slice_of("null") };
    run_wait_awake(wait);
    run_record(run, &row, run_now(run));
    arrival_came(&wait->arrival);
}

static void wait_begin(Arrival *arrival) {
    WaitOp *op = (WaitOp *)run_wait_of(arrival);
    RunWait *wait = &op->wait;
    Run *run = arrival->run;
    if (run->phase == RUN_ACTIVATING) {
        wait->ok = false;
        run_new_at_top(&wait->text, slice_of("wait"));
        arrival_came(arrival);
        return;
    }
    int64_t now = run_now(run), due = wait->begun ? wait->begun->t : now + op->ms;
    if (!wait->begun) {
        JournalRow row = { .kind = ENTRY_TIMER, .status = ENTRY_OPEN, .path = buf_slice(&wait->path), .name = slice_of("wait"), .t = due, .line = wait->line };
        run_record(run, &row, now);
    }
    run_wait_sleep(wait, due, wait_due);
}

static const RunWaitKind WAIT = { .await = RUN_WAIT_AWAIT("wait"), .arrival = { .deliver = run_wait_delivered, .begin = wait_begin } };

/* wait(seconds [, attentive]) -> true | false, json. attentive: it ends within a second when another branch of the run has moved */
int run_l_wait(lua_State *L) {
    Branch *branch = branch_of(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e10, 1, "a duration from 0 to 300 years");
    bool attentive = lua_toboolean(L, 2);
    int cut = run_push_cut(L, branch);
    if (cut >= 0) return cut;
    Slice name = slice_of("wait"), path = branch_next_path(branch);
    ReplayAnswer past = run_ask(L, branch, path, name, NULL);
    if (run_takes_now(branch, &past)) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, branch->run, past.row, name, path, slice_make(NULL, 0));
    WaitOp *op = run_wait_new(L, branch, &WAIT, sizeof *op, &past);
    op->ms = (int64_t)(seconds * 1000 + 0.5);
    op->wait.attentive = attentive;
    op->wait.line = run_line(L);
    return run_wait_yield(L, &op->wait);
}
