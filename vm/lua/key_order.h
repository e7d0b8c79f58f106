/* key_order.h - the total order of table keys that a replay can repeat.
 *
 *     Rank rank;
 *     bool asked = key_rank(L, "pairs", false, &rank);     raises for a key without a place, if those are refused
 *     keys_sort(L, base, count);
 *
 * Tables, functions, userdata and threads have no such place. They are refused, unless the registry has a function at
 * KEYS_WITHOUT_PLACE: that is called with the names of the function (pairs, next) and of the key's type, and raises or
 * not. Then they come behind all other keys, in Lua's own order.
 *
 * Floor:  lua.   Memory: Lua's; a Rank borrows the string it was made of.
 */
#pragma once
#include <lua.h>
#include <stdint.h>
#include "base/slice.h"

typedef struct {
    uint64_t    high;           /* decides unless equal: the number, or the first 8 bytes of the string */
    const char *text;           /* strings only */
    size_t      len;
    int         kind, slot;     /* kind: numbers before strings before booleans before the rest; slot: free for the caller */
} Rank;

bool rank_is_below(const Rank *a, const Rank *b);

#define KEYS_WITHOUT_PLACE "aios.keys_without_place"

bool key_has_place(lua_State *L, int index);

/* The key on top of the stack has none: may `function` go on? Raises if not. */
void keys_need_no_place(lua_State *L, const char *function);

/* The rank of the key on top of the stack. `asked`: keys without a place are known to be welcome; returns whether they are now. */
bool key_rank(lua_State *L, const char *function, bool asked, Rank *out);

/* Room for one more key on the stack, which holds `count` by now. Raises when there are too many. */
void keys_reserve(lua_State *L, int count);

/* Sorts the keys in the `count` slots above `base`. */
void keys_sort(lua_State *L, int base, int count);

/* Moves the `count` slots above `base` into a new list, which takes the slot base + 1. */
void keys_pack(lua_State *L, int base, int count);
