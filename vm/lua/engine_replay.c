#include "lua/engine_replay.h"
#include "lua/engine_parts.h"
#include "lua/run.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ looking at a place in the program */
/* Names that the compiler makes begin with '_', those of Lua itself with '('. */
static bool is_shown(const char *name) { return name[0] != '_' && name[0] != '('; }

/* [value] on top -> JSON behind what is there; [] */
static void add_value(lua_State *co, Buf *out, const char *name) {
    Buf value = { 0 };
    Err ignored;
    buf_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    if (value_encode(co, -1, &value, &ignored)) buf_add_slice(out, buf_slice(&value));
    else buf_printf(out, "\"(a %s)\"", luaL_typename(co, -1));
    buf_drop(&value);
    lua_pop(co, 1);
}

/* The last of several locals with one name is the one that is seen. */
static bool is_hidden(lua_State *co, lua_Debug *at, int n, const char *name) {
    for (int later = n + 1;; later++) {
        const char *other = lua_getlocal(co, at, later);
        if (!other) return false;
        lua_pop(co, 1);
        if (!strcmp(other, name)) return true;
    }
}

static void add_locals(lua_State *co, lua_Debug *at, Buf *out) {
    const char *name;
    for (int n = 1; (name = lua_getlocal(co, at, n)); n++) {
        if (is_shown(name) && !is_hidden(co, at, n, name)) add_value(co, out, name);
        else lua_pop(co, 1);
    }
}

static bool is_local(lua_State *co, lua_Debug *at, const char *name) { return is_hidden(co, at, 0, name); }

/* What a step's block sees of the workflow around it; functions of the program are not its state. */
static void add_upvalues(lua_State *co, lua_Debug *at, Buf *out) {
    const char *name;
    lua_getinfo(co, "f", at);
    int function = lua_gettop(co);
    for (int n = 1; (name = lua_getupvalue(co, function, n)); n++) {
        if (is_shown(name) && !lua_isfunction(co, -1) && !is_local(co, at, name)) add_value(co, out, name);
        else lua_pop(co, 1);
    }
    lua_settop(co, function - 1);
}

void replaying_look(Run *run, lua_State *co) {
    ReplayEnd *end = run->program->engine->replaying->end;
    lua_Debug at;
    if (end->locals.len || !lua_checkstack(co, 10)) return;
    for (int level = 0; lua_getstack(co, level, &at); level++) {
        lua_getinfo(co, "Sl", &at);
        if (at.source[0] != '@') continue;
        end->line = at.currentline;
        buf_add_byte(&end->locals, '{');
        add_locals(co, &at, &end->locals);
        add_upvalues(co, &at, &end->locals);
        buf_add_byte(&end->locals, '}');
        return;
    }
}

/* ------------------------------------------------------------------ what the run tells */
/* A step around the one that was asked for is entered, whatever came of it. */
static bool is_around(Slice path, Slice until) {
    return until.len > path.len && memcmp(until.ptr, path.ptr, path.len) == 0 && (until.ptr[path.len] == '/' || until.ptr[path.len] == '.');
}

bool replaying_comes_to(Run *run, lua_State *L, Slice path) {
    Replaying *replaying = run->program->engine->replaying;
    if (!replaying || run->phase != RUN_LIVING) return false;
    if (!replaying->there && replaying->wish->until.ptr && slice_eq(path, replaying->wish->until)) {
        replaying->there = true;
        replaying_look(run, L);
    }
    return replaying->there || is_around(path, replaying->wish->until);
}

void replaying_ended(Run *run, RunState state, Slice output, const char *error, const char *reason) {
    Replaying *replaying = run->program->engine->replaying;
    ReplayEnd *end = replaying->end;
    if (replaying->over) return;
    replaying->over = true;
    end->state = state;
    end->how = replaying->there ? REPLAY_THERE : state == RUN_DIVERGED ? REPLAY_DIFFERS : state < RUN_DONE ? REPLAY_OPEN_END : REPLAY_ENDED;
    if (error && strstr(error, "\"code\":\"diverged\"")) end->how = REPLAY_DIFFERS;     /* at the top, where a call was new */
    buf_add_slice(&end->output, output);
    if (error) buf_add_text(&end->text, error);
    else if (reason) buf_add_text(&end->text, reason);
}

void replay_end_drop(ReplayEnd *end) {
    buf_drop(&end->output);
    buf_drop(&end->text);
    buf_drop(&end->locals);
}

/* ------------------------------------------------------------------ going through it */
static Store *no_store(void *context, Err *err) {
    (void)context;
    err_set(err, "invalid", "nothing is done while a record is gone through");
    return NULL;
}

static const StoreSource NO_STORE = { NULL, no_store, 0 };

static Program *open_text(Engine *engine, const ReplayWish *wish, Err *err) {
    unsigned char hash[HASH_SIZE];
    Buf lua = { 0 }, modules = { 0 };
    Program *program = NULL;
    hash_bytes(wish->source, hash);
    for (program = engine->programs; program; program = program->next)
        if (memcmp(program->hash, hash, HASH_SIZE) == 0) return program;
    if (engine->hooks.version(engine->hooks.context, engine->job->path, wish->source, &lua, &modules, err))
        program = engine_add_program(engine, engine->job->path, buf_slice(&lua), buf_slice(&modules), wish->source, hash, engine->job->cap_bytes, err);
    buf_drop(&lua);
    buf_drop(&modules);
    return program;
}

static bool go_through(Engine *engine, const ReplayWish *wish, Err *err) {
    RunRow *row;
    if (!runs_find(store_reader(engine->store), wish->run, &row, err)) return false;
    Program *program = wish->source.ptr ? open_text(engine, wish, err) : engine_program_for(engine, row, err);
    bool good = program != NULL;
    if (good) {
        free(engine->load_uid);
        engine->load_uid = mem_copy(row->uid);
        engine->main = program;
        good = run_replay(program, engine->store, row, &NO_STORE, err);
    }
    while (good && !engine->replaying->over && uv_run(engine->loop, UV_RUN_ONCE)) {}
    if (good && !engine->replaying->over) good = err_set(err, "corrupt", "the run waits for something that is not in its record");
    while (program && program->runs) run_abandon(program->runs);
    free(row);
    return good;
}

bool engine_replay(Engine *engine, const ReplayWish *wish, ReplayEnd *end, Err *err) {
    Replaying replaying = { .wish = wish, .end = end };
    StoreHooks hooks = { 0 };
    Err closing;
    if (!store_open(&engine->store, engine->loop, engine->seam, engine->db_path, &hooks, err)) return false;
    engine->replaying = &replaying;
    engine->stage = STAGE_LIVING;
    bool good = go_through(engine, wish, err);
    engine->replaying = NULL;
    for (Program *program = engine->programs, *next; program; program = next) {
        next = program->next;
        program_close(program);
    }
    engine->programs = engine->main = NULL;
    bool closed = store_close(engine->store, &closing);
    engine->store = NULL;
    if (good && !closed) *err = closing;
    return good && closed;
}
