/* lua_own.c - aios.run: what a run keeps beside its record, what became of its undo parts, and what it is followed by. */
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

/* own() -> a table that belongs to this run and goes with it */
int run_l_own(lua_State *L) {
    Run *run = run_of(L);
    if (!run->has_own) {
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, run);
        run->has_own = true;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, run);
    return 1;
}

void run_forget_own(Run *run) {
    lua_State *L = run->program->vm.L;
    if (!run->has_own) return;
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, run);
    run->has_own = false;
}

/* path() -> the place of the innermost step, "" at the top */
int run_l_path(lua_State *L) {
    Branch *branch = branch_of(L);
    lua_pushlstring(L, branch->path.ptr ? branch->path.ptr : "", branch_scope(branch)->path_len);
    return 1;
}

/* passes() -> how often a person asked to undo the run after it was over */
int run_l_passes(lua_State *L) {
    Run *run = run_of(L);
    run->undoing = true;
    lua_pushinteger(L, run->ledger.row.undo);
    return 1;
}

/* undone(all, note): every undo part ran, or some failed; the note is told with the end of the run */
int run_l_undone(lua_State *L) {
    Run *run = run_of(L);
    Err err;
    run->undone = lua_toboolean(L, 1) ? UNDONE_ALL : UNDONE_PARTLY;
    buf_clear(&run->note);
    buf_add_slice(&run->note, run_check_slice(L, 2));
    if (run->inspect || run_engine(run)->replaying) return 0;
    if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
    runs_set_undone(run->ledger.store, run->ledger.row.id, run->undone);
    return 0;
}

/* continued(id): the run ends here, another one goes on for it */
int run_l_continued(lua_State *L) {
    return run_stop(L, run_of(L), RUN_CONTINUED, "continued as %s", luaL_checkstring(L, 1));
}

static lua_Integer decide_version(lua_State *L, Run *run, Slice path, Slice name, lua_Integer newest) {
    char text[32];
    bool fresh = run->phase == RUN_LIVING && replay_is_over(&run->replay);
    lua_Integer version = fresh ? newest : 1;
    snprintf(text, sizeof text, "%lld", (long long)version);
    JournalRow row = { .kind = ENTRY_VERSION, .status = ENTRY_OK, .path = path, .name = name, .out = slice_of(text), .line = run_line(L) };
    if (run->phase == RUN_LIVING) run_record(run, &row, run_now(run));
    return version;
}

/* version(name, newest) -> the version of a piece of the program that this run follows: the newest when it comes here for the first
 * time with nothing recorded beyond, 1 when its record goes on without the piece; from then on the same */
int run_l_version(lua_State *L) {
    Branch *branch = branch_of(L);
    Run *run = branch->run;
    Slice name = run_check_slice(L, 1);
    lua_Integer version = luaL_checkinteger(L, 2);
    Buf path = { 0 };
    buf_add_slice(&path, slice_make(branch->path.ptr, branch_scope(branch)->path_len));
    buf_add_text(&path, "/=");
    buf_add_slice(&path, name);
    ReplayAnswer past = replay_look(&run->replay, buf_slice(&path), name, NULL);
    if (past.verdict == REPLAY_LIVE) version = decide_version(L, run, buf_slice(&path), name, version);
    else {
        replay_opened(&run->replay, past.row);
        version = past.row->out.ptr ? strtoll(past.row->out.ptr, NULL, 10) : 1;
    }
    buf_drop(&path);
    lua_pushinteger(L, version);
    return 1;
}
