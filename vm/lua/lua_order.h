/* lua_order.h - pairs, next and tostring that show the same thing on every replay.
 *
 * Stock Lua visits string keys in an order that differs from process to process and
 * prints addresses. Inside a run both would break the replay from the journal.
 *
 *     lua_createtable(L, 0, 40);          the globals of a run
 *     order_install(L, -1);
 *
 * The order: whole numbers from 1 up, other whole numbers, fractions, strings by
 * bytes, false, true; each ascending. Keys that are tables, functions, userdata or
 * threads have no order that could be replayed: pairs and next raise an error, or
 * visit them last in Lua's own order (KEYS_WITHOUT_PLACE in key_order.h).
 * While a table is walked its fields may be assigned and set to nil, as in stock
 * Lua; fields added meanwhile are not visited.
 *
 * A list costs one extra scan and then the stock iteration. Other tables are sorted
 * once, when the walk begins. next(t) is O(1) for a list and for an empty table. Of
 * other tables it is one scan; asked of a large one again and again (is it empty yet?)
 * it is O(1) too, and then new keys come after those that were there.
 *
 * tostring numbers tables, functions, threads and userdata in the order in which they
 * are first shown ("table: 0x00000001"), from 1 for each order_install. It honours
 * __tostring and __name.
 *
 * Floor:  lua.
 * Memory: three weak tables live as long as the functions installed.
 */
#pragma once
#include <lua.h>

/* Sets pairs, next and tostring in the table at `env_index`. May raise for want of memory. */
void order_install(lua_State *L, int env_index);

/* next(t [, key]) -> key, value | nil ; upvalues: two tables with weak keys */
int order_next(lua_State *L);
/* tostring(v) -> text ; upvalue: a table with weak keys */
int order_tostring(lua_State *L);
