/* lua_scope.c - aios.run: scopes: steps and tools of the program, with a value of their own in the record. */
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>

/* A step that has ended has ended, whatever cuts the branch meanwhile: its next wait raises that. */
static bool outlasts(RunWait *wait, const char *error) {
    (void)wait;
    (void)error;
    return true;
}

static int scope_push(lua_State *L, Await *await) {
    RunWait *wait = (RunWait *)await;
    run_wait_push(L, await);
    lua_pushlstring(L, wait->path.ptr, wait->path.len);
    return 3;
}

static const RunWaitKind SCOPE = { .await = { "step", scope_push, run_wait_cancel, run_wait_release },
                                   .arrival = { .deliver = run_wait_delivered }, .outlasts = outlasts };

/* Waiting for its turn is needed only while others are at work, but whether it is allowed must not depend on them. */
static bool may_wait(lua_State *L) { return lua_isyieldable(L) && !vm_of(L)->pinned; }

static void check_may_wait(lua_State *L, const Run *run) {
    if (run->branch_count > 1 && !may_wait(L))
        luaL_error(L, "a step cannot stand here while branches are at work (inside a sort, gsub, metamethod or iterator written in C)");
}

/* A recorded step with undo parts inside is gone through again: they must be known when they are needed. */
static bool is_settled(const ReplayAnswer *past) { return past->verdict == REPLAY_RECORDED && !past->row->ver; }

/* ok, json, path of a step that is recorded */
static int take(lua_State *L, Branch *branch, const ReplayAnswer *past, bool tell) {
    if (run_takes_now(branch, past)) {
        run_push_recorded(L, past->row);
        if (tell) lua_pushlstring(L, past->row->path.ptr, past->row->path.len);
        return tell ? 3 : 2;
    }
    RunWait *wait = run_wait_new(L, branch, &SCOPE, sizeof *wait, past);
    return run_wait_yield(L, wait);
}

/* enter(name, args_json | nil, line [, effect [, tell_path]]) -> ok, json [, path] | nil, depth */
int run_l_enter(lua_State *L) {
    Branch *branch = branch_of(L);
    Run *run = branch->run;
    Slice name = run_check_slice(L, 1);
    unsigned char ahash[HASH_SIZE];
    check_may_wait(L, run);
    if (lua_isnil(L, 2)) memcpy(ahash, run->program->null_hash, HASH_SIZE);
    else hash_bytes(run_check_slice(L, 2), ahash);
    Slice path = branch_next_path(branch);
    ReplayAnswer past = run_ask(L, branch, path, name, ahash);
    if (is_settled(&past)) return take(L, branch, &past, lua_toboolean(L, 5));
    if (past.verdict == REPLAY_LIVE && run_is_there(run)) return run_stop(L, run, RUN_WAITING, "there");
    if (past.verdict != REPLAY_LIVE && past.verdict != REPLAY_RECORDED) return run_diverged(L, run, past.row, name, path, lua_isstring(L, 2) ? run_check_slice(L, 2) : slice_make(NULL, 0));
    if (branch->depth + 1 >= BRANCH_SCOPES_MAX) {
        branch_end_path(branch);
        return luaL_error(L, "steps are nested more than %d deep", BRANCH_SCOPES_MAX - 1);
    }
    Effect around = branch_scope(branch)->effect;
    Effect effect = lua_isnoneornil(L, 4) ? EFFECT_ONCE : run_check_effect(L, 4);
    branch_enter(branch, effect < around ? effect : around, ahash)->recorded = past.verdict == REPLAY_RECORDED;
    lua_pushnil(L);
    lua_pushinteger(L, branch->depth);
    return 2;
}

static void record(lua_State *L, Branch *branch) {
    Run *run = branch->run;
    Err err;
    JournalRow row = { .kind = ENTRY_RESULT, .status = lua_toboolean(L, 2) ? ENTRY_OK : ENTRY_ERROR, .path = branch_path(branch),
                       .name = run_check_slice(L, 4), .out = run_check_slice(L, 3), .line = (int)luaL_optinteger(L, 5, 0),
                       .ver = (int)luaL_optinteger(L, 6, 0) };
    memcpy(row.ahash, branch_scope(branch)->ahash, HASH_SIZE);
    if (!row.line) row.line = run_line(L);
    if (!run->ledger.fleeting && !ledger_open(&run->ledger, &err)) err_raise(L, &err);
    run_record(run, &row, run_now(run));
}

/* The end of a step that is gone through again has its turn like any other. */
static bool takes_again(lua_State *L, Branch *branch, ReplayAnswer *past) {
    *past = (ReplayAnswer){ REPLAY_LIVE, NULL };
    if (run_is_strict(branch->run)) *past = replay_look(&branch->run->replay, branch_path(branch), run_check_slice(L, 4), NULL);
    return past->verdict != REPLAY_RECORDED || run_takes_now(branch, past);
}

static void leave(Branch *branch) {
    branch_end_path(branch);
    branch_leave(branch);
    branch_end_path(branch);
}

/* Its turn has come: nothing is recorded that was not delivered. */
static void leave_begin(Arrival *arrival) { arrival_came(arrival); }

static int leave_push(lua_State *L, Await *await) {
    Branch *branch = ((RunWait *)await)->branch;
    branch_end_path(branch);
    if (!branch_scope(branch)->recorded) record(L, branch);
    leave(branch);
    return 0;
}

static const RunWaitKind LEAVE = { .await = { "step", leave_push, run_wait_cancel, run_wait_release },
                                   .arrival = { .deliver = run_wait_delivered, .begin = leave_begin }, .outlasts = outlasts };

/* leave(depth, ok, json, name, line [, undo_parts]): the scope's value is recorded */
int run_l_leave(lua_State *L) {
    Branch *branch = branch_of(L);
    Run *run = branch->run;
    ReplayAnswer past = { REPLAY_LIVE, NULL };
    if (luaL_checkinteger(L, 1) != branch->depth)
        return luaL_error(L, "step %s ended while a step begun later is still open; steps of one run end in reverse order", luaL_checkstring(L, 4));
    check_may_wait(L, run);
    branch_end_path(branch);
    bool again = branch_scope(branch)->recorded, living = run->phase == RUN_LIVING;
    if (living && !again && run_engine(run)->replaying) return run_stop(L, run, RUN_WAITING, RECORD_ENDS " inside a step");
    bool goes_on = again ? takes_again(L, branch, &past) : !living || !may_wait(L) || run_may_go_on(run);
    if (!goes_on) {
        RunWait *wait = run_wait_new(L, branch, &LEAVE, sizeof *wait, &past);
        return run_wait_yield(L, wait);
    }
    if (living && !again) record(L, branch);
    leave(branch);
    return 0;
}
