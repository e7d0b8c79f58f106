/* lua_bound.c - aios.run: scopes that change how what is inside ends: by a deadline, or not from outside. */
#include "lua/bound.h"
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>

static int check_depth(lua_State *L, Branch *branch) {
    if (branch->depth + 1 >= BRANCH_SCOPES_MAX) return luaL_error(L, "blocks are nested more than %d deep", BRANCH_SCOPES_MAX - 1);
    return 0;
}

static int push_depth(lua_State *L, Branch *branch) {
    lua_pushinteger(L, branch->depth);
    return 1;
}

static int64_t begin(Branch *branch, lua_Number seconds, int line) {
    Run *run = branch->run;
    int64_t now = run_now(run);
    if (run->phase == RUN_ACTIVATING) return 0;
    JournalRow row = { .kind = ENTRY_TIMER, .status = ENTRY_OPEN, .path = branch_path(branch), .name = slice_of("within"),
                       .t = now + (int64_t)(seconds * 1000 + 0.5), .line = line };
    run_record(run, &row, now);
    return row.t;
}

/* bound(seconds | nil, error_json, line) -> depth: a scope, with a deadline or without, until unbound() */
int run_l_bound(lua_State *L) {
    Branch *branch = branch_of(L);
    Run *run = branch->run;
    Slice name = slice_of("within");
    int line = (int)luaL_optinteger(L, 3, 0);
    const char *error = luaL_checkstring(L, 2);
    check_depth(L, branch);
    Slice path = branch_next_path(branch);
    ReplayAnswer past = { REPLAY_LIVE, NULL };
    int64_t due = 0;
    if (!lua_isnil(L, 1)) {
        past = replay_look(&run->replay, path, name, NULL);
        if (past.verdict == REPLAY_DIVERGED) return run_diverged(L, run, past.row, name, path, slice_make(NULL, 0));
        if (past.verdict == REPLAY_OPEN) replay_opened(&run->replay, past.row);
        due = past.row ? past.row->t : begin(branch, luaL_checknumber(L, 1), line);
    }
    branch_enter(branch, branch_scope(branch)->effect, NULL);
    if (!lua_isnil(L, 1)) bound_open(branch, run->phase == RUN_LIVING ? due : 0, error, line, past.verdict == REPLAY_RECORDED ? past.row : NULL);
    return push_depth(L, branch);
}

/* shield() -> depth: what cuts the branch from outside has to wait, until unbound() */
int run_l_shield(lua_State *L) {
    Branch *branch = branch_of(L);
    check_depth(L, branch);
    branch_next_path(branch);
    branch_enter(branch, branch_scope(branch)->effect, NULL)->is_shield = true;
    return push_depth(L, branch);
}

/* unbound(depth) -> json of the error when its time was over, or nil */
int run_l_unbound(lua_State *L) {
    Branch *branch = branch_of(L);
    if (luaL_checkinteger(L, 1) != branch->depth)
        return luaL_error(L, "a block ended while a step begun later is still open; blocks of one run end in reverse order");
    const Bound *bound = branch_scope(branch)->bound;
    lua_pushstring(L, bound ? bound_error(bound) : NULL);
    branch_leave(branch);
    branch_end_path(branch);
    return 1;
}

/* cut() -> json of what ends this branch, or the block it is in, from outside; nil: nothing does */
int run_l_cut(lua_State *L) {
    lua_pushstring(L, branch_cut_by(branch_of(L)));
    return 1;
}
