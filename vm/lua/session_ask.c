/* session_ask.c - questions to the person at the prompt, from tools and from programs that wait for the answer. */
#include "lua/await.h"
#include "lua/session.h"
#include <lauxlib.h>
#include <stdio.h>

typedef struct Plea {
    Await    base;
    Session *session;
    int      id;
    bool     allowed;
    struct Plea *next;
} Plea;

static void forget(Plea *plea) {
    for (Plea **at = &plea->session->plea; *at; at = &(*at)->next)
        if (*at == plea) {
            *at = plea->next;
            return;
        }
}

/* Nobody waits for the answer any more. */
static void ask_cancel(Await *a) {
    Plea *plea = (Plea *)a;
    Session *session = plea->session;
    session_event(session, "withdrawn");
    lua_pushinteger(session->engine->host->L, plea->id);
    lua_setfield(session->engine->host->L, -2, "id");
    session_event_end(session);
    forget(plea);
    await_wake(a, UV_ECANCELED);
}

static void ask_release(Await *a) { await_free(a); }

static int ask_push(lua_State *L, Await *a) {
    lua_pushboolean(L, ((Plea *)a)->allowed);
    return 1;
}

static const AwaitKind ASK = { .name = "consent", .push = ask_push, .cancel = ask_cancel, .release = ask_release };

int session_ask(lua_State *L, Session *session, const char *need, const char *resource) {
    lua_State *H = session->engine->host->L;
    Plea *plea = await_new(L, &ASK, sizeof *plea);
    plea->session = session;
    plea->id = ++session->asked;
    plea->next = session->plea;
    session->plea = plea;
    session_event(session, "consent");
    lua_pushinteger(H, plea->id);
    lua_setfield(H, -2, "id");
    lua_pushstring(H, need);
    lua_setfield(H, -2, "need");
    lua_pushstring(H, resource);
    lua_setfield(H, -2, "resource");
    session_event_end(session);
    return await_yield(L, plea, 0);
}

void session_answer(Session *session, int id, bool allowed) {
    for (Plea *plea = session->plea; plea; plea = plea->next)
        if (plea->id == id) {
            plea->allowed = allowed;
            forget(plea);
            await_wake(plea, 0);
            return;
        }
}

/* ------------------------------------------------------------------ aios.prompt: what the session's program may ask */
static Session *of_program(lua_State *L) { return program_of(L)->engine->session; }

/* present() -> is this the program of a person at a prompt? */
static int l_present(lua_State *L) {
    lua_pushboolean(L, of_program(L) != NULL);
    return 1;
}

/* consent(need, resource) -> boolean; waits for the person. In a place that cannot wait nobody is asked. */
static int l_consent(lua_State *L) {
    const char *need = luaL_checkstring(L, 1), *resource = luaL_checkstring(L, 2);
    if (lua_isyieldable(L) && !vm_of(L)->pinned && vm_of(L)->current) return session_ask(L, of_program(L), need, resource);
    lua_pushboolean(L, 0);
    return 1;
}

/* keep(env): the globals of the session, for the completion of names */
static int l_keep(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.session.globals");
    return 0;
}

/* width() -> columns of the terminal */
static int l_width(lua_State *L) {
    int columns, rows;
    tty_size(1, &columns, &rows);
    lua_pushinteger(L, columns);
    return 1;
}

/* fresh(): what is written next begins a line of its own */
static int l_fresh(lua_State *L) {
    Screen *screen = &of_program(L)->screen;
    fflush(stdout);
    if (screen->out && screen->broken) fputc('\n', stdout);
    return 0;
}

int luaopen_aios_prompt(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = { { "present", l_present }, { "consent", l_consent }, { "keep", l_keep }, { "width", l_width }, { "fresh", l_fresh }, { NULL, NULL } };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
