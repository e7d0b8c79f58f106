/* inlet.h - letters that branches of a run wait for: signals, answers of people, ends of other runs.
 *
 * A letter is handed over in the commit of the row that records it, so it is received once, and at the same
 * place again on every replay.
 *
 * Floor:  lua.   Thread: loop thread only.
 */
#pragma once
#include "lua/run.h"

/* The names of the letters that the branches of the run wait for now, with ", " between. */
void inlet_names(Run *run, Buf *out);

/* A person's answer is among them. */
bool inlet_asks(const Run *run);

/* One of them is in the inbox. */
bool inlet_has_letter(Run *run);

/* receive(step, letter, seconds | nil) -> true, json | false, json of the error; null when the time was over */
int run_l_receive(lua_State *L);
