/* lua_call.c - aios.run: calls of tools, and scopes around them. */
#include "lua/await.h"
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>

/* ------------------------------------------------------------------ tool calls */
typedef struct {
    Await base;
    PortCall call;
    bool asked, ok;                     /* asked: the reply has not come yet */
    Buf  text, path;
} CallOp;

static void call_cancel(Await *a) { await_wake(a, UV_ECANCELED); }

static void call_release(Await *a) {
    CallOp *op = (CallOp *)a;
    if (op->asked) {                    /* the run is going */
        Port *port = &((Program *)a->vm->owner)->engine->port;
        port->cancel(port->context, op);
    }
    buf_drop(&op->text);
    buf_drop(&op->path);
    await_free(op);
}

static int call_push(lua_State *L, Await *a) {
    CallOp *op = (CallOp *)a;
    lua_pushboolean(L, op->ok);
    lua_pushlstring(L, buf_text(&op->text), op->text.len);
    return 2;
}

static const AwaitKind CALL = { .name = "call", .push = call_push, .cancel = call_cancel, .release = call_release };

static void call_replied(void *context, bool ok, Slice text) {
    CallOp *op = context;
    op->asked = false;
    op->ok = ok;
    buf_add_slice(&op->text, text);
    await_wake(op, 0);
}

static Effect check_effect(lua_State *L, int index) {
    static const char *const NAMES[] = { "reads", "tx", "idempotent", "once", NULL };
    return (Effect)luaL_checkoption(L, index, NULL, NAMES);
}

/* What the tool around this call allows: one that reads may only read; one that may be repeated as a whole makes
 * its calls repeatable too. */
static Effect limited(lua_State *L, const Run *run, Effect effect, Slice name) {
    Effect limit = run->scopes[run->depth].effect;
    if (limit == EFFECT_READS && effect != EFFECT_READS && run->depth) {
        Err err;
        err_set(&err, "invalid", "a tool that is declared `reads` cannot call %.*s, which changes something", (int)name.len, name.ptr);
        err_raise(L, &err);
    }
    return limit == EFFECT_IDEMPOTENT && effect == EFFECT_ONCE ? EFFECT_IDEMPOTENT : effect;
}

/* call(name, effect, args_json, retry_doubt) -> ok, json */
int run_l_call(lua_State *L) {
    Run *run = run_of(L);
    Slice name = run_check_slice(L, 1), args = run_check_slice(L, 3);
    Effect own = check_effect(L, 2), effect = limited(L, run, own, name);
    int attempt = 1;
    unsigned char ahash[HASH_SIZE];
    hash_bytes(args, ahash);
    Slice path = run_next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, ahash);
    if (past.verdict == REPLAY_RECORDED) {
        run_end_path(run);
        return run_push_recorded(L, past.row);
    }
    if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, run, past.row, name, path);
    if (run->phase == RUN_ACTIVATING) return run_new_at_top(L, name);
    if (past.verdict == REPLAY_OPEN || past.verdict == REPLAY_AGAIN) {
        if (past.verdict == REPLAY_OPEN && effect == EFFECT_ONCE && !lua_toboolean(L, 4))
            return run_stop(L, run, RUN_IN_DOUBT,
                        "step %.*s: %.*s (line %d) had begun when the process died, and whether it happened is not known. "
                        "Look, then say `aios doubt %.*s done`, `retry` or `fail`",
                        (int)path.len, path.ptr, (int)name.len, name.ptr, past.row->line, (int)run->ledger.row.uid.len, run->ledger.row.uid.ptr);
        attempt = past.row->attempt + 1;
    }
    CallOp *op = await_new(L, &CALL, sizeof *op);
    buf_add_slice(&op->path, path);
    run_end_path(run);
    op->asked = true;
    op->call = (PortCall){ .ledger = &run->ledger, .name = name, .path = buf_slice(&op->path), .args = args,
                           .effect = effect, .repeatable = effect != own, .line = run_line(L), .attempt = attempt };
    memcpy(op->call.ahash, ahash, HASH_SIZE);
    fflush(stdout);                     /* as run_record() does; the row is added by who answers */
    Port *port = &run_engine(run)->port;
    port->request(port->context, run->program, &op->call, call_replied, op);
    return await_yield(L, op, 0);
}

/* ------------------------------------------------------------------ scopes */
/* A recorded step with undo parts inside is gone through again: they must be known when they are needed. */
static bool is_settled(const ReplayAnswer *past) { return past->verdict == REPLAY_RECORDED && !past->row->ver; }

/* enter(name, args_json | nil, line [, effect [, tell_path]]) -> ok, json [, path] | nil, depth */
int run_l_enter(lua_State *L) {
    Run *run = run_of(L);
    Slice name = run_check_slice(L, 1);
    unsigned char ahash[HASH_SIZE];
    if (lua_isnil(L, 2)) memcpy(ahash, run->program->null_hash, HASH_SIZE);
    else hash_bytes(run_check_slice(L, 2), ahash);
    Slice path = run_next_path(run);
    ReplayAnswer past = replay_ask(&run->replay, path, name, ahash);
    if (is_settled(&past)) {
        bool tell = lua_toboolean(L, 5);
        if (tell) lua_pushlstring(L, path.ptr, path.len);
        run_end_path(run);
        run_push_recorded(L, past.row);
        if (tell) lua_pushvalue(L, -3);
        return tell ? 3 : 2;
    }
    if (past.verdict != REPLAY_LIVE && past.verdict != REPLAY_RECORDED) return run_diverged(L, run, past.row, name, path);
    if (run->depth + 1 >= RUN_SCOPES_MAX) {
        run_end_path(run);
        return luaL_error(L, "steps are nested more than %d deep", RUN_SCOPES_MAX - 1);
    }
    Effect around = run->depth ? run->scopes[run->depth].effect : EFFECT_ONCE;
    Effect effect = lua_isnoneornil(L, 4) ? EFFECT_ONCE : check_effect(L, 4);
    run_enter(run, effect < around ? effect : around, ahash);
    run->scopes[run->depth].recorded = past.verdict == REPLAY_RECORDED;
    lua_pushnil(L);
    lua_pushinteger(L, run->depth);
    return 2;
}

/* leave(depth, ok, json, name, line [, undo_parts]): the scope's value is recorded */
int run_l_leave(lua_State *L) {
    Run *run = run_of(L);
    Err err;
    if (luaL_checkinteger(L, 1) != run->depth)
        return luaL_error(L, "step %s ended while a step begun later is still open; steps of one run end in reverse order", luaL_checkstring(L, 4));
    JournalRow row = { .kind = ENTRY_RESULT, .status = lua_toboolean(L, 2) ? ENTRY_OK : ENTRY_ERROR, .path = run_path(run),
                       .name = run_check_slice(L, 4), .out = run_check_slice(L, 3), .line = (int)luaL_optinteger(L, 5, 0),
                       .ver = (int)luaL_optinteger(L, 6, 0) };
    memcpy(row.ahash, run->scopes[run->depth].ahash, HASH_SIZE);
    if (!row.line) row.line = run_line(L);
    if (run->phase == RUN_LIVING && !run->scopes[run->depth].recorded) {
        if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
        run_record(run, &row, run_now(run));
    }
    run_leave(run);
    run_end_path(run);
    return 0;
}
