/* lua_call.c - aios.run: calls of tools. */
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>
#include <stdio.h>

typedef struct {
    RunWait wait;
    PortCall call;
    bool retry_doubt;
} CallOp;

static CallOp *op_of(Arrival *arrival) { return (CallOp *)run_wait_of(arrival); }

static void call_replied(void *context, bool ok, Slice text) {
    CallOp *op = context;
    op->wait.branch->run->busy--;
    op->wait.ok = ok;
    buf_add_slice(&op->wait.text, text);
    arrival_came(&op->wait.arrival);
}

static void call_begin(Arrival *arrival) {
    CallOp *op = op_of(arrival);
    Run *run = arrival->run;
    Port *port = &run_engine(run)->port;
    if (run->phase == RUN_ACTIVATING) {
        op->wait.ok = false;
        run_new_at_top(&op->wait.text, op->call.name);
        arrival_came(arrival);
        return;
    }
    run->busy++;
    fflush(stdout);                     /* as run_record() does; the row is added by who answers */
    port->request(port->context, run->program, &op->call, call_replied, op);
}

static void call_stop(RunWait *wait) {
    Port *port = &run_engine(wait->branch->run)->port;
    wait->branch->run->busy--;
    port->cancel(port->context, wait);
}

/* What was under way is not known to have happened, and nobody waits for it: the record says so. */
static void call_cut(RunWait *wait) {
    CallOp *op = (CallOp *)wait;
    Run *run = wait->branch->run;
    JournalRow row = { .kind = ENTRY_RESULT, .status = ENTRY_ERROR, .path = op->call.path, .name = op->call.name, .line = op->call.line,
                       .attempt = op->call.attempt, .out = buf_slice(&wait->text) };
    memcpy(row.ahash, op->call.ahash, HASH_SIZE);
    run_record(run, &row, run_now(run));
}

#define IN_DOUBT "step %.*s: %.*s (line %d) had begun when the process died, and whether it happened is not known. " \
                 "Look, then say `aios doubt %.*s done`, `retry` or `fail`"
#define IN_DOUBT_OF(RUN, ROW) (int)(ROW)->path.len, (ROW)->path.ptr, (int)(ROW)->name.len, (ROW)->name.ptr, (ROW)->line, \
                 (int)(RUN)->ledger.row.uid.len, (RUN)->ledger.row.uid.ptr

static bool is_in_doubt(const JournalRow *begun, Effect effect, bool retry_doubt) {
    return begun && begun->kind == ENTRY_INTENT && effect == EFFECT_ONCE && !retry_doubt;
}

static bool call_may_begin(Arrival *arrival) {
    CallOp *op = op_of(arrival);
    if (!is_in_doubt(op->wait.begun, op->call.effect, op->retry_doubt)) return true;
    run_halt(arrival->run, RUN_IN_DOUBT, IN_DOUBT, IN_DOUBT_OF(arrival->run, op->wait.begun));
    return false;
}

static const RunWaitKind CALL = {
    .await = RUN_WAIT_AWAIT("call"), .stop = call_stop, .cut = call_cut,
    .arrival = { .deliver = run_wait_delivered, .begin = call_begin, .may_begin = call_may_begin },
};

Effect run_check_effect(lua_State *L, int index) {
    static const char *const NAMES[] = { "reads", "tx", "idempotent", "once", NULL };
    return (Effect)luaL_checkoption(L, index, NULL, NAMES);
}

/* What the tool around this call allows: one that reads may only read; one that may be repeated as a whole makes
 * its calls repeatable too. */
static Effect limited(lua_State *L, Branch *branch, Effect effect, Slice name) {
    Effect limit = branch_scope(branch)->effect;
    if (limit == EFFECT_READS && effect != EFFECT_READS) {
        Err err;
        err_set(&err, "invalid", "%s cannot call %.*s, which changes something", branch->run->is_look ? "the condition behind `when`" : "a tool that is declared `reads`",
                (int)name.len, name.ptr);
        err_raise(L, &err);
    }
    return limit == EFFECT_IDEMPOTENT && effect == EFFECT_ONCE ? EFFECT_IDEMPOTENT : effect;
}

/* One that ends takes back what it did, however much that is. */
static bool is_full(const Run *run) {
    return run->ledger.bytes > run->program->engine->job->record_bytes && !run->cancelled && !run->undoing;
}

/* call(name, effect, args_json, retry_doubt) -> ok, json */
int run_l_call(lua_State *L) {
    Branch *branch = branch_of(L);
    Run *run = branch->run;
    Slice name = run_check_slice(L, 1), args = run_check_slice(L, 3);
    Effect own = run_check_effect(L, 2), effect = limited(L, branch, own, name);
    bool retry_doubt = lua_toboolean(L, 4);
    unsigned char ahash[HASH_SIZE];
    int cut = run_push_cut(L, branch);
    if (cut >= 0) return cut;
    hash_bytes(args, ahash);
    Slice path = branch_next_path(branch);
    ReplayAnswer past = run_ask(L, branch, path, name, ahash);
    if (run_takes_now(branch, &past)) return run_push_recorded(L, past.row);
    if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, run, past.row, name, path, args);
    if (past.verdict != REPLAY_RECORDED && !run_is_strict(run) && is_in_doubt(past.row, effect, retry_doubt))
        return run_stop(L, run, RUN_IN_DOUBT, IN_DOUBT, IN_DOUBT_OF(run, past.row));
    if (past.verdict == REPLAY_LIVE && is_full(run))
        return run_stop(L, run, RUN_PAUSED, "what it has recorded is more than %zu bytes, the most a run may (--record). Nothing is lost: `aios retry %.*s` "
                        "and a start of its program with more go on", run_engine(run)->job->record_bytes, (int)run->ledger.row.uid.len, run->ledger.row.uid.ptr);
    CallOp *op = run_wait_new(L, branch, &CALL, sizeof *op, &past);
    op->retry_doubt = retry_doubt;
    op->call = (PortCall){ .ledger = &run->ledger, .name = name, .path = buf_slice(&op->wait.path), .args = args, .effect = effect,
                           .repeatable = effect != own, .line = run_line(L), .attempt = op->wait.begun ? op->wait.begun->attempt + 1 : 1 };
    memcpy(op->call.ahash, ahash, HASH_SIZE);
    return run_wait_yield(L, &op->wait);
}
