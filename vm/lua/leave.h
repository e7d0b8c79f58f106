/* leave.h - a run whose branches all wait for long leaves memory: its row says when it wakes.
 *
 * Floor:  lua.   Thread: loop thread only.
 */
#pragma once
#include "lua/run.h"

/* Every branch waits: nothing to do, or leave. */
void run_settle(Run *run);

/* The run is being freed while its row is written. */
void leave_forget(Run *run);

/* It is needed again: it stays. */
void leave_stay(Run *run);
