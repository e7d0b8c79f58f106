/* coverage.h - how often each line of a program was executed.
 *
 * Only asked for by `aios test --coverage`: a hook on every line costs several times the run, so a
 * state without a Coverage has none.
 *
 *     lua_sethook(co, coverage_hook, LUA_MASKLINE, 0);        // the state's Vm has it
 *     coverage_push(L, coverage);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: belongs to the engine; outlives the states that count into it.
 */
#pragma once
#include <lua.h>

typedef struct Coverage Coverage;

Coverage *coverage_new(void);
void coverage_free(Coverage *coverage);

/* Counts one line of a chunk whose name is a path. */
void coverage_hook(lua_State *L, lua_Debug *at);

/* Adds path = { [line] = times } for every file to the table on top. */
void coverage_push(lua_State *L, const Coverage *coverage);
