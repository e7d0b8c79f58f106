#include "lua/doors.h"
#include "lua/await.h"
#include "lua/fiber.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdlib.h>

static void door_done(Fiber *fiber, int status, int nresults);

static Door *door_new(Engine *engine) {
    Door *door = mem_new(sizeof *door);
    door->engine = engine;
    door->next = engine->doors;
    door->link = &engine->doors;
    if (door->next) door->next->link = &door->next;
    engine->doors = door;
    return door;
}

static void door_free(Door *door) {
    if (door->commits) {
        lua_pushnil(door->engine->host->L);
        lua_rawsetp(door->engine->host->L, LUA_REGISTRYINDEX, door);
    }
    *door->link = door->next;
    if (door->next) door->next->link = door->link;
    free(door);
}

Door *door_of(lua_State *L) {
    Fiber *fiber = vm_of(L)->current;
    return fiber && fiber->done == door_done ? fiber->context : NULL;
}

/* ------------------------------------------------------------------ the end of a request */
/* What the tool said is to be written together with its result: one commit. */
static void write_with(const Door *door) {
    lua_State *L = door->engine->host->L;
    lua_rawgetp(L, LUA_REGISTRYINDEX, door);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK) return;
    const char *why = lua_tostring(L, -1);
    door->engine->hooks.say(door->engine->hooks.context, "error", "", why ? why : "a tool could not write");
    lua_pop(L, 1);
}

static void record_and_reply(Door *door, bool ok, Slice text) {
    Engine *engine = door->engine;
    const PortCall *call = door->call;
    JournalRow row = { .kind = ENTRY_RESULT, .status = ok ? ENTRY_OK : ENTRY_ERROR, .path = call->path, .name = call->name,
                       .line = call->line, .attempt = call->attempt, .out = text, .cost = door->cost };
    memcpy(row.ahash, call->ahash, HASH_SIZE);
    progress_end(&engine->progress);
    row.dur = seam_mono_us(engine->seam) - door->began_us;
    bool together = ok && door->commits;
    if (together) {
        store_group_begin(call->ledger->store);
        write_with(door);
    }
    ledger_append(call->ledger, &row, seam_wall_ms(engine->seam));
    if (together) store_group_end(call->ledger->store);
    door->reply(door->reply_context, ok, text);
    door_free(door);
}

static void reply_error(Door *door, lua_State *L, const char *code, const char *message) {
    Buf out = { 0 };
    Err err;
    lua_createtable(L, 0, 3);
    lua_pushstring(L, code);
    lua_setfield(L, -2, "code");
    lua_pushstring(L, message);
    lua_setfield(L, -2, "message");
    lua_pushlstring(L, door->call->name.ptr, door->call->name.len);
    lua_setfield(L, -2, "tool");
    if (!value_encode(L, -1, &out, &err)) buf_add_text(&out, "{\"code\":\"failed\",\"message\":\"(unreadable error)\"}");
    lua_pop(L, 1);
    record_and_reply(door, false, buf_slice(&out));
    buf_drop(&out);
}

static void door_done(Fiber *fiber, int status, int nresults) {
    Door *door = fiber->context;
    lua_State *co = fiber->co;
    if (status == LUA_OK && nresults >= 2 && lua_type(co, -nresults + 1) == LUA_TSTRING) {
        size_t len;
        const char *text = lua_tolstring(co, -nresults + 1, &len);
        record_and_reply(door, lua_toboolean(co, -nresults), slice_make(text, len));
        return;
    }
    const char *message = status == LUA_OK ? "the tool gave no result" : lua_tostring(co, -1);
    reply_error(door, co, "failed", message ? message : "the tool failed with an error that is not text");
}

static void request(void *context, void *program, const PortCall *call, PortReply reply, void *reply_context) {
    Engine *engine = context;
    Door *door = door_new(engine);
    door->program = program;
    door->call = call;
    door->reply = reply;
    door->reply_context = reply_context;
    door->began_us = seam_mono_us(engine->seam);
    Err err;
    lua_State *L = engine->host->L;
    progress_begin(&engine->progress, call->name);
    if (!call->ledger->fleeting && !ledger_open(call->ledger, &err)) {
        reply_error(door, L, err.code, err.text);
        return;
    }
    Fiber *fiber = door->fiber = fiber_new(engine->host, door_done, door);
    lua_getfield(L, LUA_REGISTRYINDEX, "aios.answer");
    lua_pushlstring(L, call->name.ptr, call->name.len);
    lua_pushlstring(L, call->args.ptr, call->args.len);
    lua_xmove(L, fiber->co, 3);
    fiber_resume(fiber, 2);
}

/* The run that asked is gone: what the tool waits for is cancelled, nothing is recorded. */
static void cancel(void *context, void *reply_context) {
    Engine *engine = context;
    for (Door *door = engine->doors; door; door = door->next) {
        if (door->reply_context != reply_context) continue;
        progress_end(&engine->progress);
        fiber_drop(door->fiber);
        door_free(door);
        return;
    }
}

Port doors_port(Engine *engine) { return (Port){ engine, request, cancel }; }

/* ------------------------------------------------------------------ the gate */
bool gate_check(lua_State *L, const char *need, const char *resource) {
    Door *door = door_of(L);
    if (!door || door->trusted || permits_cover(door->program->permits, need, resource)) return true;
    Err err;
    err_set(&err, "denied", "%s \"%s\" is not granted to this program; declare it with `needs %s \"%s\"` and let a person agree", need, resource, need, resource);
    err_raise(L, &err);
    return false;
}

/* ------------------------------------------------------------------ aios.door: what doors.lua may ask */
typedef struct {
    Await base;
    bool  dropped;
} SyncOp;

static void sync_done(void *context, const Err *err) {
    SyncOp *op = context;
    if (err) op->base.err = *err;
    if (op->dropped) await_free(op);
    else await_wake(op, 0);
}

static void sync_cancel(Await *a) { ((SyncOp *)a)->dropped = true; }
static void sync_release(Await *a) { await_free(a); }
static const AwaitKind SYNC = { .name = "commit", .cancel = sync_cancel, .release = sync_release };

static Door *check_door(lua_State *L) {
    Door *door = door_of(L);
    if (!door) luaL_error(L, "only while a request is answered");
    return door;
}

/* barrier(): everything written so far is on disk (and the intent, for an effect that must not be guessed) -> true | nil, err */
static int l_barrier(lua_State *L) {
    Door *door = check_door(L);
    const PortCall *call = door->call;
    if (call->effect == EFFECT_ONCE) {
        JournalRow row = { .kind = ENTRY_INTENT, .status = ENTRY_OPEN, .path = call->path, .name = call->name,
                           .line = call->line, .attempt = call->attempt };
        memcpy(row.ahash, call->ahash, HASH_SIZE);
        ledger_append(call->ledger, &row, seam_wall_ms(door->engine->seam));
    }
    SyncOp *op = await_new(L, &SYNC, sizeof *op);
    store_sync(call->ledger->store, sync_done, op);
    return await_yield(L, op, 0);
}

/* The idempotency key of a call: 128 bits of the run's id and the path, the same for every repetition. */
static void push_key(lua_State *L, const PortCall *call) {
    unsigned char hash[HASH_SIZE];
    char text[HASH_TEXT];
    Buf both = { 0 };
    buf_add_slice(&both, call->ledger->row.uid);
    buf_add_slice(&both, call->path);
    hash_bytes(buf_slice(&both), hash);
    hash_text(hash, text);
    buf_drop(&both);
    lua_pushstring(L, text);
}

static void set_slice(lua_State *L, const char *key, Slice value) {
    lua_pushlstring(L, value.ptr ? value.ptr : "", value.len);
    lua_setfield(L, -2, key);
}

/* info() -> { program, run, run_number, run_name, name, path, key, attempt, line, effect } | nil outside a request */
static int l_info(lua_State *L) {
    static const char *const EFFECTS[] = { "reads", "tx", "idempotent", "once" };
    Door *door = door_of(L);
    if (!door) return 0;
    const PortCall *call = door->call;
    lua_createtable(L, 0, 11);
    lua_pushinteger(L, call->ledger->row.id);
    lua_setfield(L, -2, "run_number");
    set_slice(L, "program", slice_of(door->program->path));
    set_slice(L, "run", call->ledger->row.uid);
    set_slice(L, "run_name", call->ledger->row.name);
    set_slice(L, "name", call->name);
    set_slice(L, "path", call->path);
    push_key(L, call);
    lua_setfield(L, -2, "key");
    lua_pushinteger(L, call->attempt);
    lua_setfield(L, -2, "attempt");
    lua_pushinteger(L, call->line);
    lua_setfield(L, -2, "line");
    lua_pushstring(L, EFFECTS[call->effect]);
    lua_setfield(L, -2, "effect");
    lua_pushboolean(L, call->repeatable);
    lua_setfield(L, -2, "repeatable");
    return 1;
}

/* allowed(need, resource) -> boolean: as gate_check, without raising */
static int l_allowed(lua_State *L) {
    Door *door = door_of(L);
    lua_pushboolean(L, !door || permits_cover(door->program->permits, luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

/* cost(micro_dollars): adds to what the step cost */
static int l_cost(lua_State *L) {
    check_door(L)->cost += luaL_checkinteger(L, 1);
    return 0;
}

/* commit(fn): fn() is called when the tool has succeeded; what it writes and the record of the result are one commit.
 * It may not wait. */
static int l_commit(lua_State *L) {
    Door *door = check_door(L);
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, door);
    door->commits = true;
    return 0;
}

/* trust(on) -> before: act on the host's own account from here on, or no longer */
static int l_trust(lua_State *L) {
    Door *door = door_of(L);
    lua_pushboolean(L, door && door->trusted);
    if (door) door->trusted = lua_toboolean(L, 1);
    return 1;
}

/* answer(fn): fn(name, args_json) -> ok, json answers requests from now on */
static int l_answer(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.answer");
    return 0;
}

int luaopen_aios_door(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "barrier", l_barrier }, { "info", l_info }, { "allowed", l_allowed }, { "cost", l_cost }, { "commit", l_commit },
        { "trust", l_trust }, { "answer", l_answer }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
