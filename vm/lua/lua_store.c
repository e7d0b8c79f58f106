/* lua_store.c - aios.store, for the host: rows written on behalf of a request, and queues filled from
 * the command line. Its reading half is lua_report.c. */
#include "lua/await.h"
#include "lua/engine.h"
#include "lua/lua_doubt.h"
#include "lua/lua_err.h"
#include "lua/lua_fork.h"
#include "lua/lua_history.h"
#include "lua/lua_mail.h"
#include "lua/lua_money.h"
#include "lua/lua_queue.h"
#include "lua/lua_report.h"
#include "lua/lua_tables.h"
#include "lua/lua_transfer.h"
#include "lua/lua_word.h"
#include "store/audit.h"
#include "store/grants.h"
#include "store/kv.h"
#include "store/logs.h"
#include "store/spend.h"
#include "store/triggers.h"
#include <lauxlib.h>

static Engine *engine_of(lua_State *L) { return vm_of(L)->owner; }

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(engine_of(L), &err);
    if (!store) err_raise(L, &err);
    return store;
}

/* The text of a field; it stays on the stack, so the slice is good until the C function returns. */
static Slice text_field(lua_State *L, int table, const char *key) {
    size_t len;
    luaL_checkstack(L, 2, NULL);
    lua_getfield(L, table, key);
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static int64_t number_field(lua_State *L, int table, const char *key) {
    lua_getfield(L, table, key);
    int64_t value = (int64_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static Slice or_empty(Slice text) { return text.ptr ? text : slice_of(""); }

/* audit{ run, program, path, tool, args, need, decision, reason, status } */
static int l_audit(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    AuditRow row = { .run = text_field(L, 1, "run"), .program = text_field(L, 1, "program"), .path = text_field(L, 1, "path"),
                     .tool = or_empty(text_field(L, 1, "tool")), .args = text_field(L, 1, "args"), .need = text_field(L, 1, "need"),
                     .decision = or_empty(text_field(L, 1, "decision")), .reason = text_field(L, 1, "reason"), .status = text_field(L, 1, "status") };
    audit_append(check_store(L), &row);
    return 0;
}

/* spend{ run, path, tier, provider, model, tokens_in, tokens_out, tokens_cached, cost, ms, outcome, class, why, detail } */
static int l_spend(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    SpendRow row = { .run = text_field(L, 1, "run"), .path = text_field(L, 1, "path"), .tier = or_empty(text_field(L, 1, "tier")),
                     .provider = text_field(L, 1, "provider"), .model = text_field(L, 1, "model"),
                     .tokens_in = number_field(L, 1, "tokens_in"), .tokens_out = number_field(L, 1, "tokens_out"),
                     .tokens_cached = number_field(L, 1, "tokens_cached"), .cost = number_field(L, 1, "cost"), .ms = number_field(L, 1, "ms"),
                     .outcome = or_empty(text_field(L, 1, "outcome")), .class_name = text_field(L, 1, "class"),
                     .why = text_field(L, 1, "why"), .detail = text_field(L, 1, "detail") };
    spend_append(check_store(L), &row);
    return 0;
}

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* log(level, text [, fields_json [, job [, run]]]) */
static int l_log(lua_State *L) {
    LogLine line = { .level = opt_slice(L, 1), .message = opt_slice(L, 2), .fields = opt_slice(L, 3), .job = opt_slice(L, 4), .run = opt_slice(L, 5) };
    logs_append(check_store(L), &line);
    return 0;
}

/* grant(program, need, resource, by) */
static int l_grant(lua_State *L) {
    Grant grant = { .program = opt_slice(L, 1), .need = opt_slice(L, 2), .resource = opt_slice(L, 3), .by = opt_slice(L, 4) };
    grants_add(check_store(L), &grant);
    return 0;
}

static bool add_grant(void *context, const Grant *grant) {
    lua_State *L = context;
    lua_createtable(L, 2, 0);
    lua_pushlstring(L, grant->need.ptr, grant->need.len);
    lua_rawseti(L, -2, 1);
    lua_pushlstring(L, grant->resource.ptr, grant->resource.len);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    return true;
}

/* grants(program) -> { { need, resource }, … } | nil, err */
static int l_grants(lua_State *L) {
    Err err;
    Engine *engine = engine_of(L);
    Slice program = opt_slice(L, 1);
    Store *store = check_store(L);
    lua_newtable(L);
    if (!grants_each(store_reader(store), program, seam_wall_ms(engine->seam), add_grant, L, &err)) return err_push(L, &err);
    return 1;
}

/* ------------------------------------------------------------------ small values */
typedef struct {
    Await base;
    bool  dropped, found;
    Buf   value;
} KvOp;

static void kv_cancel(Await *a) { ((KvOp *)a)->dropped = true; }

static void kv_release(Await *a) {
    buf_drop(&((KvOp *)a)->value);
    await_free(a);
}

static int kv_push(lua_State *L, Await *a) {
    KvOp *op = (KvOp *)a;
    if (op->found) lua_pushlstring(L, buf_text(&op->value), op->value.len);
    else lua_pushnil(L);
    return 1;
}

static const AwaitKind KV = { .name = "kv", .push = kv_push, .cancel = kv_cancel, .release = kv_release };

static void kv_got(void *context, Slice value, const Err *err) {
    KvOp *op = context;
    if (err) op->base.err = *err;
    if (value.ptr) {
        op->found = true;
        buf_add_slice(&op->value, value);
    }
    if (op->dropped) kv_release(&op->base);
    else await_wake(op, 0);
}

/* kv_get(program, key) -> json | nil */
static int l_kv_get(lua_State *L) {
    Slice program = opt_slice(L, 1), key = opt_slice(L, 2);
    Store *store = check_store(L);
    KvOp *op = await_new(L, &KV, sizeof *op);
    kv_get(store, program, key, kv_got, op);
    return await_yield(L, op, 0);
}

/* kv_set(program, key, json, expires_ms) */
static int l_kv_set(lua_State *L) {
    kv_set(check_store(L), opt_slice(L, 1), opt_slice(L, 2), opt_slice(L, 3), (int64_t)luaL_optnumber(L, 4, 0));
    return 0;
}

/* kv_delete(program, key) */
static int l_kv_delete(lua_State *L) {
    kv_delete(check_store(L), opt_slice(L, 1), opt_slice(L, 2));
    return 0;
}

static bool add_key(void *context, Slice key, Slice value) {
    lua_State *L = context;
    lua_createtable(L, 2, 0);
    lua_pushlstring(L, key.ptr, key.len);
    lua_rawseti(L, -2, 1);
    lua_pushlstring(L, value.ptr, value.len);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    return true;
}

/* kv_list(program, prefix) -> { { key, json }, … } */
static int l_kv_list(lua_State *L) {
    Err err;
    Store *store = check_store(L);
    Slice program = opt_slice(L, 1), prefix = opt_slice(L, 2);
    lua_newtable(L);
    if (!kv_list(store_reader(store), program, prefix.ptr ? prefix : slice_of(""), seam_wall_ms(engine_of(L)->seam), add_key, L, &err)) return err_push(L, &err);
    return 1;
}

int luaopen_aios_store(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "audit", l_audit }, { "spend", l_spend }, { "log", l_log }, { "grant", l_grant }, { "grants", l_grants },
        { "kv_get", l_kv_get }, { "kv_set", l_kv_set }, { "kv_delete", l_kv_delete }, { "kv_list", l_kv_list }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    luaL_setfuncs(L, LUA_REPORT, 0);
    luaL_setfuncs(L, LUA_QUEUE, 0);
    luaL_setfuncs(L, LUA_DOUBT, 0);
    luaL_setfuncs(L, LUA_TABLES, 0);
    luaL_setfuncs(L, LUA_MAIL, 0);
    luaL_setfuncs(L, LUA_MONEY, 0);
    luaL_setfuncs(L, LUA_WORD, 0);
    luaL_setfuncs(L, LUA_HISTORY, 0);
    luaL_setfuncs(L, LUA_FORK, 0);
    luaL_setfuncs(L, LUA_TRANSFER, 0);
    return 1;
}
