/* lua_own.c - aios.run: what a run keeps beside its record, and what became of its undo parts. */
#include "lua/lua_err.h"
#include "lua/run_place.h"
#include <lauxlib.h>

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
    if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
    runs_set_undone(run->ledger.store, run->ledger.row.id, run->undone);
    return 0;
}
