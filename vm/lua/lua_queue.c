#include "lua/lua_queue.h"
#include "base/id.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/jobs.h"
#include "store/triggers.h"
#include <stdio.h>
#include <unistd.h>

typedef struct {
    Slice   name;
    bool    declared;
    int64_t id, due_ms;                 /* due_ms: of the slot that is to be made up for; 0: none */
    Err     err;
} Asked;

static void inserted(void *context, int64_t id, const Err *err) {
    Asked *asked = context;
    asked->id = id;
    if (err) asked->err = *err;
}

static void added(void *context, int64_t id, bool fresh, const Err *err) {
    (void)fresh;
    inserted(context, id, err);
}

static void insert(Store *store, Slice args, Slice kwargs, Slice uid, Asked *asked) {
    char event[48];
    if (!asked->due_ms) {
        triggers_insert(store, asked->name, args, kwargs, uid, inserted, asked);
        return;
    }
    snprintf(event, sizeof event, "{\"due\":%lld}", (long long)asked->due_ms);
    triggers_add(store, &(TriggerRow){ .job_name = asked->name, .uid = uid, .event = slice_of(event), .source = slice_of("backfill") }, added, asked);
}

static bool look_for(void *context, const JobRow *row) {
    Asked *asked = context;
    asked->declared = asked->declared || slice_eq(row->job_name, asked->name);
    return !asked->declared;
}

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* Opens the database at argument 1, adds the row, closes. must_exist: the job has to be declared by some program. */
static bool add_row(lua_State *L, Slice args, Slice kwargs, Slice uid, bool must_exist, Asked *asked, Err *err) {
    Vm *vm = vm_of(L);
    Store *store;
    const char *path = luaL_checkstring(L, 1);
    if (must_exist && access(path, F_OK) != 0)
        return err_set(err, "not_found", "nothing has run yet, so no program has declared '%s'; there is no database at %s", asked->name.ptr, path);
    if (!store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, err)) return false;
    bool good = !must_exist || jobs_each(store_reader(store), slice_make(NULL, 0), look_for, asked, err);
    if (good && must_exist && !asked->declared)
        good = err_set(err, "not_found", "no program that ran on this database declares a workflow named '%s'", asked->name.ptr);
    if (good) insert(store, args, kwargs, uid, asked);
    Err closing;
    if (!store_close(store, &closing) && good) good = err_set(err, closing.code, "%s", closing.text);
    if (good && asked->err.code) good = err_set(err, asked->err.code, "%s", asked->err.text);
    return good;
}

/* trigger(db_path, name, args_json, kwargs_json) -> row id | nil, err */
static int l_trigger(lua_State *L) {
    Asked asked = { .name = slice_of(luaL_checkstring(L, 2)) };
    Err err;
    if (!add_row(L, opt_slice(L, 3), opt_slice(L, 4), slice_make(NULL, 0), false, &asked, &err)) return err_push(L, &err);
    lua_pushinteger(L, asked.id);
    return 1;
}

/* start(db_path, name [, json [, uid]]) -> uid | nil, err: json is a list of arguments or an object of named ones */
static int l_start(lua_State *L) {
    Asked asked = { .name = slice_of(luaL_checkstring(L, 2)) };
    Slice none = slice_make(NULL, 0), input = opt_slice(L, 3), uid = opt_slice(L, 4);
    Err err;
    char fresh[ID_SIZE];
    size_t at = 0;
    if (!uid.ptr) {
        id_new(vm_of(L)->seam, fresh);
        uid = slice_of(fresh);
    }
    while (at < input.len && strchr(" \t\r\n", input.ptr[at])) at++;
    char first = at < input.len ? input.ptr[at] : 0;
    if (first && first != '[' && first != '{') {
        err_set(&err, "invalid", "the input of a workflow is a JSON list of arguments or an object of named ones");
        return err_push(L, &err);
    }
    if (!add_row(L, first == '[' ? input : none, first == '{' ? input : none, uid, true, &asked, &err)) return err_push(L, &err);
    lua_pushlstring(L, uid.ptr, uid.len);
    return 1;
}

static void marked(void *context, const Err *err) {
    Asked *asked = context;
    if (err) asked->err = *err;
}

/* mark(db_path, name, "enable" | "disable" | "pause" | "resume") -> true | nil, err */
static int l_mark(lua_State *L) {
    static const char *const MARKS[] = { "enable", "disable", "pause", "resume", NULL };
    Vm *vm = vm_of(L);
    const char *path = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);
    JobMark mark = (JobMark)luaL_checkoption(L, 3, NULL, MARKS);
    Asked  asked = { 0 };
    Store *store;
    Err err, closing;
    bool good = access(path, F_OK) == 0 || err_set(&err, "not_found", "nothing has run yet, so no program has declared '%s'; there is no database at %s", name, path);
    if (!good || !store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, &err)) return err_push(L, &err);
    jobs_mark(store, slice_of(name), mark, marked, &asked);
    if (!store_close(store, &closing)) return err_push(L, &closing);
    if (asked.err.code) return err_push(L, &asked.err);
    lua_pushboolean(L, 1);
    return 1;
}

/* fill(db_path, name, uid, due_ms) -> row id | nil, err: a slot of a schedule that is to run after all */
static int l_fill(lua_State *L) {
    Asked asked = { .name = slice_of(luaL_checkstring(L, 2)), .due_ms = luaL_checkinteger(L, 4) };
    Slice none = slice_make(NULL, 0);
    Err err;
    if (!add_row(L, none, none, opt_slice(L, 3), true, &asked, &err)) return err_push(L, &err);
    lua_pushinteger(L, asked.id);
    return 1;
}

const luaL_Reg LUA_QUEUE[] = { { "trigger", l_trigger }, { "start", l_start }, { "mark", l_mark }, { "fill", l_fill }, { NULL, NULL } };
