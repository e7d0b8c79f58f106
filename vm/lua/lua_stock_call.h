/* lua_stock_call.h - how the stock interpreter calls a chunk and says what went wrong.
 *
 *     int status = luaL_loadfile(L, path);
 *     if (status == LUA_OK) status = lua_stock_call(L, 0, 0);
 *     if (!lua_stock_report(L, status, "lua")) return 0;
 *
 * While a chunk runs, SIGINT raises "interrupted!" in it; a second one ends the process.
 *
 * Floor:  lua.   Memory: none.
 */
#pragma once
#include <lua.h>
#include <stdbool.h>

/* Like lua_pcall; the message of an error is a text with a traceback. SIGINT has its default action after it. */
int lua_stock_call(lua_State *L, int nargs, int nresults);

/* True if `status` is LUA_OK; otherwise pops the message and writes it, after `name` unless that is NULL. */
bool lua_stock_report(lua_State *L, int status, const char *name);

/* Writes one message to stderr, after `name` unless that is NULL. */
void lua_stock_say(const char *name, const char *message);
