#include "lua/lua_money.h"
#include "lua/await.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "store/budget.h"
#include "store/decisions.h"

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(vm_of(L)->owner, &err);
    if (!store) err_raise(L, &err);
    return store;
}

static Slice check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
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

/* ------------------------------------------------------------------ holding money */
typedef struct {
    Await base;
    bool  dropped;
    Store *store;
    BudgetAnswer answer;
    Buf   label;
} HoldOp;

static void hold_cancel(Await *a) { ((HoldOp *)a)->dropped = true; }

static void hold_release(Await *a) {
    buf_drop(&((HoldOp *)a)->label);
    await_free(a);
}

static int hold_push(lua_State *L, Await *a) {
    HoldOp *op = (HoldOp *)a;
    if (op->answer.hold) {
        lua_pushinteger(L, op->answer.hold);
        return 1;
    }
    lua_pushnil(L);
    lua_createtable(L, 0, 4);
    lua_pushlstring(L, buf_text(&op->label), op->label.len);
    lua_setfield(L, -2, "label");
    lua_pushinteger(L, op->answer.cap);
    lua_setfield(L, -2, "cap");
    lua_pushinteger(L, op->answer.spent);
    lua_setfield(L, -2, "spent");
    lua_pushinteger(L, op->answer.held);
    lua_setfield(L, -2, "held");
    return 2;
}

static const AwaitKind HOLD = { .name = "hold", .push = hold_push, .cancel = hold_cancel, .release = hold_release };

/* A hold that nobody waits for any more was for a call that is not made. */
static void held(void *context, const BudgetAnswer *answer, const Err *err) {
    HoldOp *op = context;
    if (err) op->base.err = *err;
    if (answer) {
        op->answer = *answer;
        buf_add_slice(&op->label, answer->label);
    }
    if (!op->dropped) {
        await_wake(op, 0);
        return;
    }
    if (answer && answer->hold) budget_settle(op->store, answer->hold, 0);
    hold_release(&op->base);
}

/* budget_hold(key, amount, { { scope, label, cap }, … }) -> id | nil, { label, cap, spent, held } */
static int l_hold(lua_State *L) {
    BudgetScope scopes[BUDGET_SCOPES_MAX];
    Store *store = check_store(L);
    Slice key = check_slice(L, 1);
    int64_t amount = luaL_checkinteger(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    size_t count = lua_rawlen(L, 3);
    luaL_argcheck(L, amount >= 0, 2, "no amount");
    luaL_argcheck(L, count <= BUDGET_SCOPES_MAX, 3, "too many budgets around one call");
    luaL_checkstack(L, BUDGET_SCOPES_MAX * 4, NULL);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        int row = lua_gettop(L);
        lua_rawgeti(L, row, 1);
        lua_rawgeti(L, row, 2);
        lua_rawgeti(L, row, 3);
        scopes[i] = (BudgetScope){ check_slice(L, row + 1), check_slice(L, row + 2), luaL_checkinteger(L, row + 3) };
    }
    HoldOp *op = await_new(L, &HOLD, sizeof *op);
    op->store = store;
    budget_hold(store, key, amount, scopes, count, held, op);
    return await_yield(L, op, 0);
}

/* budget_settle(id, micro_dollars) */
static int l_settle(lua_State *L) {
    budget_settle(check_store(L), luaL_checkinteger(L, 1), luaL_checkinteger(L, 2));
    return 0;
}

/* ------------------------------------------------------------------ decisions */
/* decided{ run, path, program, name, line, tier, model, chosen, why, attempts, cost, ms } */
static int l_decided(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    DecisionRow row = { .run = text_field(L, 1, "run"), .path = text_field(L, 1, "path"), .program = text_field(L, 1, "program"),
                        .name = text_field(L, 1, "name"), .line = (int)number_field(L, 1, "line"), .tier = text_field(L, 1, "tier"),
                        .model = text_field(L, 1, "model"), .chosen = text_field(L, 1, "chosen"), .why = text_field(L, 1, "why"),
                        .attempts = text_field(L, 1, "attempts"), .cost = number_field(L, 1, "cost"), .ms = number_field(L, 1, "ms") };
    decisions_append(check_store(L), &row);
    return 0;
}

typedef struct {
    Await   base;
    bool    dropped;
    int64_t id;
} MarkOp;

static void mark_cancel(Await *a) { ((MarkOp *)a)->dropped = true; }
static void mark_release(Await *a) { await_free(a); }

static int mark_push(lua_State *L, Await *a) {
    lua_pushinteger(L, ((MarkOp *)a)->id);
    return 1;
}

static const AwaitKind MARK = { .name = "outcome", .push = mark_push, .cancel = mark_cancel, .release = mark_release };

static void marked(void *context, int64_t id, const Err *err) {
    MarkOp *op = context;
    if (err) op->base.err = *err;
    op->id = id;
    if (op->dropped) await_free(op);
    else await_wake(op, 0);
}

/* outcome(run, name, text) -> id of the decision, 0 when that run has made none of the name */
static int l_outcome(lua_State *L) {
    Store *store = check_store(L);
    Slice run = check_slice(L, 1), name = check_slice(L, 2), outcome = check_slice(L, 3);
    MarkOp *op = await_new(L, &MARK, sizeof *op);
    decisions_outcome(store, run, name, outcome, marked, op);
    return await_yield(L, op, 0);
}

const luaL_Reg LUA_MONEY[] = { { "budget_hold", l_hold }, { "budget_settle", l_settle }, { "decided", l_decided }, { "outcome", l_outcome }, { NULL, NULL } };
