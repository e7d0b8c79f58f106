#include "lua/run_place.h"
#include "lua/engine_replay.h"
#include "lua/lua_err.h"
#include "lua/number.h"
#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>

Engine *run_engine(Run *run) { return run->program->engine; }
int64_t run_now(Run *run) { return seam_wall_ms(run_engine(run)->seam); }

Slice run_check_slice(lua_State *L, int index) {
    size_t len;
    const char *text = luaL_checklstring(L, index, &len);
    return slice_make(text, len);
}

/* What was printed before a row must reach the reader before the row reaches the disk: on a resume it is not printed again. */
void run_record(Run *run, JournalRow *row, int64_t now_ms) {
    if (ledger_is_open(&run->ledger)) fflush(stdout);
    ledger_append(&run->ledger, row, now_ms);
}

/* The line in the program that is being executed; 0 when unknown. */
int run_line(lua_State *L) {
    lua_Debug at;
    for (int level = 1; level < 12 && lua_getstack(L, level, &at); level++) {
        lua_getinfo(L, "Sl", &at);
        if (at.source[0] == '@') return at.currentline;
    }
    return 0;
}

bool run_is_there(const Run *run) {
    const Replaying *replaying = run->program->engine->replaying;
    return replaying && replaying->there;
}

void run_set_stop(Run *run, RunState state, const char *fmt, va_list args) {
    run->stop.code = state == RUN_DIVERGED ? "diverged" : state == RUN_PAUSED ? "limit" : "in_doubt";
    vsnprintf(run->stop.text, sizeof run->stop.text, fmt, args);
    run->stop_state = state;
}

void run_note_stop(Run *run, RunState state, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    run_set_stop(run, state, fmt, args);
    va_end(args);
}

int run_stop(lua_State *L, Run *run, RunState state, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    run_set_stop(run, state, fmt, args);
    va_end(args);
    return fiber_stop(L);
}

void run_new_at_top(Buf *out, Slice name) {
    buf_add_text(out, "{\"code\":\"diverged\",\"message\":\"the top level of the program called ");
    buf_add_slice(out, name);
    buf_add_text(out, ", which it did not do when the program was loaded\"}");
}

int run_push_recorded(lua_State *L, const JournalRow *row) {
    lua_pushboolean(L, row->status == ENTRY_OK);
    lua_pushlstring(L, row->out.ptr ? row->out.ptr : "null", row->out.ptr ? row->out.len : 4);
    return 2;
}
