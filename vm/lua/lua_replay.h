/* lua_replay.h - the part of `aios.engine` that goes through a record.   Floor: lua. */
#pragma once
#include <lauxlib.h>

/* replay{ path, run, until, source, memory } -> { how, state, output, text, locals, line } | nil, err */
int engine_l_replay(lua_State *L);
