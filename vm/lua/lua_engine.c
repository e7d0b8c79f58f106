/* lua_engine.c - aios.engine, for stdlib/host/execute.lua: what one `aios run` is made of. */
#include "lua/engine.h"
#include "lua/coverage.h"
#include "lua/embed.h"
#include "lua/lua_err.h"
#include "lua/lua_replay.h"
#include "lua/run_inspect.h"
#include <lauxlib.h>
#include <stdio.h>

static Engine *engine_of(lua_State *L) { return vm_of(L)->owner; }

/* grant(need [, pattern]): for this process; without arguments: everything */
static int l_grant(lua_State *L) {
    Permits *permits = &engine_of(L)->permits;
    if (lua_isnoneornil(L, 1)) permits->everything = true;
    else permits_add(permits, luaL_checkstring(L, 1), luaL_optstring(L, 2, ""));
    return 0;
}

/* covers(need, resource) -> boolean */
static int l_covers(lua_State *L) {
    lua_pushboolean(L, permits_cover(&engine_of(L)->permits, luaL_checkstring(L, 1), luaL_optstring(L, 2, "")));
    return 1;
}

/* database(path): where the engine's store is */
static int l_database(lua_State *L) {
    Engine *engine = engine_of(L);
    engine->db_path = mem_copy(slice_of(luaL_checkstring(L, 1)));
    return 0;
}

enum { RECORD_BYTES = 256 * 1024 * 1024 };

static Slice text_field(lua_State *L, const char *key) {
    size_t len;
    lua_getfield(L, 1, key);
    const char *text = lua_isstring(L, -1) ? lua_tolstring(L, -1, &len) : NULL;
    return text ? slice_make(text, len) : slice_make(NULL, 0);
}

static lua_Number number_field(lua_State *L, const char *key) {
    lua_getfield(L, 1, key);
    return lua_tonumber(L, -1);
}

/* execute{ path, typed, lua, source, modules, args, id, cause, memory, record, for_seconds, until_idle, silent, once, once_input, once_id, test }
 * -> exit code | nil, err */
static int l_execute(lua_State *L) {
    Err err = { 0 };
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    luaL_checkstack(L, 20, NULL);
    EngineJob job = { .path = text_field(L, "path").ptr, .typed = text_field(L, "typed").ptr, .lua = text_field(L, "lua"), .source = text_field(L, "source"),
                      .modules = text_field(L, "modules"), .args = text_field(L, "args"), .uid = text_field(L, "id").ptr,
                      .cause = text_field(L, "cause").ptr, .once = text_field(L, "once").ptr,
                      .once_input = text_field(L, "once_input"), .once_uid = text_field(L, "once_id").ptr };
    job.listen = text_field(L, "listen").ptr;
    job.cap_bytes = (size_t)number_field(L, "memory");
    job.record_bytes = (size_t)number_field(L, "record");
    if (!job.record_bytes) job.record_bytes = RECORD_BYTES;
    job.for_ms = (int64_t)(number_field(L, "for_seconds") * 1000);
    lua_getfield(L, 1, "until_idle");
    job.until_idle = lua_toboolean(L, -1);
    lua_getfield(L, 1, "silent");
    job.silent = lua_toboolean(L, -1);
    job.test_line = (int)number_field(L, "test");
    int code = engine_execute(engine_of(L), &job, &err);
    if (err.code) {
        err_push(L, &err);
        lua_pushinteger(L, code);
        return 3;
    }
    lua_pushinteger(L, code);
    return 1;
}

static void push_slice(lua_State *L, Slice text) {
    if (text.ptr) lua_pushlstring(L, text.ptr, text.len);
    else lua_pushnil(L);
}

/* Calls a function of stdlib/host/execute.lua that must not wait; its arguments are on the stack. */
static bool call_host(lua_State *L, const char *name, int nargs, int nresults, Err *err) {
    embed_require(L, "host.execute");
    lua_getfield(L, -1, name);
    lua_replace(L, -2);
    lua_insert(L, -(nargs + 1));
    if (lua_pcall(L, nargs, nresults, 0) == LUA_OK) return true;
    err_set(err, "failed", "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}

static void report(void *context, const RunRow *row, bool is_load, RunState state, const char *error, const char *reason) {
    lua_State *L = context;
    Err err;
    if (state == RUN_DONE && !error && !reason) return;         /* nothing is said of it */
    lua_createtable(L, 0, 8);
    push_slice(L, row->uid);
    lua_setfield(L, -2, "id");
    push_slice(L, row->name);
    lua_setfield(L, -2, "name");
    lua_pushboolean(L, is_load);
    lua_setfield(L, -2, "is_load");
    lua_pushinteger(L, state);
    lua_setfield(L, -2, "state");
    lua_pushstring(L, error);
    lua_setfield(L, -2, "error");
    lua_pushstring(L, reason);
    lua_setfield(L, -2, "reason");
    if (!call_host(L, "report", 1, 0, &err)) fprintf(stderr, "aios: %s\n", err.text);
}

static void say(void *context, const char *level, const char *job, const char *text) {
    lua_State *L = context;
    Err err;
    lua_pushstring(L, level);
    lua_pushstring(L, job);
    lua_pushstring(L, text);
    if (!call_host(L, "say", 3, 0, &err)) fprintf(stderr, "aios: %s\n", err.text);
}

static bool question(void *context, const char *id, Buf *digest) {
    lua_State *L = context;
    Err err;
    lua_pushstring(L, id);
    if (!call_host(L, "question", 1, 1, &err)) {
        fprintf(stderr, "aios: %s\n", err.text);
        return false;
    }
    buf_clear(digest);
    const char *text = lua_tostring(L, -1);
    if (text) buf_add_text(digest, text);
    lua_pop(L, 1);
    return digest->len > 0;
}

static int reply(void *context, const char *id, Slice line, Buf *by) {
    lua_State *L = context;
    Err err;
    lua_pushstring(L, id);
    lua_pushlstring(L, line.ptr, line.len);
    if (!call_host(L, "reply", 2, 2, &err)) {
        fprintf(stderr, "aios: %s\n", err.text);
        return -1;
    }
    int yes = lua_isnil(L, -2) ? -1 : lua_toboolean(L, -2);
    const char *who = lua_tostring(L, -1);
    if (who) buf_add_text(by, who);
    lua_pop(L, 2);
    return yes;
}

static void replied(void *context, const char *id, const Err *err) {
    lua_State *L = context;
    Err failed;
    lua_pushstring(L, id);
    lua_pushstring(L, err ? err->text : NULL);
    if (!call_host(L, "replied", 2, 0, &failed)) fprintf(stderr, "aios: %s\n", failed.text);
}

static bool version(void *context, const char *path, Slice source, Buf *lua, Buf *modules, Err *err) {
    lua_State *L = context;
    size_t len;
    lua_pushstring(L, path);
    push_slice(L, source);
    if (!call_host(L, "version", 2, 2, err)) return false;
    const char *text = lua_tolstring(L, -2, &len);
    if (text) buf_add(lua, text, len);
    text = lua_tolstring(L, -1, &len);
    if (text) buf_add(modules, text, len);
    lua_pop(L, 2);
    return lua->len > 0 || err_set(err, "corrupt", "the stored program does not compile any more");
}

/* From `index` on: the number of the run that starts another one, the place of its step, what becomes of the other when it ends */
static Bond check_bond(lua_State *L, int index) {
    static const char *const WORDS[] = { "abandon", "wait", "cancel", NULL };
    return (Bond){ .caller = luaL_optinteger(L, index, 0), .path = slice_of(luaL_optstring(L, index + 1, "")),
                   .on_end = (OnEnd)luaL_checkoption(L, index + 2, "abandon", WORDS) };
}

/* start(name, input_json, id [, cause [, at_ms [, prev [, caller, path, on_end]]]]) -> true | nil, err: a run of a declared workflow; an id used before is the same start */
static int l_start(lua_State *L) {
    Engine *engine = engine_of(L);
    size_t len;
    const char *name = luaL_checkstring(L, 1), *input = luaL_checklstring(L, 2, &len);
    const char *uid = luaL_checkstring(L, 3), *cause = luaL_optstring(L, 4, "a program");
    bool known = engine->stage == STAGE_LOADING;        /* what is declared is not known yet: a run of an earlier life goes on */
    for (size_t i = 0; engine->main && i < engine->main->declared_count; i++) known = known || !strcmp(engine->main->declared[i].name, name);
    if (!known) {
        Err err;
        err_set(&err, "not_found", "this program declares no workflow named %s", name);
        return err_push(L, &err);
    }
    engine_start(engine, &(EngineStart){ .name = name, .input = slice_make(input, len), .uid = uid, .cause = cause,
                                         .at_ms = (int64_t)luaL_optnumber(L, 5, 0), .prev = luaL_optinteger(L, 6, 0), .bond = check_bond(L, 7) }, NULL, NULL);
    lua_pushboolean(L, 1);
    return 1;
}

/* inspect(run, query, args_json) -> whether it answered, json of the answer or the error | nil, err */
static int l_inspect(lua_State *L) {
    size_t run_len, name_len, args_len;
    const char *run = luaL_checklstring(L, 1, &run_len), *name = luaL_checklstring(L, 2, &name_len), *args = luaL_checklstring(L, 3, &args_len);
    Buf answer = { 0 };
    Err err;
    bool good;
    if (!engine_inspect(engine_of(L), slice_make(run, run_len), slice_make(name, name_len), slice_make(args, args_len), &good, &answer, &err)) {
        buf_drop(&answer);
        return err_push(L, &err);
    }
    lua_pushboolean(L, good);
    lua_pushlstring(L, buf_text(&answer), answer.len);
    buf_drop(&answer);
    return 2;
}

/* count_lines(): from now on, in programs opened later */
static int l_count_lines(lua_State *L) {
    Engine *engine = engine_of(L);
    if (!engine->coverage) engine->coverage = coverage_new();
    return 0;
}

/* lines() -> { path = { [line] = times } } of what was counted */
static int l_lines(lua_State *L) {
    Engine *engine = engine_of(L);
    lua_newtable(L);
    if (engine->coverage) coverage_push(L, engine->coverage);
    return 1;
}

/* fire(kind, subject, payload_json [, key]) -> how many workflows wait for it: an event as its source would tell it */
static int l_fire(lua_State *L) {
    Engine *engine = engine_of(L);
    size_t len, key_len = 0;
    const char *kind = luaL_checkstring(L, 1), *subject = luaL_checkstring(L, 2), *payload = luaL_checklstring(L, 3, &len);
    const char *key = luaL_optlstring(L, 4, NULL, &key_len);
    size_t count = 0;
    if (engine->sched) count = sched_fire(engine->sched, slice_of(kind), subject, slice_make(payload, len), slice_make(key, key_len), NULL, NULL);
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}

int luaopen_aios_engine(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "grant", l_grant }, { "covers", l_covers }, { "database", l_database }, { "execute", l_execute }, { "start", l_start }, { "fire", l_fire }, { "inspect", l_inspect },
        { "replay", engine_l_replay }, { "count_lines", l_count_lines }, { "lines", l_lines }, { NULL, NULL }
    };
    engine_of(L)->hooks = (EngineHooks){ vm_of(L)->L, report, version, say, question, reply, replied };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
