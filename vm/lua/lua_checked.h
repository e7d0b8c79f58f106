/* lua_checked.h - stock functions behind a check, with the stock function's own messages.
 *
 * Floor:  lua.   Memory: Lua's.
 */
#pragma once
#include <lua.h>

/* checked(stock, check [, after]) -> a function. It calls check(...) with its arguments, which raises, or returns
 *   nothing         the stock function is called with them,
 *   false, ...      it is called with these instead,
 *   true, ...       it is not called, these are the results.
 * It is called in the frame of the new function: what it says of its caller is said of ours. after(...) is given its results
 * and returns those that count. `check` may wait, `after` may not. */
int script_l_checked(lua_State *L);
