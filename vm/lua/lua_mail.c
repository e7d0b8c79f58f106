#include "lua/lua_mail.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "store/events.h"
#include "store/runs.h"
#include <stdlib.h>
#include <unistd.h>

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(vm_of(L)->owner, &err);
    if (!store) err_raise(L, &err);
    return store;
}

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* ------------------------------------------------------------------ of a program */
/* event(name, payload_json, source, uid) */
static int l_event(lua_State *L) {
    events_add(check_store(L), &(EventRow){ .name = opt_slice(L, 1), .payload = opt_slice(L, 2), .source = opt_slice(L, 3), .uid = opt_slice(L, 4) });
    return 0;
}

/* ------------------------------------------------------------------ of the command line */
typedef struct {
    Slice uid;
    bool  changed;
} Word;

/* Opens the database at argument 1, says the word, closes: true on the stack, or nil and an error. */
static int say(lua_State *L, bool (*act)(Store *store, const RunRow *run, Word *word, Err *err), Word *word) {
    Vm *vm = vm_of(L);
    Store *store;
    RunRow *run = NULL;
    Err err, closing;
    const char *path = luaL_checkstring(L, 1);
    if (access(path, F_OK) != 0) err_set(&err, "not_found", "nothing has run yet; no database at %s", path);
    else if (store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, &err)) {
        bool good = runs_find(store_reader(store), word->uid, &run, &err) && act(store, run, word, &err);
        free(run);
        if (!store_close(store, &closing) && good) {
            err = closing;
            good = false;
        }
        if (good) {
            lua_pushboolean(L, word->changed);
            return 1;
        }
    }
    return err_push(L, &err);
}

static bool undo(Store *store, const RunRow *run, Word *word, Err *err) { return runs_ask_undo(store, run->id, &word->changed, err); }

/* undo(db_path, uid) -> whether the run, which is over, goes on to undo what it did | nil, err */
static int l_undo(lua_State *L) {
    Word word = { .uid = opt_slice(L, 2) };
    return say(L, undo, &word);
}

const luaL_Reg LUA_MAIL[] = { { "event", l_event }, { "undo", l_undo }, { NULL, NULL } };
