#include "lua/run_place.h"
#include "lua/lua_err.h"
#include "lua/number.h"
#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>

Engine *run_engine(Run *run) { return run->program->engine; }
int64_t run_now(Run *run) { return seam_wall_ms(run_engine(run)->seam); }
Slice run_path(Run *run) { return buf_slice(&run->path); }

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

void run_end_path(Run *run) {
    run->path.len = run->scopes[run->depth].path_len;
    if (run->path.ptr) run->path.ptr[run->path.len] = 0;
}

/* The path of the next call in the innermost scope, at the end of run->path; end_path takes it off. */
Slice run_next_path(Run *run) {
    run_end_path(run);
    char text[NUMBER_SIZE];
    buf_add_byte(&run->path, '/');
    buf_add(&run->path, text, number_format_integer(++run->scopes[run->depth].calls, text));
    return run_path(run);
}

int run_stop(lua_State *L, Run *run, RunState state, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    run->stop.code = state == RUN_DIVERGED ? "diverged" : "in_doubt";
    vsnprintf(run->stop.text, sizeof run->stop.text, fmt, args);
    va_end(args);
    run->stop_state = state;
    return fiber_stop(L);
}

int run_diverged(lua_State *L, Run *run, const JournalRow *row, Slice name, Slice path) {
    bool same_name = slice_eq(row->name, name);
    return run_stop(L, run, RUN_DIVERGED,
                "step %.*s: the record has %.*s (line %d)%s, the program now calls %.*s (line %d)%s. Nothing was done. "
                "The program, its modules or what they read outside tools has changed since the run began",
                (int)path.len, path.ptr, (int)row->name.len, row->name.ptr, row->line, same_name ? " with other arguments" : "",
                (int)name.len, name.ptr, run_line(L), same_name ? " again" : "");
}

int run_new_at_top(lua_State *L, Slice name) {
    lua_createtable(L, 0, 2);
    lua_pushliteral(L, "diverged");
    lua_setfield(L, -2, "code");
    lua_pushfstring(L, "the top level of the program called %s, which it did not do when the program was loaded", lua_pushlstring(L, name.ptr, name.len));
    lua_remove(L, -2);
    lua_setfield(L, -2, "message");
    return lua_error(L);
}

int run_push_recorded(lua_State *L, const JournalRow *row) {
    lua_pushboolean(L, row->status == ENTRY_OK);
    lua_pushlstring(L, row->out.ptr ? row->out.ptr : "null", row->out.ptr ? row->out.len : 4);
    return 2;
}
