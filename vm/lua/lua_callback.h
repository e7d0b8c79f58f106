/* lua_callback.h - sort and gsub, which call back into Lua and cannot be left half-way.
 *
 * A fiber whose time is over inside one of them gives up its turn as soon as the function is
 * done. Until then it runs without a hook: a count hook makes every instruction slow.
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: none.
 */
#pragma once
#include <lua.h>
#include <stdbool.h>

/* Puts table.sort and string.gsub that keep this promise in the place of Lua's own. */
void callback_install(lua_State *L);

/* One of them is at work on this thread (within the innermost levels) and will call fiber_preempt when it is done. */
bool callback_is_at_work(lua_State *L);
