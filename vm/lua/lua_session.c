/* lua_session.c - aios.session, for stdlib/host/repl: the terminal, the entries, and what they made. */
#include "lua/await.h"
#include "lua/fiber.h"
#include "lua/lua_err.h"
#include "lua/session.h"
#include "lua/engine_parts.h"
#include <lauxlib.h>
#include <stdio.h>

enum { NAMES_MAX = 2000, CLASSES_MAX = 4 };

static Session *check_session(lua_State *L) {
    Session *session = ((Engine *)vm_of(L)->owner)->session;
    if (!session) luaL_error(L, "no session is open");
    return session;
}

static Slice check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
}

/* ------------------------------------------------------------------ waiting for events */
static void next_cancel(Await *a) {
    ((Engine *)a->vm->owner)->session->waiter = NULL;
    await_wake(a, UV_ECANCELED);
}

static void next_release(Await *a) { await_free(a); }

static int push_event(lua_State *L, Session *session) {
    lua_getfield(L, LUA_REGISTRYINDEX, "aios.session.events");
    lua_rawgeti(L, -1, 1);
    for (int i = 1; i <= session->events; i++) {
        lua_rawgeti(L, -2, i + 1);
        lua_rawseti(L, -3, i);
    }
    session->events--;
    return 1;
}

static int next_push(lua_State *L, Await *a) { return push_event(L, ((Engine *)a->vm->owner)->session); }

static const AwaitKind NEXT = { .name = "the prompt", .push = next_push, .cancel = next_cancel, .release = next_release };

/* next() -> { kind = … }; waits for it */
static int l_next(lua_State *L) {
    Session *session = check_session(L);
    if (session->events) return push_event(L, session);
    session->waiter = await_new(L, &NEXT, sizeof(Await));
    return await_yield(L, session->waiter, 0);
}

/* ------------------------------------------------------------------ beginning and end */
static void prompt_over(Fiber *fiber, int status, int nresults) {
    Engine *engine = fiber->context;
    (void)nresults;
    if (status == LUA_OK) {
        engine_stop(engine, 0);
        return;
    }
    session_mode(engine->session, false);
    luaL_traceback(fiber->co, fiber->co, lua_tostring(fiber->co, -1), 0);
    fprintf(stderr, "aios: this is a fault of aios itself: %s\n", lua_tostring(fiber->co, -1));
    engine_stop(engine, 1);
}

/* open(fn) -> "screen" | "terminal" | "pipe": fn() is the prompt, in a fiber of its own; its end is the session's */
static int l_open(lua_State *L) {
    Err err;
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    Session *session = session_open(vm_of(L), &err);
    if (!session) return err_push(L, &err);
    lua_pushstring(L, session->screen.out ? "screen" : session->on_terminal ? "terminal" : "pipe");
    Fiber *fiber = fiber_new(session->engine->host, prompt_over, session->engine);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_xmove(L, fiber->co, 2);
    fiber_resume(fiber, 1);
    return 1;
}

static int l_close(lua_State *L) {
    session_close(check_session(L));
    return 0;
}

/* quit(code) */
static int l_quit(lua_State *L) {
    engine_stop(check_session(L)->engine, (int)luaL_optinteger(L, 1, 0));
    return 0;
}

/* ------------------------------------------------------------------ the terminal */
/* draw(text, wipe): text is shown in the place of what was; wipe removes it */
static int l_draw(lua_State *L) {
    screen_draw(&check_session(L)->screen, check_slice(L, 1), check_slice(L, 2));
    return 0;
}

/* leave(text): what is shown stays, followed by text */
static int l_leave(lua_State *L) {
    screen_leave(&check_session(L)->screen, check_slice(L, 1));
    return 0;
}

/* say(text): above what is shown, as programs write */
static int l_say(lua_State *L) {
    Slice text = check_slice(L, 1);
    fwrite(text.ptr, 1, text.len, stdout);
    fflush(stdout);
    return 0;
}

/* keys(wanted): bytes are events, or the terminal is the entry's */
static int l_keys(lua_State *L) {
    session_mode(check_session(L), lua_toboolean(L, 1));
    return 0;
}

static int l_size(lua_State *L) {
    int columns, rows;
    tty_size(1, &columns, &rows);
    lua_pushinteger(L, columns);
    lua_pushinteger(L, rows);
    return 2;
}

/* suspend(): as Ctrl-Z does in other programs; returns when the person comes back */
static int l_suspend(lua_State *L) {
    tty_suspend(&check_session(L)->tty);
    return 0;
}

/* ------------------------------------------------------------------ entries */
/* enter(args_json) -> true | nil, err; the event "ended" tells how it went */
static int l_enter(lua_State *L) {
    Err err;
    if (!session_enter(check_session(L), check_slice(L, 1), &err)) return err_push(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static int l_interrupt(lua_State *L) {
    session_interrupt(check_session(L));
    return 0;
}

/* consent(need, resource) -> boolean; waits for the person */
static int l_consent(lua_State *L) {
    return session_ask(L, check_session(L), luaL_checkstring(L, 1), luaL_checkstring(L, 2));
}

/* answer(id, allowed) */
static int l_answer(lua_State *L) {
    session_answer(check_session(L), (int)luaL_checkinteger(L, 1), lua_toboolean(L, 2));
    return 0;
}

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

/* sync() -> true | nil, err: what has been written so far can be read from the database */
static int l_sync(lua_State *L) {
    Store *store = check_session(L)->engine->store;
    lua_pushboolean(L, 1);
    if (!store) return 1;
    SyncOp *op = await_new(L, &SYNC, sizeof *op);
    store_sync(store, sync_done, op);
    return await_yield(L, op, 0);
}

/* stop(name) -> boolean: the workflow is declared no longer, and its runs end */
static int l_stop(lua_State *L) {
    lua_pushboolean(L, engine_undeclare(check_session(L)->engine, luaL_checkstring(L, 1)));
    return 1;
}

/* ------------------------------------------------------------------ names for the completion */
/* [value of P] -> [the value of its field]; nothing is called: fields are read raw, those of its classes too */
static void step_into(lua_State *P, const char *name) {
    for (int i = 0; i < CLASSES_MAX && lua_type(P, -1) == LUA_TTABLE; i++) {
        lua_pushstring(P, name);
        if (lua_rawget(P, -2) != LUA_TNIL) {
            lua_replace(P, -2);
            return;
        }
        lua_pop(P, 1);
        if (luaL_getmetafield(P, -1, "__index") == LUA_TNIL) break;
        lua_replace(P, -2);
    }
    lua_pop(P, 1);
    lua_pushnil(P);
}

/* Adds the text keys of the table on top of P, with the kinds of their values, to the table on top of L. */
static void add_names(lua_State *L, lua_State *P) {
    int count = 0;
    for (lua_pushnil(P); count < NAMES_MAX && lua_next(P, -2); lua_pop(P, 1), count++) {
        if (lua_type(P, -2) != LUA_TSTRING) continue;
        lua_pushstring(L, lua_tostring(P, -2));
        lua_pushstring(L, luaL_typename(P, -1));
        lua_rawset(L, -3);
    }
    if (count == NAMES_MAX) lua_pop(P, 1);
}

/* names(path) -> { name = kind } of the value that a path of names leads to in the session; {} when it is no table */
static int l_names(lua_State *L) {
    Session *session = check_session(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_newtable(L);
    if (!session->engine->main) return 1;
    lua_State *P = session->engine->main->vm.L;
    int top = lua_gettop(P);
    if (!lua_checkstack(P, 10)) return 1;
    lua_getfield(P, LUA_REGISTRYINDEX, "aios.session.globals");
    for (lua_Integer i = 1; lua_rawgeti(L, 1, i) == LUA_TSTRING; i++) {
        step_into(P, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    for (int i = 0; i < CLASSES_MAX && lua_type(P, -1) == LUA_TTABLE; i++) {
        add_names(L, P);
        if (luaL_getmetafield(P, -1, "__index") == LUA_TNIL) break;
    }
    lua_settop(P, top);
    return 1;
}

int luaopen_aios_session(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "open", l_open }, { "close", l_close }, { "quit", l_quit }, { "next", l_next }, { "draw", l_draw }, { "leave", l_leave },
        { "say", l_say }, { "keys", l_keys }, { "size", l_size }, { "suspend", l_suspend }, { "enter", l_enter },
        { "interrupt", l_interrupt }, { "consent", l_consent }, { "answer", l_answer }, { "stop", l_stop }, { "sync", l_sync }, { "names", l_names }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
