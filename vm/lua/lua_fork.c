#include "lua/lua_fork.h"
#include "base/id.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/fork.h"
#include "store/owner.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    lua_State   *L;
    Store       *store;
    RunRow      *run;
    JournalLoad *past;
    ForkPlace    at;
} Back;

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* Opens the database at argument 1 and finds the run and the step of arguments 2 and 3. */
static bool back_open(lua_State *L, Back *back, Err *err) {
    Vm *vm = vm_of(L);
    const char *path = luaL_checkstring(L, 1);
    *back = (Back){ .L = L };
    if (access(path, F_OK) != 0) return err_set(err, "not_found", "nothing has run yet; no database at %s", path);
    return store_open(&back->store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, err)
        && runs_find(store_reader(back->store), opt_slice(L, 2), &back->run, err)
        && journal_load(store_reader(back->store), back->run->id, &back->past, err)
        && fork_place(back->past, opt_slice(L, 3), &back->at, err);
}

static bool back_close(Back *back, bool good, Err *err) {
    Err closing;
    free(back->run);
    journal_free(back->past);
    if (back->store && !store_close(back->store, &closing) && good) {
        *err = closing;
        return false;
    }
    return good;
}

static void push_path(lua_State *L, const Back *back) {
    assert(back->past);
    Slice path = back->at.begin < back->past->count ? back->past->rows[back->at.begin].path : slice_of("");
    lua_pushlstring(L, path.ptr, path.len);
}

/* The step that [name, json] on top of the stack says: it must have ended before the step that is gone back to, or be it. */
static bool add_set(Back *back, ForkWish *wish, Slice name, Slice value, Err *err) {
    ForkPlace place;
    if (wish->set_count == FORK_SETS_MAX) return err_set(err, "invalid", "more than %d values are set", FORK_SETS_MAX);
    if (!fork_place(back->past, name, &place, err)) return false;
    const JournalRow *row = place.end ? &back->past->rows[place.end - 1] : NULL;
    if (!row || place.end == place.begin || row->kind != ENTRY_RESULT)
        return err_set(err, "invalid", "step %.*s has no recorded value that could be another one", (int)name.len, name.ptr);
    if (row->ver) return err_set(err, "invalid", "step %.*s has undo parts inside and is gone through again; set the value of a call in it", (int)name.len, name.ptr);
    if (place.begin == back->at.begin) wish->rows = place.end;
    else if (place.end > back->at.begin)
        return err_set(err, "invalid", "step %.*s does not lie before the step that is gone back to", (int)name.len, name.ptr);
    wish->sets[wish->set_count++] = (ForkSet){ place.end - 1, value };
    return true;
}

/* Argument 4: a list of { step, json }. The texts stay in it. */
static bool read_sets(Back *back, ForkWish *wish, Err *err) {
    lua_State *L = back->L;
    bool good = true;
    for (lua_Integer i = 1; good && lua_rawgeti(L, 4, i) == LUA_TTABLE; i++) {
        size_t name_len, len;
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        const char *name = lua_tolstring(L, -2, &name_len), *value = lua_tolstring(L, -1, &len);
        good = name && value && add_set(back, wish, slice_make(name, name_len), slice_make(value, len), err);
        lua_pop(L, 3);
    }
    if (good) lua_pop(L, 1);
    return good;
}

/* fork(db_path, run, step, { { step, json }, … }, uid | nil [, source]) -> uid, path of the step | nil, err */
static int l_fork(lua_State *L) {
    Back back;
    Err err;
    char fresh[ID_SIZE], cause[200];
    luaL_checktype(L, 4, LUA_TTABLE);
    ForkWish wish = { .uid = opt_slice(L, 5), .source = opt_slice(L, 6) };
    id_new(vm_of(L)->seam, fresh);
    if (!wish.uid.ptr) wish.uid = slice_of(fresh);
    bool good = back_open(L, &back, &err);
    if (good) {
        assert(back.run && back.past);
        Slice run = back.run->uid, path = back.past->rows[back.at.begin].path;
        snprintf(cause, sizeof cause, "fork of run %.*s at step %.*s", (int)(run.len < 80 ? run.len : 80), run.ptr,
                 (int)(path.len < 80 ? path.len : 80), path.ptr);
        wish.run = back.run;
        wish.past = back.past;
        wish.rows = back.at.begin;
        wish.cause = slice_of(cause);
        good = read_sets(&back, &wish, &err) && fork_run(back.store, &wish, &err);
    }
    if (good) {
        lua_pushlstring(L, wish.uid.ptr, wish.uid.len);
        push_path(L, &back);
    }
    return back_close(&back, good, &err) ? 2 : err_push(L, &err);
}

/* truncate(db_path, run, step) -> true, path of the step | nil, err */
static int l_truncate(lua_State *L) {
    Back back;
    Err err;
    bool done = false;
    bool good = back_open(L, &back, &err) && fork_truncate(back.store, back.run, back.past, back.at.begin, &done, &err);
    if (good && !done) {
        good = false;
        err_set(&err, "invalid", "only a run that failed, diverged or is paused, and has not undone what it did, is taken back");
    }
    if (good) {
        lua_pushboolean(L, 1);
        push_path(L, &back);
    }
    return back_close(&back, good, &err) ? 2 : err_push(L, &err);
}

/* move(db_path, run, source) -> true | nil, err: "taken" while its program is being executed */
static int l_move(lua_State *L) {
    Vm *vm = vm_of(L);
    Store *store = NULL;
    RunRow *run = NULL;
    Err err, closing;
    bool done = false;
    bool good = store_open(&store, vm->loop, vm->seam, luaL_checkstring(L, 1), &(StoreHooks){ 0 }, &err)
        && runs_find(store_reader(store), opt_slice(L, 2), &run, &err) && owner_take(store, run->program, &err)
        && fork_move(store, run, opt_slice(L, 3), &done, &err);
    if (good && !done) good = err_set(&err, "closed", "the run is over");
    free(run);
    if (store && !store_close(store, &closing) && good) {
        err = closing;
        good = false;
    }
    if (!good) return err_push(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

const luaL_Reg LUA_FORK[] = { { "move", l_move }, { "fork", l_fork }, { "truncate", l_truncate }, { NULL, NULL } };
