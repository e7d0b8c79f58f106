#include "lua/lua_report.h"
#include "lua/lua_err.h"
#include "store/audit.h"
#include "store/report.h"
#include <assert.h>

/* One parameter from the table at `params`: its type there is its type here. */
static void bind_param(lua_State *L, int params, const ReportQuery *query, int n, DbStmt *stmt) {
    size_t len = 0;
    int type = lua_getfield(L, params, query->params[n]);
    if (lua_isinteger(L, -1)) {
        db_bind_int(stmt, n + 1, lua_tointeger(L, -1));
    } else if (type == LUA_TSTRING) {
        const char *text = lua_tolstring(L, -1, &len);
        db_bind_text(stmt, n + 1, slice_make(text, len));   /* the params table keeps it alive */
    } else {
        db_bind_null(stmt, n + 1);
    }
    lua_pop(L, 1);
}

/* The current row as a table by column name; NULL is an absent field.   [row] */
static void push_row(lua_State *L, const ReportQuery *query, DbStmt *stmt) {
    int columns = db_columns(stmt);
    assert((size_t)columns == strlen(query->types));
    lua_createtable(L, 0, columns);
    for (int c = 0; c < columns; c++) {
        if (db_is_null(stmt, c)) continue;
        if (query->types[c] == 'i') {
            lua_pushinteger(L, db_int(stmt, c));
        } else if (query->types[c] == 'r') {
            lua_pushnumber(L, db_real(stmt, c));
        } else {
            Slice text = db_text(stmt, c);
            lua_pushlstring(L, text.ptr, text.len);
        }
        lua_setfield(L, -2, db_column_name(stmt, c));
    }
}

/* Fills the list on top of the stack.   [rows] */
static bool push_rows(lua_State *L, Db *db, const ReportQuery *query, int params, Err *err) {
    DbStmt *stmt = NULL;
    if (!db_prepare(db, query->sql, &stmt, err)) return false;
    for (int n = 0; n < REPORT_PARAMS_MAX && query->params[n]; n++) bind_param(L, params, query, n, stmt);
    bool row = false, good;
    for (lua_Integer i = 1; (good = db_step(stmt, &row, err)) && row; i++) {
        push_row(L, query, stmt);
        lua_rawseti(L, -2, i);
    }
    db_release(stmt);
    return good;
}

/* store.read(db_path, query [, params]) -> { row, … } | nil, err
 * Only a lack of memory can jump past the close, and that ends the command. */
static int l_store_read(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const ReportQuery *query = report_query(luaL_checkstring(L, 2));
    luaL_argcheck(L, query != NULL, 2, "no such query");
    lua_settop(L, 3);
    if (lua_isnil(L, 3)) {
        lua_newtable(L);
        lua_replace(L, 3);
    }
    luaL_checktype(L, 3, LUA_TTABLE);
    Err err;
    Db *db = NULL;
    if (!report_open(path, &db, &err)) return err_push(L, &err);
    lua_newtable(L);
    bool good = push_rows(L, db, query, 3, &err);
    db_close(db);
    return good ? 1 : err_push(L, &err);
}

/* store.verify(db_path) -> audit rows looked at | nil, err ("corrupt": the chain is broken, and where) */
static int l_store_verify(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    Err err;
    Db *db = NULL;
    AuditReport report;
    if (!report_open(path, &db, &err)) return err_push(L, &err);
    bool good = audit_verify(db, &report, &err);
    db_close(db);
    if (good && report.bad_id != 0) good = err_set(&err, "corrupt", "%s", report.text);
    if (!good) return err_push(L, &err);
    lua_pushinteger(L, report.rows);
    return 1;
}

const luaL_Reg LUA_REPORT[] = {
    { "read", l_store_read },
    { "verify", l_store_verify },
    { NULL, NULL },
};
