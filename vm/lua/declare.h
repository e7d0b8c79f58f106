/* declare.h - what stdlib/flow.lua says of a workflow, turned into a job of the scheduler.   Floor: lua. */
#pragma once
#include "work/sched.h"
#include <lua.h>

/* L: any state, used for decoding the JSON; its stack is left as it was. */
bool declare_job(lua_State *L, const char *json, Sched *sched, Err *err);
