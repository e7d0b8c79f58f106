/* lua_sqlite.c - aios.sqlite: statements in SQLite files of other people, on the thread pool. Paths are lua_path.h's. */
#include "db/db_file.h"
#include "lua/await.h"
#include "lua/lua_err.h"
#include "lua/lua_path.h"
#include "lua/lua_tables.h"
#include "lua/value.h"
#include "store/schema.h"
#include <lauxlib.h>
#include <stdlib.h>

enum { FOR_MS = 60000, TEXTS_MAX = 10000 };

typedef struct {
    Await     base;
    uv_work_t work;
    Err       err;                                      /* written by the pool thread */
    bool      failed, write, migrates;
    char      path[PATH_SIZE];
    char     *sql;
    size_t    sql_size, count;
    DbValue  *values;                                   /* copies; a migration's texts are values too */
    int       from;
    Buf       out;
} SqliteOp;

static bool run(SqliteOp *op, const DbFile *file, Err *err) {
    DbForeign what = { .sql = slice_make(op->sql, op->sql_size), .values = op->values, .count = op->count, .for_ms = FOR_MS };
    return db_file_run(file, &what, &op->out, err);
}

static bool migrate(SqliteOp *op, const DbFile *file, Err *err) {
    Slice *texts = mem_new((op->count + 1) * sizeof *texts);
    for (size_t i = 0; i < op->count; i++) texts[i] = op->values[i].bytes;
    bool good = db_file_migrate(file, texts, op->count, FOR_MS, &op->from, err);
    free(texts);
    return good;
}

static void on_pool(uv_work_t *work) {
    SqliteOp *op = work->data;
    DbFile file = { .path = op->path, .write = op->write, .ours = SCHEMA_APPLICATION_ID };
    op->failed = !(op->migrates ? migrate(op, &file, &op->err) : run(op, &file, &op->err));
}

static void after_pool(uv_work_t *work, int status) {
    SqliteOp *op = work->data;
    if (status == 0 && op->failed) op->base.err = op->err;
    await_wake(op, status);
}

static void cancel(Await *a) { uv_cancel((uv_req_t *)&((SqliteOp *)a)->work); }

static void release(Await *a) {
    SqliteOp *op = (SqliteOp *)a;
    for (size_t i = 0; i < op->count; i++) free((char *)(uintptr_t)op->values[i].bytes.ptr);
    free(op->values);
    free(op->sql);
    buf_drop(&op->out);
    await_free(op);
}

static int push(lua_State *L, Await *a) {
    const SqliteOp *op = (SqliteOp *)a;
    Err err;
    if (!op->migrates) return value_decode(L, buf_slice(&op->out), &err) ? 1 : err_push(L, &err);
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, op->from);
    lua_setfield(L, -2, "from");
    lua_pushinteger(L, (lua_Integer)op->count);
    lua_setfield(L, -2, "to");
    return 1;
}

static const AwaitKind SQLITE = { .name = "sqlite", .push = push, .cancel = cancel, .release = release };

/* What the pool thread reads must not be Lua's; nothing raises from here on. */
static int start(lua_State *L, SqliteOp *op, const TablesCall *call) {
    op->sql = mem_copy(call->sql);
    op->sql_size = call->sql.len;
    op->values = mem_new((call->count + 1) * sizeof *op->values);
    for (op->count = 0; op->count < call->count; op->count++) {
        DbValue value = call->values[op->count];
        if (value.bytes.ptr) value.bytes.ptr = mem_copy(value.bytes);
        op->values[op->count] = value;
    }
    op->work.data = op;
    return await_yield(L, op, uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool));
}

/* [sql] [values] [path] [values' userdata] -> the operation on top */
static int run_on(lua_State *L, bool write) {
    lua_settop(L, 3);
    TablesCall call = lua_tables_call(L);
    SqliteOp *op = await_new(L, &SQLITE, sizeof *op);
    op->write = write;
    lua_path_check(L, 3, write ? "fs.write" : "fs.read", PATH_FOLLOW, op->path);
    return start(L, op, &call);
}

/* query(sql, values, path) -> { rows, changes, id } | nil, err */
static int l_sqlite_query(lua_State *L) { return run_on(L, false); }

/* exec(sql, values, path) -> { rows, changes, id } | nil, err; the file is made when it is not there */
static int l_sqlite_exec(lua_State *L) { return run_on(L, true); }

/* migrate("", texts, path) -> { from, to } | nil, err */
static int l_sqlite_migrate(lua_State *L) {
    lua_settop(L, 3);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_argcheck(L, lua_rawlen(L, 2) <= TEXTS_MAX, 2, "at most 10000 versions");
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, 2); i++) {
        if (lua_rawgeti(L, 2, i) != LUA_TSTRING) luaL_argerror(L, 2, "each version is a text of SQL");
        lua_pop(L, 1);
    }
    TablesCall call = lua_tables_call(L);
    SqliteOp *op = await_new(L, &SQLITE, sizeof *op);
    op->write = op->migrates = true;
    lua_path_check(L, 3, "fs.write", PATH_FOLLOW, op->path);
    return start(L, op, &call);
}

int luaopen_aios_sqlite(lua_State *L) {
    static const luaL_Reg SQLITE_FUNCTIONS[] = { { "query", l_sqlite_query }, { "exec", l_sqlite_exec }, { "migrate", l_sqlite_migrate }, { NULL, NULL } };
    luaL_newlib(L, SQLITE_FUNCTIONS);
    return 1;
}
