/* run_end.h - how a run ends: its row, its result or its error, and what is said of it.
 *
 * Floor:  lua.   Thread: loop thread only.
 */
#pragma once
#include "lua/run.h"

/* The FiberDone of main. */
void run_main_done(Fiber *fiber, int status, int nresults);

/* It ends without having begun. */
void run_end_cancelled(Run *run);
