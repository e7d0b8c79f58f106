#include "lua/run_end.h"
#include "lua/engine_replay.h"
#include "lua/group.h"
#include "lua/run_place.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>

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


/* The error that ended a fiber, in JSON. Saying what went wrong must not fail for want of memory. */
static void failure(const Fiber *fiber, int status, Buf *out) {
    size_t cap = fiber->vm->cap_bytes;
    fiber->vm->cap_bytes = 0;
    lua_gc(fiber->co, LUA_GCCOLLECT);
    error_text(fiber->co, status, out);
    fiber->vm->cap_bytes = cap;
}

/* ------------------------------------------------------------------ of a run */
/* The run is freed by run_turn, or by who was the last to use it. */
static void finish(Run *run, RunState state, Slice output, const char *error, const char *reason) {
    Engine *engine = run->program->engine;
    if (engine->replaying) {
        replaying_ended(run, state, output, error, reason);
        run->over = true;
        run->active = NULL;
        if (!run->turning) run_free(run);
        return;
    }
    if (run->is_look) {
        run->over = true;
        run->active = NULL;
        engine_looked(run, output, reason ? reason : error ? error : "it ended without an answer");
        if (!run->turning) run_free(run);
        return;
    }
    int64_t now = seam_wall_ms(engine->seam);
    run->active = NULL;
    run->over = true;
    if (run->inspect) return;
    if (!reason && run->note.len) reason = buf_text(&run->note);
    Slice why = reason ? slice_of(reason) : slice_make(NULL, 0);
    Slice error_json = error ? slice_of(error) : slice_make(NULL, 0);
    if (state == RUN_DIVERGED || state == RUN_IN_DOUBT || state == RUN_PAUSED) ledger_wait(&run->ledger, state, 0, slice_make(NULL, 0), why);
    else ledger_end(&run->ledger, state, output, error_json, why, now);
    engine_run_ended(engine, run, state, error, reason);
    if (!run->turning) run_free(run);
}

static void finish_stopped(Run *run) {
    finish(run, run->stop_state, slice_make(NULL, 0), NULL, run->stop_state == RUN_DONE ? NULL : run->stop.text);
}

void run_halt(Run *run, RunState state, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    run_set_stop(run, state, fmt, args);
    va_end(args);
    finish_stopped(run);
}

void run_end_cancelled(Run *run) {
    finish(run, RUN_CANCELLED, slice_make(NULL, 0), NULL, "cancelled before it began");
}

/* Rows of the record that the program never asked for: it is shorter than it was. */
static bool left_over(Run *run) {
    return run->past && run->main->scopes[0].calls < (uint64_t)replay_top_calls(&run->replay);
}

static void finish_good(Run *run, lua_State *co, int nresults) {
    Slice none = slice_make(NULL, 0);
    Err why;
    if (left_over(run)) {
        finish(run, RUN_DIVERGED, none, NULL,
               "the program ended before it made every call that is recorded; it is not the program the run began with");
        return;
    }
    if (run->is_load && !run->inspect && !run->program->engine->replaying && run->program->declared_count && !ledger_open(&run->ledger, &why)) {
        finish(run, RUN_FAILED, none, NULL, why.text);
        return;
    }
    size_t len = 0;
    const char *text = nresults > 0 ? lua_tolstring(co, -nresults, &len) : NULL;
    const char *reason = nresults > 1 ? lua_tostring(co, -nresults + 1) : NULL;
    Buf output = { 0 };
    if (text) buf_add(&output, text, len);
    finish(run, reason ? RUN_SKIPPED : RUN_DONE, buf_slice(&output), NULL, reason);
    buf_drop(&output);
}

static const char *message_of(lua_State *co, int status) {
    if (status == LUA_OK) return "somebody asked for its end";
    if (lua_istable(co, -1)) {
        lua_pushliteral(co, "message");
        lua_rawget(co, -2);
    }
    const char *text = lua_tostring(co, -1);
    return text ? text : "somebody asked for its end";
}

static void finish_look(Run *run, lua_State *co, int status, int nresults) {
    const char *text = status == LUA_OK && nresults > 0 ? lua_tostring(co, -nresults) : NULL;
    finish(run, RUN_DONE, slice_of(text), NULL, text ? NULL : message_of(co, status));
}

static void finish_cancelled(Run *run, const char *message) {
    Buf reason = { 0 };
    buf_printf(&reason, "%s%s%s", message, run->note.len ? "; " : "", run->note.len ? buf_text(&run->note) : "");
    finish(run, RUN_CANCELLED, slice_make(NULL, 0), NULL, buf_text(&reason));
    buf_drop(&reason);
}

void run_main_done(Fiber *fiber, int status, int nresults) {
    Branch *branch = fiber->context;
    Run *run = branch->run;
    Buf error = { 0 };
    branch->fiber = NULL;
    run->active = NULL;
    if (status == LUA_YIELD) finish_stopped(run);
    else if (run->is_look) finish_look(run, fiber->co, status, nresults);
    else if (run->cancelled) finish_cancelled(run, message_of(fiber->co, status));
    else if (status == LUA_OK) finish_good(run, fiber->co, nresults);
    else {
        if (run->program->engine->replaying) replaying_look(run, fiber->co);
        failure(fiber, status, &error);
        finish(run, RUN_FAILED, slice_make(NULL, 0), buf_text(&error), NULL);
    }
    buf_drop(&error);
}

/* ------------------------------------------------------------------ of a branch */
void run_branch_done(Fiber *fiber, int status, int nresults) {
    Branch *branch = fiber->context;
    Run *run = branch->run;
    Buf error = { 0 };
    (void)nresults;
    branch->fiber = NULL;
    run->active = NULL;
    if (status == LUA_YIELD) {
        finish_stopped(run);
        return;
    }
    if (status != LUA_OK) failure(fiber, status, &error);
    group_ended(branch, status == LUA_OK ? NULL : buf_text(&error));
    buf_drop(&error);
    run_turn(run);
}
