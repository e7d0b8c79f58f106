#include "lua/run_inspect.h"
#include "lua/embed.h"
#include "lua/engine_parts.h"
#include "lua/fiber.h"
#include "lua/run.h"
#include "store/code.h"
#include <stdlib.h>

/* ------------------------------------------------------------------ asking */
static void take(struct Inspect *out, lua_State *co, int status, int nresults) {
    size_t len = 0;
    const char *text = status == LUA_OK && nresults > 1 ? lua_tolstring(co, -1, &len) : NULL;
    out->good = text && lua_toboolean(co, -2);
    if (text) buf_add(&out->answer, text, len);
    else buf_add_text(&out->answer, "{\"code\":\"failed\",\"message\":\"the query gave no answer\"}");
}

static void asked(Fiber *fiber, int status, int nresults) {
    Branch *branch = fiber->context;
    Run *run = branch->run;
    branch->fiber = NULL;
    run->active = NULL;
    take(run->inspect, fiber->co, status, nresults);
    run->inspect->over = true;
}

/* [run name args] -> arms a branch of its own with flow.answers.answer(name, args). Protected: may run out of memory. */
static int l_arm(lua_State *L) {
    Run *run = lua_touserdata(L, 1);
    Branch *branch = branch_new(run, run->main, slice_of("/"), slice_of("?"));
    embed_require(L, "flow.answers");
    lua_getfield(L, -1, "answer");
    lua_replace(L, 1);
    lua_settop(L, 3);
    branch_arm(branch, L, 3, asked);
    run->active = branch;
    return 0;
}

static void turn_until(Engine *engine, const Run *run, const bool *over) {
    while (over ? !*over : run->active != NULL) uv_run(engine->loop, UV_RUN_ONCE);
}

static bool ask(Engine *engine, Run *run, Slice name, Slice args, Err *err) {
    lua_State *L = run->program->vm.L;
    lua_pushcfunction(L, l_arm);
    lua_pushlightuserdata(L, run);
    lua_pushlstring(L, name.ptr, name.len);
    lua_pushlstring(L, args.ptr, args.len);
    if (lua_pcall(L, 3, 0, 0) != LUA_OK) {
        err_set(err, "limit", "cannot ask the run: %s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return false;
    }
    fiber_resume(run->active->fiber, run->active->nargs);
    turn_until(engine, run, &run->inspect->over);
    return true;
}

/* ------------------------------------------------------------------ the run and its program */
static Program *open_program(Engine *engine, const RunRow *row, Err *err) {
    char  *source;
    size_t size;
    Buf lua = { 0 }, modules = { 0 };
    Program *program = NULL;
    if (!code_get(store_reader(engine->store), row->code, &source, &size, err)) return NULL;
    if (engine->hooks.version(engine->hooks.context, engine->job->path, slice_make(source, size), &lua, &modules, err))
        program = engine_add_program(engine, engine->job->path, buf_slice(&lua), buf_slice(&modules), slice_make(source, size), row->code, 0, err);
    buf_drop(&lua);
    buf_drop(&modules);
    free(source);
    return program;
}

static bool inspect(Engine *engine, const RunRow *row, Slice name, Slice args, struct Inspect *out, Err *err) {
    Run *run = NULL;
    Program *program = engine->main = open_program(engine, row, err);
    bool good = program && run_inspect(program, row, out, &run, err);
    if (good) {
        turn_until(engine, run, NULL);
        if (run->stop_state == RUN_DIVERGED) good = err_set(err, "diverged", "its record cannot be followed: %s", run->stop.text);
    }
    good = good && ask(engine, run, name, args, err);
    if (run) run_abandon(run);
    if (program) program_close(program);
    engine->programs = engine->main = NULL;
    return good;
}

bool engine_inspect(Engine *engine, Slice uid, Slice name, Slice args, bool *good, Buf *answer, Err *err) {
    RunRow *row;
    Err closing;
    struct Inspect out = { 0 };
    if (!store_open(&engine->store, engine->loop, engine->seam, engine->db_path, &(StoreHooks){ 0 }, err)) return false;
    bool known = runs_find(store_reader(engine->store), uid, &row, err);
    if (known) {
        char *path = mem_copy(row->program);
        EngineJob job = { .path = path };
        engine->job = &job;
        known = inspect(engine, row, name, args, &out, err);
        engine->job = NULL;
        free(path);
        free(row);
    }
    if (!store_close(engine->store, &closing) && known) known = err_set(err, closing.code, "%s", closing.text);
    engine->store = NULL;
    *good = out.good;
    buf_add_slice(answer, buf_slice(&out.answer));
    buf_drop(&out.answer);
    return known;
}
