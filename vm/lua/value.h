/* value.h - Lua values as JSON text and back: the one strict codec of the house.
 *
 * Approval, execution, journal and wire all see the same bytes, so one value has
 * exactly one text and a text that could be read in two ways is refused.
 *
 *     Buf out;
 *     buf_init(&out);
 *     if (!value_encode(L, -1, &out, &err)) ...     nothing was added to `out`
 *     if (!value_decode(L, buf_slice(&out), &err)) ...   else one value was pushed
 *
 *   Lua                          JSON
 *   nil in a field               the field is absent (a nil on its own is null)
 *   value_push_null, json.null   null
 *   integer                      exact int64 (-0 is 0); a whole number outside it is
 *                                read as a float if a float holds it exactly, else refused
 *   float                        shortest text that reads back, always with . or e: 3.0
 *   nan, inf                     refused, both ways (1e400 too)
 *   string, UTF-8                string; \u0000 is a NUL byte, lone surrogates are refused
 *   string, other bytes          {"$bytes":"base64"}
 *   table with keys 1..n         list; lists read from JSON carry a mark, so they
 *                                are written as [] again when empty
 *   table with string keys, {}   object, keys sorted by bytes
 *   other tables, functions,     refused; the message names the place:
 *   userdata, threads, cycles      "value.items[3].x is a function ..."
 *
 * An object whose only key is "$bytes" stands for bytes. So that every object can
 * be written, one whose only key is '$', more '$'s, "bytes" gains one '$' when
 * written and loses one when read: {["$bytes"]=1} <-> {"$$bytes":1}.
 *
 * Floor:  lua - uses base.   Access is raw: no metamethod runs.
 * Errors: "invalid" (cannot be JSON, is not JSON), "too_big" (VALUE_SIZE_MAX),
 *         "limit" (the state's memory cap). Nothing is raised into Lua.
 * Memory: the caller owns `out`; nothing else outlives a call.
 */
#pragma once
#include <lua.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum {
    VALUE_DEPTH_MAX = 64,                   /* lists and objects inside each other */
    VALUE_SIZE_MAX  = 64 * 1024 * 1024,     /* bytes of text, both ways */
};

/* Appends the canonical text of the value at `index`. On failure `out` is as it was. */
bool value_encode(lua_State *L, int index, Buf *out, Err *err);

/* The same value for people: two-space indentation, one item a line. */
bool value_encode_pretty(lua_State *L, int index, Buf *out, Err *err);

/* Reads one JSON text (RFC 8259, no trailing bytes) and pushes its value. On failure
 * nothing is pushed and the message begins with "offset N:", N bytes from the start. */
bool value_decode(lua_State *L, Slice text, Err *err);

void value_push_null(lua_State *L);                     /* light userdata NULL: equal in every state */
bool value_is_null(lua_State *L, int index);            /* that value; nil is not */

/* Marks the table at `index` as a list, so that it is written as [] when empty. */
void value_mark_list(lua_State *L, int index);
bool value_is_list(lua_State *L, int index);            /* carries the mark */

/* require "aios.json": encode(v [, {pretty=true}]) -> text | nil, err ; decode(text) -> v | nil, err ;
 * null ; array(t) -> t marked as a list. The mark is a metatable scripts cannot change. */
int luaopen_aios_json(lua_State *L);
