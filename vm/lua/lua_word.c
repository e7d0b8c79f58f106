#include "lua/lua_word.h"
#include "base/id.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/approvals.h"
#include "store/asks.h"
#include "store/limits.h"
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    lua_State *L;                       /* arguments from 2 on */
    Err  err;                           /* code set: refused */
    bool changed;
    char *step;                         /* owned; NULL: none */
} Word;

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static void told(void *context, const Err *err) {
    Word *word = context;
    word->changed = !err;
    if (err) word->err = *err;
}

/* Opens the database at argument 1, says the word, closes: whether something changed, or nil and an error. */
static int speak(lua_State *L, bool (*say)(Store *store, Word *word, Err *err)) {
    Vm *vm = vm_of(L);
    Word word = { .L = L };
    Store *store;
    Err err, closing;
    const char *path = luaL_checkstring(L, 1);
    lua_settop(L, 8);
    if (access(path, F_OK) != 0) {
        err_set(&err, "not_found", "nothing has run yet; no database at %s", path);
        return err_push(L, &err);
    }
    if (!store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, &err)) return err_push(L, &err);
    bool good = say(store, &word, &err);
    if (!store_close(store, &closing) && good) good = err_set(&err, closing.code, "%s", closing.text);
    if (good && word.err.code) {
        err = word.err;
        good = false;
    }
    if (!good) return err_push(L, &err);
    lua_pushboolean(L, word.changed);
    lua_pushstring(L, word.step);
    free(word.step);
    return 2;
}

static bool say_undo(Store *store, Word *word, Err *err) {
    RunRow *run;
    if (!runs_find(store_reader(store), opt_slice(word->L, 2), &run, err)) return false;
    bool good = asks_undo(store, run->id, &word->changed, err);
    free(run);
    return good;
}

static bool say_retry(Store *store, Word *word, Err *err) {
    RunRow *run;
    if (!runs_find(store_reader(store), opt_slice(word->L, 2), &run, err)) return false;
    word->changed = asks_retry(store, run, opt_slice(word->L, 3), &word->step, err);
    free(run);
    return word->changed;
}

static bool say_signal(Store *store, Word *word, Err *err) {
    (void)err;
    char fresh[ID_SIZE];
    Letter letter = { .run = opt_slice(word->L, 2), .name = opt_slice(word->L, 3), .body = opt_slice(word->L, 4), .mid = opt_slice(word->L, 5) };
    id_new(store_seam(store), fresh);
    if (!letter.mid.ptr) letter.mid = slice_of(fresh);
    inbox_put(store, &letter, told, word);
    return true;
}

static bool say_cancel(Store *store, Word *word, Err *err) {
    (void)err;
    asks_cancel(store, opt_slice(word->L, 2), told, word);
    return true;
}

static bool say_answer(Store *store, Word *word, Err *err) {
    lua_State *L = word->L;
    ApprovalAnswer answer = { .id = opt_slice(L, 2), .digest = opt_slice(L, 3), .yes = lua_toboolean(L, 4), .by = opt_slice(L, 5), .why = opt_slice(L, 6) };
    (void)err;
    approvals_answer(store, &answer, told, word);
    return true;
}

static int64_t said(lua_State *L, const char *key) {
    lua_getfield(L, 4, key);
    int64_t value = lua_isnil(L, -1) ? -1 : (int64_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static Slice said_text(lua_State *L, const char *key) {
    lua_getfield(L, 4, key);            /* stays on the stack: the slice borrows it */
    return lua_isstring(L, -1) ? slice_of(lua_tostring(L, -1)) : slice_make(NULL, 0);
}

static bool say_limits(Store *store, Word *word, Err *err) {
    lua_State *L = word->L;
    Slice program = opt_slice(L, 2), job = opt_slice(L, 3);
    (void)err;
    word->changed = true;
    if (lua_isnil(L, 4)) limits_clear(store, program, job);
    else limits_put(store, &(LimitRow){ .program = program, .job = job, .is_set = true, .at_once = said(L, "at_once"), .per_key = said(L, "per_key"),
                                        .settle_ms = said(L, "settle"), .start_ms = said(L, "start"), .rates = said_text(L, "rates"), .throttles = said_text(L, "throttles") });
    return true;
}

/* say_limits(db_path, program, job, { at_once, per_key, settle, start (ms), rates, throttles } | nil: as declared) -> true | nil, err */
static int l_limits(lua_State *L) { return speak(L, say_limits); }

/* say_undo(db_path, run) -> whether the run, which is over, goes on to undo what it did | nil, err */
static int l_undo(lua_State *L) { return speak(L, say_undo); }

/* say_retry(db_path, run [, source]) -> true, path of the step it goes on from or nil | nil, err */
static int l_retry(lua_State *L) { return speak(L, say_retry); }

/* say_signal(db_path, run, name [, payload_json [, mid]]) -> true | nil, err */
static int l_signal(lua_State *L) { return speak(L, say_signal); }

/* say_cancel(db_path, run) -> true | nil, err */
static int l_cancel(lua_State *L) { return speak(L, say_cancel); }

/* say_answer(db_path, id, digest, yes, by [, why]) -> true | nil, err */
static int l_answer(lua_State *L) { return speak(L, say_answer); }

const luaL_Reg LUA_WORD[] = {
    { "say_undo", l_undo }, { "say_retry", l_retry }, { "say_signal", l_signal }, { "say_cancel", l_cancel }, { "say_answer", l_answer }, { "say_limits", l_limits }, { NULL, NULL }
};
