#include "lua/run.h"
#include "lua/engine.h"
#include "lua/embed.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ chance: xoshiro256**, seeded by splitmix64 */
static uint64_t splitmix(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void run_seed(Run *run, uint64_t seed) {
    for (int i = 0; i < 4; i++) run->senses.random[i] = splitmix(&seed);
    run->scopes[run->depth].has_chance = true;
}

/* A scope's own chance follows from what it was around it when the scope was entered, and from its place. */
uint64_t *run_chance(Run *run) {
    for (int depth = 1; depth <= run->depth; depth++) {
        RunScope *scope = &run->scopes[depth];
        RunSenses *own = depth < run->depth ? run->scopes[depth + 1].outer : &run->senses;
        if (scope->has_chance) continue;
        unsigned char hash[HASH_LONG_SIZE];
        hash_long(slice_make(scope->outer->random, sizeof scope->outer->random), slice_make(run->path.ptr, scope->path_len), hash);
        memcpy(own->random, hash, sizeof own->random);
        scope->has_chance = true;
    }
    return run->senses.random;
}

void run_enter(Run *run, Effect effect, const unsigned char ahash[HASH_SIZE]) {
    RunScope *scope = &run->scopes[++run->depth];
    *scope = (RunScope){ .path_len = run->path.len, .effect = effect };
    memcpy(scope->ahash, ahash, HASH_SIZE);
    scope->outer = mem_new(sizeof *scope->outer);
    *scope->outer = run->senses;
    run->senses.clock_readings = 0;
}

void run_leave(Run *run) {
    RunScope *scope = &run->scopes[run->depth--];
    run->senses = *scope->outer;
    free(scope->outer);
    scope->outer = NULL;
}

/* ------------------------------------------------------------------ making and freeing */
static Run *run_new(Program *program) {
    Run *run = mem_new(sizeof *run);
    run->program = program;
    run->exit_code = -1;
    run->next = program->runs;
    if (run->next) run->next->prev = run;
    program->runs = run;
    program->run_count++;
    return run;
}

static void run_free(Run *run) {
    Program *program = run->program;
    timer_stop(program->engine->timers, &run->timer);
    if (run->prev) run->prev->next = run->next;
    else program->runs = run->next;
    if (run->next) run->next->prev = run->prev;
    program->run_count--;
    while (run->depth > 0) run_leave(run);
    replay_drop(&run->replay);
    journal_free(run->past);
    ledger_drop(&run->ledger);
    buf_drop(&run->path);
    buf_drop(&run->note);
    run_forget_own(run);
    free(run);
}

void run_cancel(Run *run, const char *reason) {
    Slice none = slice_make(NULL, 0);
    Engine *engine = run->program->engine;
    fiber_drop(run->fiber);
    ledger_end(&run->ledger, RUN_CANCELLED, none, none, slice_of(reason), seam_wall_ms(engine->seam));
    engine_run_ended(engine, run, RUN_CANCELLED, NULL, reason);
    run_free(run);
}

void run_passivate(Run *run) {
    fiber_drop(run->fiber);
    run_free(run);
}

void run_begin(Run *run) {
    replay_drop(&run->replay);
    replay_init(&run->replay, run->past ? run->past->rows : NULL, run->past ? run->past->count : 0);
    run->phase = RUN_LIVING;
    run_forget_own(run);                /* what the top level would undo is the load run's */
    run->senses.clock_readings = 0;
    run->scopes[0].calls = 0;
    run_seed(run, (uint64_t)run->ledger.row.seed);
}

void run_abandon(Run *run) {
    if (run->fiber) fiber_drop(run->fiber);
    run_free(run);
}

/* ------------------------------------------------------------------ the end of a fiber */
static void add_error_field(lua_State *L, int index, const char *name) {
    if (lua_getfield(L, index, name) == LUA_TSTRING) lua_setfield(L, -2, name);
    else lua_pop(L, 1);
}

/* The error on top of co as JSON { code, message, tool?, traceback }. */
static void error_text(lua_State *co, int status, Buf *out) {
    Err ignored;
    lua_State *L = co;
    if (!lua_checkstack(L, 8)) return;
    int error = lua_gettop(L);
    lua_newtable(L);
    if (lua_type(L, error) == LUA_TTABLE) {
        static const char *const FIELDS[] = { "code", "message", "tool", "traceback", "undo" };
        for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) add_error_field(L, error, FIELDS[i]);
    }
    if (lua_getfield(L, -1, "message") == LUA_TNIL) {
        const char *text = lua_tostring(L, error);
        lua_pushstring(L, status == LUA_ERRMEM ? "limit" : "failed");
        lua_setfield(L, -3, "code");
        if (text) lua_pushstring(L, status == LUA_ERRMEM ? "the program used more memory than it may (--memory)" : text);
        else lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, error));
        lua_setfield(L, -3, "message");
    }
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "traceback") == LUA_TNIL && status != LUA_ERRMEM) {
        luaL_traceback(L, L, NULL, 0);
        lua_setfield(L, -3, "traceback");
    }
    lua_pop(L, 1);
    if (!value_encode(L, -1, out, &ignored)) buf_add_text(out, "{\"code\":\"failed\",\"message\":\"(unreadable error)\"}");
}

static void finish(Run *run, RunState state, Slice output, const char *error, const char *reason) {
    Engine *engine = run->program->engine;
    int64_t now = seam_wall_ms(engine->seam);
    if (!reason && run->note.len) reason = buf_text(&run->note);
    Slice why = reason ? slice_of(reason) : slice_make(NULL, 0);
    Slice error_json = error ? slice_of(error) : slice_make(NULL, 0);
    if (state == RUN_DIVERGED || state == RUN_IN_DOUBT || state == RUN_PAUSED) ledger_wait(&run->ledger, state, 0, why);
    else ledger_end(&run->ledger, state, output, error_json, why, now);
    run->fiber = NULL;
    engine_run_ended(engine, run, state, error, reason);
    run_free(run);
}

/* Rows of the record that the program never asked for: it is shorter than it was. */
static bool left_over(Run *run) {
    return run->past && run->scopes[0].calls < (uint64_t)replay_top_calls(&run->replay);
}

static void run_done(Fiber *fiber, int status, int nresults) {
    Run *run = fiber->context;
    lua_State *co = fiber->co;
    Buf error = { 0 };
    Err why;
    if (status == LUA_YIELD) {
        finish(run, run->stop_state, slice_make(NULL, 0), NULL, run->stop_state == RUN_DONE ? NULL : run->stop.text);
    } else if (status == LUA_OK && left_over(run)) {
        finish(run, RUN_DIVERGED, slice_make(NULL, 0), NULL,
               "the program ended before it made every call that is recorded; it is not the program the run began with");
    } else if (status == LUA_OK && run->is_load && run->program->declared_count && !ledger_open(&run->ledger, &why)) {
        finish(run, RUN_FAILED, slice_make(NULL, 0), NULL, why.text);
    } else if (status == LUA_OK) {
        size_t len = 0;
        const char *text = nresults > 0 ? lua_tolstring(co, -nresults, &len) : NULL;
        const char *reason = nresults > 1 ? lua_tostring(co, -nresults + 1) : NULL;
        Buf output = { 0 };
        if (text) buf_add(&output, text, len);
        finish(run, reason ? RUN_SKIPPED : RUN_DONE, buf_slice(&output), NULL, reason);
        buf_drop(&output);
    } else {
        size_t cap = fiber->vm->cap_bytes;
        fiber->vm->cap_bytes = 0;       /* saying what went wrong must not fail for want of memory */
        lua_gc(co, LUA_GCCOLLECT);
        error_text(co, status, &error);
        fiber->vm->cap_bytes = cap;
        finish(run, RUN_FAILED, slice_make(NULL, 0), buf_text(&error), NULL);
        buf_drop(&error);
    }
}

/* ------------------------------------------------------------------ beginning */
/* [run userdata] -> moves flow.main and its arguments to the fiber. Protected: may run out of memory. */
static int l_prepare(lua_State *L) {
    Run *run = lua_touserdata(L, 1);
    Program *program = run->program;
    const Ledger *ledger = &run->ledger;
    Slice args = run->is_load ? ledger->row.input : slice_of(run->load->args);
    Err err;
    embed_require(L, "flow.declare");
    lua_getfield(L, -1, "main");                        /* [declare] [main] */
    if (luaL_loadbufferx(L, program->code.ptr, program->code.len, "=chunk", "b") != LUA_OK) return lua_error(L);
    embed_require(L, "sandbox");
    lua_getfield(L, -1, "env");
    lua_replace(L, -2);                                 /* [flow] [main] [chunk] [env()] */
    if (!value_decode(L, args.ptr ? args : slice_of("[]"), &err)) return luaL_error(L, "%s", err.text);
    lua_pushvalue(L, -1);
    lua_insert(L, -3);                                  /* [main] [chunk] [args] [env()] [args] */
    lua_call(L, 1, 1);                                  /* [main] [chunk] [args] [env] */
    lua_pushvalue(L, -1);
    lua_setupvalue(L, -4, 1);
    lua_insert(L, -2);                                  /* [main] [chunk] [env] [args] */
    if (run->is_load) lua_pushnil(L);
    else lua_pushlstring(L, ledger->row.name.ptr, ledger->row.name.len);
    if (ledger->row.input.ptr && !run->is_load) lua_pushlstring(L, ledger->row.input.ptr, ledger->row.input.len);
    else lua_pushliteral(L, "{}");
    run->fiber = fiber_new(&program->vm, run_done, run);
    lua_xmove(L, run->fiber->co, 6);
    return 0;
}

static bool run_go(Run *run, Err *err) {
    lua_State *L = run->program->vm.L;
    run_seed(run, (uint64_t)(run->is_load ? run->ledger.row.seed : run->load->seed));
    if (engine_is_load(run->program->engine, &run->ledger.row)) program_declare_anew(run->program);
    lua_pushcfunction(L, l_prepare);
    lua_pushlightuserdata(L, run);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        err_set(err, "limit", "cannot begin the run: %s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return false;
    }
    fiber_resume(run->fiber, 5);
    return true;
}

bool run_start(Program *program, const RunRow *row, Err *err) {
    Run *run = run_new(program);
    Slice main_name = slice_of(program->name);
    ledger_init(&run->ledger, &program->engine->source, row, buf_slice(&program->source));
    run->is_load = slice_eq(row->name, main_name);
    run->phase = RUN_LIVING;
    replay_init(&run->replay, NULL, 0);
    ledger_running(&run->ledger, seam_wall_ms(program->engine->seam));
    bool named = program->engine->job->uid != NULL;     /* a start with a name is remembered, whatever comes of it */
    if ((!named || ledger_open(&run->ledger, err)) && run_go(run, err)) return true;
    run_free(run);
    return false;
}

bool run_resume(Program *program, Store *store, const RunRow *row, Err *err) {
    Run *run = run_new(program);
    run->is_load = slice_is(row->name, program->name);
    if (!journal_load(store_reader(store), row->id, &run->past, err)) goto failed;
    size_t count = run->past->count;
    ledger_adopt(&run->ledger, store, row, count ? run->past->rows[count - 1].seq : 0);
    if (run->is_load) {
        run->phase = RUN_LIVING;
        replay_init(&run->replay, run->past->rows, count);
    } else {
        run->load = program_load_of(program, row->parent, err);
        if (!run->load) goto failed;
        run->phase = RUN_ACTIVATING;
        replay_init(&run->replay, run->load->rows, run->load->count);
    }
    ledger_running(&run->ledger, seam_wall_ms(program->engine->seam));
    if (run_go(run, err)) return true;
failed:
    run_free(run);
    return false;
}
