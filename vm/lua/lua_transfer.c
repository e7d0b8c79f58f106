#include "lua/lua_transfer.h"
#include "base/hash.h"
#include "lua/lua_err.h"
#include "lua/vm.h"
#include "store/report.h"
#include "store/runs.h"
#include "store/transfer.h"
#include <stdlib.h>

/* ------------------------------------------------------------------ out */
typedef struct {
    lua_State *L;                       /* [rows] on top */
    bool       context;
} Out;

static void push_hex(lua_State *L, Slice bytes) {
    char text[HASH_TEXT];
    if (bytes.len == HASH_SIZE) hash_text((const unsigned char *)bytes.ptr, text);
    lua_pushstring(L, bytes.len == HASH_SIZE ? text : "");
}

static void push_value(lua_State *L, DbStmt *row, int i, char kind) {
    Slice text = { 0 };
    if (kind == 'i' || kind == 'n') lua_pushinteger(L, db_int(row, i));
    else if (kind == 'r') lua_pushnumber(L, db_real(row, i));
    else if (kind == 'h') push_hex(L, db_blob(row, i));
    else {
        text = kind == 'b' ? db_blob(row, i) : db_text(row, i);
        lua_pushlstring(L, text.ptr ? text.ptr : "", text.len);
    }
}

static bool add_row(void *ctx, const TransferTable *table, DbStmt *row, Err *err) {
    Out *out = ctx;
    lua_State *L = out->L;
    (void)err;
    lua_createtable(L, 0, 20);
    for (int i = 0; table->columns[i].name; i++) {
        if (db_is_null(row, i)) continue;
        push_value(L, row, i, table->columns[i].kind[0]);
        lua_setfield(L, -2, table->columns[i].name);
    }
    lua_pushstring(L, table->name);
    lua_setfield(L, -2, "table");
    if (out->context && !strcmp(table->name, "run")) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, "context");
    }
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    return true;
}

/* [seen] at `seen`: numbers of the runs that are out already. The load run of a run comes first. */
static bool take_run(Db *db, Out *out, int seen, int64_t id, bool context, Err *err) {
    RunRow *run;
    if (lua_rawgeti(out->L, seen, id) != LUA_TNIL) {
        lua_pop(out->L, 1);
        return true;
    }
    lua_pop(out->L, 1);
    if (!runs_find_id(db, id, &run, err)) return false;
    int64_t parent = run->parent;
    free(run);
    if (parent && !take_run(db, out, seen, parent, true, err)) return false;
    lua_pushboolean(out->L, 1);
    lua_rawseti(out->L, seen, id);
    out->context = context;
    return transfer_read(db, id, add_row, out, err);
}

/* What is asked for is taken before what it needs is looked for: named runs are no context. */
static bool take_all(lua_State *L, Db *db, Err *err) {
    Out out = { .L = L };
    int64_t ids[256];
    size_t count = lua_rawlen(L, 2);
    if (count > 256) return err_set(err, "invalid", "more than 256 runs at once");
    for (size_t i = 0; i < count; i++) {
        RunRow *run;
        size_t len;
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        const char *uid = lua_tolstring(L, -1, &len);
        bool good = runs_find(db, slice_make(uid, uid ? len : 0), &run, err);
        lua_pop(L, 1);
        if (!good) return false;
        ids[i] = run->id;
        free(run);
    }
    lua_newtable(L);                                    /* [seen] */
    lua_newtable(L);                                    /* [seen] [rows] */
    int seen = lua_gettop(L) - 1;
    for (size_t i = 0; i < count; i++)
        if (!take_run(db, &out, seen, ids[i], false, err)) return false;
    return true;
}

/* export(db_path, { uid, … }) -> { { table = name, context = true | nil, column = value, … }, … } | nil, err
 * of one moment; with the load runs they belong to, which are `context` when nobody asked for them. */
static int l_export(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    Db *db;
    Err err;
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checkstack(L, 20, NULL);
    if (!report_open(path, &db, &err)) return err_push(L, &err);
    bool good = db_exec(db, "BEGIN", &err) && take_all(L, db, &err);
    db_rollback(db);
    db_close(db);
    return good ? 1 : err_push(L, &err);
}

/* ------------------------------------------------------------------ in */
static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool read_hex(const char *text, size_t len, unsigned char *out) {
    if (len != 2 * HASH_SIZE) return false;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* The value on top of the stack, which somebody else keeps; the bytes of a hash are put into `hash`. */
static bool read_value(lua_State *L, char kind, TransferValue *value, unsigned char *hash) {
    size_t len = 0;
    *value = (TransferValue){ .is_null = lua_isnil(L, -1) };
    if (value->is_null) return true;
    if (kind == 'i' || kind == 'n') {
        value->number = lua_tointeger(L, -1);
        return lua_isinteger(L, -1);
    }
    if (kind == 'r') {
        value->real = lua_tonumber(L, -1);
        return lua_type(L, -1) == LUA_TNUMBER;
    }
    if (lua_type(L, -1) != LUA_TSTRING) return false;
    const char *text = lua_tolstring(L, -1, &len);
    value->text = kind == 'h' ? slice_make((const char *)hash, HASH_SIZE) : slice_make(text, len);
    return kind != 'h' || read_hex(text, len, hash);
}

/* [row] on top. */
static bool read_row(lua_State *L, TransferRow *row, unsigned char (*hashes)[HASH_SIZE], Err *err) {
    lua_getfield(L, -1, "table");
    const char *name = lua_tostring(L, -1);
    row->table = name ? transfer_table(name) : NULL;
    lua_pop(L, 1);
    if (!row->table) return err_set(err, "invalid", "a row of no table that is known");
    lua_getfield(L, -1, "context");
    row->context = lua_toboolean(L, -1);
    lua_pop(L, 1);
    for (int i = 0; row->table->columns[i].name; i++) {
        const TransferColumn *column = &row->table->columns[i];
        lua_getfield(L, -1, column->name);
        bool good = read_value(L, column->kind[0], &row->values[i], hashes[i]);
        lua_pop(L, 1);
        if (!good) return err_set(err, "invalid", "%s of a row of %s is not what it should be", column->name, row->table->name);
    }
    return true;
}

static bool write_all(Vm *vm, const char *path, TransferIn *in, Err *err) {
    Store *store;
    Err closing;
    if (!store_open(&store, vm->loop, vm->seam, path, &(StoreHooks){ 0 }, err)) return false;
    bool good = transfer_write(store, in, err);
    if (!store_close(store, &closing) && good) {
        *err = closing;
        good = false;
    }
    return good;
}

/* import(db_path, rows) -> true | nil, err, number of the row at fault or nil: all of them or none */
static int l_import(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    Vm *vm = vm_of(L);
    Err err;
    luaL_checktype(L, 2, LUA_TTABLE);
    size_t count = lua_rawlen(L, 2);
    TransferRow *rows = lua_newuserdatauv(L, (count + 1) * sizeof *rows, 0);
    unsigned char (*hashes)[TRANSFER_COLUMNS_MAX][HASH_SIZE] = lua_newuserdatauv(L, (count + 1) * sizeof *hashes, 0);
    TransferIn in = { .rows = rows, .count = count, .now_ms = seam_wall_ms(vm->seam) };
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        good = read_row(L, &rows[i], hashes[i], &err);
        in.bad = i;
        lua_pop(L, 1);
    }
    good = good && write_all(vm, path, &in, &err);
    if (good) {
        lua_pushboolean(L, 1);
        return 1;
    }
    err_push(L, &err);
    if (in.bad < count) lua_pushinteger(L, (lua_Integer)in.bad + 1);
    else lua_pushnil(L);
    return 3;
}

const luaL_Reg LUA_TRANSFER[] = { { "export", l_export }, { "import", l_import }, { NULL, NULL } };
