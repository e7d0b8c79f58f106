#include "lua/lua_tables.h"
#include "base/utf8.h"
#include "lua/await.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "lua/value.h"
#include "store/tables.h"
#include <stdlib.h>

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(vm_of(L)->owner, &err);
    if (!store) err_raise(L, &err);
    return store;
}

typedef struct {
    Await base;
    bool  dropped;
    Buf   out;
} TablesOp;

static void tables_cancel(Await *a) { ((TablesOp *)a)->dropped = true; }

static void tables_release(Await *a) {
    buf_drop(&((TablesOp *)a)->out);
    await_free(a);
}

static int tables_push(lua_State *L, Await *a) {
    TablesOp *op = (TablesOp *)a;
    Err err;
    return value_decode(L, buf_slice(&op->out), &err) ? 1 : err_push(L, &err);
}

static const AwaitKind TABLES = { .name = "db", .push = tables_push, .cancel = tables_cancel, .release = tables_release };

/* Rows that the change has put into the trigger table are looked at now. */
static void answered(void *context, Slice out, const Err *err) {
    TablesOp *op = context;
    Engine   *engine = op->base.vm->owner;
    if (err) op->base.err = *err;
    else buf_add_slice(&op->out, out);
    if (op->dropped) {
        tables_release(&op->base);
        return;
    }
    await_wake(op, 0);
    if (engine->sched && !err) sched_look(engine->sched);
}

static DbValue value_at(lua_State *L, int index) {
    DbValue value = { .type = DB_VALUE_NULL };
    size_t len;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN: return (DbValue){ .type = DB_VALUE_INT, .integer = lua_toboolean(L, index) };
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) return (DbValue){ .type = DB_VALUE_INT, .integer = lua_tointeger(L, index) };
        return (DbValue){ .type = DB_VALUE_REAL, .real = lua_tonumber(L, index) };
    case LUA_TSTRING:
        value.bytes.ptr = lua_tolstring(L, index, &len);
        value.bytes.len = len;
        value.type = utf8_is_valid(value.bytes) ? DB_VALUE_TEXT : DB_VALUE_BLOB;
        return value;
    case LUA_TTABLE: luaL_error(L, "a value for a statement is a text, a number, a boolean or nil; write json.encode(v) for a table"); break;
    default: break;                     /* json.null */
    }
    return value;
}

TablesCall lua_tables_call(lua_State *L) {
    size_t len;
    const char *sql = luaL_checklstring(L, 1, &len);
    luaL_checktype(L, 2, LUA_TTABLE);
    size_t count = lua_rawlen(L, 2);
    luaL_argcheck(L, count <= 32766, 2, "at most 32766 values");
    DbValue *values = lua_newuserdatauv(L, (count + 1) * sizeof *values, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        values[i] = value_at(L, -1);
        lua_pop(L, 1);
    }
    return (TablesCall){ .sql = slice_make(sql, len), .values = values, .count = count };
}

/* db_exec(sql, values, key) -> { rows, changes, id } | nil, err */
static int l_exec(lua_State *L) {
    Store *store = check_store(L);
    size_t len;
    TablesCall call = lua_tables_call(L);
    const char *key = luaL_checklstring(L, 3, &len);
    call.key = slice_make(key, len);
    TablesOp *op = await_new(L, &TABLES, sizeof *op);
    buf_init(&op->out);
    tables_exec(store, &call, answered, op);
    return await_yield(L, op, 0);
}

/* db_query(sql, values) -> { rows, … } | nil, err */
static int l_query(lua_State *L) {
    Store *store = check_store(L);
    TablesCall call = lua_tables_call(L);
    TablesOp *op = await_new(L, &TABLES, sizeof *op);
    buf_init(&op->out);
    tables_query(store, &call, answered, op);
    return await_yield(L, op, 0);
}

/* db_forget(key): the step that asked is recorded */
static int l_forget(lua_State *L) {
    size_t len;
    const char *key = luaL_checklstring(L, 1, &len);
    tables_forget(check_store(L), slice_make(key, len));
    return 0;
}

const luaL_Reg LUA_TABLES[] = { { "db_exec", l_exec }, { "db_query", l_query }, { "db_forget", l_forget }, { NULL, NULL } };
