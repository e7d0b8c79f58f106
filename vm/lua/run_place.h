/* run_place.h - where a run is in its program and in its record: what the bindings of aios.run share.
 *
 *     Slice path = branch_next_path(branch);           // the identity of this call
 *     ReplayAnswer past = run_ask(L, branch, path, name, ahash);
 *     branch_end_path(branch);
 *
 * Floor:  lua.   Thread: loop thread only.
 */
#pragma once
#include "lua/engine.h"
#include "lua/run.h"
#include "lua/run_wait.h"
#include <stdarg.h>

Engine *run_engine(Run *run);
int64_t run_now(Run *run);                              /* Unix ms */
Slice   run_check_slice(lua_State *L, int index);       /* a text argument */
Effect  run_check_effect(lua_State *L, int index);
int     run_line(lua_State *L);                         /* in the program; 0 = unknown */

/* Writes a row of this run; what was said before is flushed first. */
void    run_record(Run *run, JournalRow *row, int64_t now_ms);

/* A record that is only gone through has come to the step that was asked for. */
bool    run_is_there(const Run *run);
#define RECORD_ENDS "the record ends here"

/* Ways to leave that the script cannot catch, and one it can. All are tail calls. */
__attribute__((format(printf, 4, 5)))
int     run_stop(lua_State *L, Run *run, RunState state, const char *fmt, ...);
/* args: JSON of what is called with now; ptr NULL: nothing to compare */
int     run_diverged(lua_State *L, Run *run, const JournalRow *row, Slice name, Slice path, Slice args);

/* What run_stop will say. */
__attribute__((format(printf, 3, 4)))
void    run_note_stop(Run *run, RunState state, const char *fmt, ...);
void    run_set_stop(Run *run, RunState state, const char *fmt, va_list args);

/* The error of a call that the top level did not make when the program was loaded, as JSON. */
void    run_new_at_top(Buf *out, Slice name);

/* ok, json of a recorded result */
int     run_push_recorded(lua_State *L, const JournalRow *row);

/* Parts of aios.run. */
int run_l_call(lua_State *L);                           /* lua_call.c */
int run_l_enter(lua_State *L);                          /* lua_scope.c */
int run_l_leave(lua_State *L);
int run_l_bound(lua_State *L);                          /* lua_bound.c */
int run_l_unbound(lua_State *L);
int run_l_shield(lua_State *L);
int run_l_cut(lua_State *L);
int run_l_wait(lua_State *L);                           /* lua_wait.c */
int run_l_now(lua_State *L);                            /* lua_chance.c */
int run_l_cpu(lua_State *L);
int run_l_random(lua_State *L);
int run_l_seed(lua_State *L);
int run_l_uuid(lua_State *L);
int run_l_own(lua_State *L);                            /* lua_own.c */
int run_l_path(lua_State *L);
int run_l_passes(lua_State *L);
int run_l_undone(lua_State *L);
int run_l_continued(lua_State *L);
int run_l_version(lua_State *L);
int run_l_testing(lua_State *L);                        /* lua_test.c */
int run_l_advance(lua_State *L);
int run_l_set_clock(lua_State *L);
int run_l_fire(lua_State *L);
int run_l_happen(lua_State *L);
int run_l_row(lua_State *L);
