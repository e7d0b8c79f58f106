#include "lua/lua_mail.h"
#include "base/id.h"
#include "lua/await.h"
#include "lua/doors.h"
#include "lua/engine_watch.h"
#include "lua/lua_err.h"
#include "store/answers.h"
#include "store/approvals.h"
#include "store/asks.h"
#include "store/events.h"
#include <stdlib.h>

static Engine *engine_of(lua_State *L) { return vm_of(L)->owner; }

static Store *check_store(lua_State *L) {
    Err err;
    Store *store = engine_store(engine_of(L), &err);
    if (!store) err_raise(L, &err);
    return store;
}

static Slice opt_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_optlstring(L, index, NULL, &len);
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

/* event(name, payload_json, source, uid) */
static int l_event(lua_State *L) {
    events_add(check_store(L), &(EventRow){ .name = opt_slice(L, 1), .payload = opt_slice(L, 2), .source = opt_slice(L, 3), .uid = opt_slice(L, 4) });
    return 0;
}

/* reply(run_number, key, good, json): to an update */
static int l_reply(lua_State *L) {
    answers_put(check_store(L), &(Answer){ .run = luaL_checkinteger(L, 1), .key = opt_slice(L, 2), .good = lua_toboolean(L, 3), .body = opt_slice(L, 4) });
    return 0;
}

/* ------------------------------------------------------------------ letters */
typedef struct {
    Await   base;
    Engine *engine;
    bool    dropped;
    int64_t state;                      /* of the run that is waited for; 0: not asked */
} MailOp;

static void mail_cancel(Await *a) { ((MailOp *)a)->dropped = true; }
static void mail_release(Await *a) { await_free(a); }

static int mail_push(lua_State *L, Await *a) {
    MailOp *op = (MailOp *)a;
    if (op->state) lua_pushinteger(L, op->state);
    else lua_pushboolean(L, 1);
    return 1;
}

static const AwaitKind MAIL = { .name = "mail", .push = mail_push, .cancel = mail_cancel, .release = mail_release };

static void mail_done(MailOp *op, const Err *err) {
    Engine *engine = op->engine;
    if (err) op->base.err = *err;
    if (op->dropped) mail_release(&op->base);
    else await_wake(op, 0);
    engine_watch_look(engine);          /* for somebody here, perhaps */
}

static void letter_done(void *context, const Err *err) { mail_done(context, err); }

static MailOp *mail_new(lua_State *L) {
    MailOp *op = await_new(L, &MAIL, sizeof *op);
    op->engine = engine_of(L);
    return op;
}

/* signal(run, mid, name, payload_json) -> true | nil, err: into the inbox of a run */
static int l_signal(lua_State *L) {
    Letter letter = { .run = opt_slice(L, 1), .mid = opt_slice(L, 2), .name = opt_slice(L, 3), .body = opt_slice(L, 4) };
    Store *store = check_store(L);
    MailOp *op = mail_new(L);
    inbox_put(store, &letter, letter_done, op);
    return await_yield(L, op, 0);
}

static void watch_done(void *context, RunState state, const Err *err) {
    MailOp *op = context;
    op->state = state;
    mail_done(op, err);
}

/* watch(run, by) -> its state as a number | nil, err: when it ends, the run `by` (its number) gets the letter "run ID" */
static int l_watch(lua_State *L) {
    Slice uid = opt_slice(L, 1);
    int64_t by = luaL_checkinteger(L, 2);
    Store *store = check_store(L);
    MailOp *op = mail_new(L);
    asks_tell_end(store, uid, by, watch_done, op);
    return await_yield(L, op, 0);
}

/* cancel(run) -> true | nil, err */
static int l_cancel(lua_State *L) {
    Slice uid = opt_slice(L, 1);
    Store *store = check_store(L);
    MailOp *op = mail_new(L);
    asks_cancel(store, uid, letter_done, op);
    return await_yield(L, op, 0);
}

/* ------------------------------------------------------------------ questions */
static void read_approval(lua_State *L, int first, Approval *out) {
    *out = (Approval){ .run = luaL_checkinteger(L, first), .path = opt_slice(L, first + 1), .question = opt_slice(L, first + 2),
                       .detail = opt_slice(L, first + 3), .who = opt_slice(L, first + 4) };
}

/* approval_digest(run, path, question, detail_json, who) -> hex */
static int l_approval_digest(lua_State *L) {
    Approval approval;
    char hex[HASH_TEXT];
    read_approval(L, 1, &approval);
    approvals_digest(&approval, hex);
    lua_pushstring(L, hex);
    return 1;
}

/* approval(id, until_ms, run, path, question, detail_json, who) */
static int l_approval(lua_State *L) {
    Approval approval;
    read_approval(L, 3, &approval);
    approval.id = opt_slice(L, 1);
    approval.until = (int64_t)luaL_optnumber(L, 2, 0);
    approvals_ask(check_store(L), &approval);
    return 0;
}

/* answer(id, digest, yes, by, why) -> true | nil, err: of the person at the terminal */
static int l_answer(lua_State *L) {
    ApprovalAnswer answer = { .id = opt_slice(L, 1), .digest = opt_slice(L, 2), .yes = lua_toboolean(L, 3), .by = opt_slice(L, 4), .why = opt_slice(L, 5) };
    Store *store = check_store(L);
    MailOp *op = mail_new(L);
    approvals_answer(store, &answer, letter_done, op);
    return await_yield(L, op, 0);
}

const luaL_Reg LUA_MAIL[] = {
    { "event", l_event }, { "reply", l_reply }, { "signal", l_signal }, { "watch", l_watch }, { "cancel", l_cancel },
    { "approval_digest", l_approval_digest }, { "approval", l_approval }, { "answer", l_answer }, { NULL, NULL }
};
