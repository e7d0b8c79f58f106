/* lua_stock_prompt.h - the interactive mode of `aios lua`.   Floor: lua.   Memory: the line being typed. */
#pragma once
#include <lua.h>

/* Reads, runs and prints until stdin ends; an error is written and forgotten. Empties the stack.
 * Raises only what `_PROMPT` raises when it is turned into text. */
void lua_stock_prompt(lua_State *L);
