/* key_order.h - the total order of table keys that a replay can repeat.
 *
 *     Rank rank;
 *     key_rank(L, "pairs", &rank);         raises for a key without a place
 *     keys_sort(L, base, count);
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
    int         kind, slot;     /* kind: numbers before strings before booleans; slot: free for the caller */
} Rank;

bool rank_is_below(const Rank *a, const Rank *b);

/* The rank of the key on top of the stack. Raises, in the name of `function`, for tables,
 * functions, userdata and threads: they have no order that a replay could repeat. */
void key_rank(lua_State *L, const char *function, Rank *out);

/* Room for one more key on the stack, which holds `count` by now. Raises when there are too many. */
void keys_reserve(lua_State *L, int count);

/* Sorts the keys in the `count` slots above `base`. */
void keys_sort(lua_State *L, int base, int count);

/* Moves the `count` slots above `base` into a new list, which takes the slot base + 1. */
void keys_pack(lua_State *L, int base, int count);
