#include "lua/lua_replay.h"
#include "lua/engine_replay.h"
#include "lua/lua_err.h"

static Slice text_field(lua_State *L, const char *key) {
    size_t len;
    lua_getfield(L, 1, key);                            /* stays: the slice is good until the C function returns */
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static void set_buf(lua_State *L, const char *key, const Buf *text) {
    if (!text->len) return;
    lua_pushlstring(L, text->ptr, text->len);
    lua_setfield(L, -2, key);
}

static void push_end(lua_State *L, const ReplayEnd *end) {
    static const char *const HOW[] = { "ended", "open", "there", "differs" };
    lua_createtable(L, 0, 6);
    lua_pushstring(L, HOW[end->how]);
    lua_setfield(L, -2, "how");
    lua_pushinteger(L, end->state);
    lua_setfield(L, -2, "state");
    lua_pushinteger(L, end->line);
    lua_setfield(L, -2, "line");
    set_buf(L, "output", &end->output);
    set_buf(L, "text", &end->text);
    set_buf(L, "locals", &end->locals);
}

int engine_l_replay(lua_State *L) {
    Engine *engine = vm_of(L)->owner;
    Err err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    luaL_checkstack(L, 20, NULL);
    EngineJob job = { .path = text_field(L, "path").ptr, .silent = true };
    ReplayWish wish = { .run = text_field(L, "run"), .until = text_field(L, "until"), .source = text_field(L, "source") };
    ReplayEnd end = { 0 };
    lua_getfield(L, 1, "memory");
    job.cap_bytes = (size_t)lua_tonumber(L, -1);
    job.record_bytes = SIZE_MAX;
    engine->job = &job;
    bool good = engine_replay(engine, &wish, &end, &err);
    engine->job = NULL;
    if (good) push_end(L, &end);
    replay_end_drop(&end);
    return good ? 1 : err_push(L, &err);
}
