#include "lua/lua_history.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/prune.h"
#include "store/report.h"
#include <unistd.h>

static Slice text_field(lua_State *L, int table, const char *key) {
    size_t len;
    lua_getfield(L, table, key);                        /* stays: the slice is good until the C function returns */
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static int64_t number_field(lua_State *L, int table, const char *key) {
    lua_getfield(L, table, key);
    int64_t value = (int64_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static void set_number(lua_State *L, const char *key, int64_t value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, key);
}

static int push_count(lua_State *L, const PruneCount *count) {
    lua_createtable(L, 0, 5);
    set_number(L, "runs", count->runs);
    set_number(L, "rows", count->rows);
    set_number(L, "blobs", count->blobs);
    set_number(L, "programs", count->texts);
    set_number(L, "bytes", count->bytes);
    return 1;
}

static bool look(const char *path, const PruneWish *wish, PruneCount *count, Err *err) {
    Db *db;
    if (!report_open(path, &db, err)) return false;
    bool good = prune_look(db, wish, count, err);
    db_close(db);
    return good;
}

static bool prune(lua_State *L, const char *path, const PruneWish *wish, PruneCount *count, Err *err) {
    Vm *vm = vm_of(L);
    Store *store;
    Err closing;
    if (access(path, F_OK) != 0) return err_set(err, "not_found", "nothing has run yet; no database at %s", path);
    if (!store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, err)) return false;
    bool good = prune_do(store, wish, count, err);
    if (!store_close(store, &closing) && good) {
        *err = closing;
        good = false;
    }
    return good;
}

/* prune(db_path, { states = bits, name, older_ms, keep, dry }) -> { runs, rows, blobs, programs, bytes } | nil, err */
static int l_prune(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int64_t now = seam_wall_ms(vm_of(L)->seam);
    Err err;
    PruneCount count = { 0 };
    luaL_checktype(L, 2, LUA_TTABLE);
    PruneWish wish = { .name = text_field(L, 2, "name"), .states = (unsigned)number_field(L, 2, "states"), .now_ms = now,
                       .before_ms = now - number_field(L, 2, "older_ms"), .keep = number_field(L, 2, "keep") };
    lua_getfield(L, 2, "dry");
    bool good = lua_toboolean(L, -1) ? look(path, &wish, &count, &err) : prune(L, path, &wish, &count, &err);
    return good ? push_count(L, &count) : err_push(L, &err);
}

const luaL_Reg LUA_HISTORY[] = { { "prune", l_prune }, { NULL, NULL } };
