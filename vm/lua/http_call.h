/* http_call.h - what lua_http.c and lua_http_stream.c share: a request as Lua writes it.
 *
 *     HttpCall call;
 *     if (!http_call_read(L, 1, &client, &call, &err)) return err_push(L, &err);
 *     call.ctx = op; call.allow = ...; call.on_done = ...;
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: an HttpCall borrows the strings of the table it was read from and one userdata left on the stack.
 */
#pragma once
#include "base/buf.h"
#include "lua/await.h"
#include "net/http_client.h"

/* Reads the table at `index`: { method=, url=, headers=, body=, timeout=, connect=, first_byte=, stall=, max=, follow= },
 * times in seconds, sizes in bytes. Asks the gate for `net` and opens the state's client when needed. Raises for a
 * caller's mistake and for a refusal. Leaves one value on the stack, also when it fails. */
bool http_call_read(lua_State *L, int index, HttpClient **client, HttpCall *call, Err *err);

/* Asks the gate for a redirect's address on behalf of the fiber that waits in `op`. */
bool http_call_allow(Await *op, const Url *url, Err *err);

/* Keeps an answer's headers in `heads`, and pushes them from there as { name = value }; the values of a name that came
 * more than once are joined by ", ". */
void http_heads_keep(Buf *heads, const HttpReply *reply);
void http_heads_push(lua_State *L, const Buf *heads);

/* lua_http_download.c */
int  l_http_download(lua_State *L);

/* lua_http_stream.c */
int  l_http_open(lua_State *L);
void http_stream_register(lua_State *L);
