/* next for runs. Without a memory of its own each call would have to look for the key above the
 * last one, so two weak tables remember sorted keys for tables that are being walked or emptied. */
#include <lauxlib.h>
#include "lua/key_order.h"
#include "lua/lua_order.h"

enum { MANY_KEYS = 32 };                                /* from here on next(t) remembers */

/* upvalues; both: table -> list of sorted keys, [0] = the place of the key given last */
#define WALKS lua_upvalueindex(1)                       /* the keys of a walk, after its first */
#define HEADS lua_upvalueindex(2)                       /* the keys next(t) alone goes through; `true`: it was called once */

/* cache[table at 1] = value on top of the stack, which it pops. */
static void remember(lua_State *L, int cache) {
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_rawset(L, cache);
}

/* The list at index 3: pushes its first key from `at` on that the table still has, and its value. */
static bool push_live(lua_State *L, lua_Integer at) {
    for (; lua_settop(L, 3), lua_rawgeti(L, 3, at) != LUA_TNIL; at++) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) == LUA_TNIL) continue;
        lua_pushinteger(L, at);
        lua_rawseti(L, 3, 0);
        return true;
    }
    return false;
}

/* Puts a sorted list of the table's keys at index 3: those above `from`, or all but the key at index 2. */
static void push_keys(lua_State *L, const Rank *from) {
    Rank rank;
    int count = 0, base = 2;
    bool asked = false;
    lua_settop(L, 2);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        asked = key_rank(L, "next", asked, &rank);
        if (from ? !rank_is_below(from, &rank) : lua_rawequal(L, -1, 2)) continue;
        keys_reserve(L, count++);
        lua_pushvalue(L, -1);
    }
    keys_sort(L, base, count);
    keys_pack(L, base, count);
}

/* The same for a key without a place: what Lua's own walk has behind it, less the keys that came before it here. */
static void push_keys_behind(lua_State *L) {
    int count = 0;
    keys_need_no_place(L, "next");
    lua_settop(L, 2);
    lua_newtable(L);
    lua_pushvalue(L, 2);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        if (key_has_place(L, -1)) continue;
        lua_pushvalue(L, -1);
        lua_rawseti(L, 3, ++count);
    }
}

/* Pushes the lowest key and its value, or nil; returns how many keys there are. */
static int push_lowest(lua_State *L) {
    Rank rank, least = { 0 };
    int count = 0;
    bool asked = false;
    lua_settop(L, 2);                                   /* [2] the lowest so far */
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        asked = key_rank(L, "next", asked, &rank);
        if (count++ > 0 && !rank_is_below(&rank, &least)) continue;
        least = rank;
        lua_pushvalue(L, -1);
        lua_replace(L, 2);
    }
    lua_pushvalue(L, 2);
    if (count == 0) return 0;
    lua_pushvalue(L, 2);
    lua_rawget(L, 1);
    return count;
}

/* next(t): the lowest key. Asked again of a large table (is it empty? take one out), it goes through
 * the keys it sorted then: added ones come when those are used up. */
static int first_pair(lua_State *L) {
    lua_pushnil(L);
    remember(L, WALKS);                                 /* a walk that was left early */
    lua_pushinteger(L, 1);
    if (lua_rawgeti(L, 1, 1) != LUA_TNIL) return 2;
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    int known = lua_rawget(L, HEADS);
    if (known == LUA_TTABLE) {
        lua_rawgeti(L, 3, 0);
        if (push_live(L, lua_tointeger(L, -1))) return 2;
    }
    if (known == LUA_TBOOLEAN) {
        push_keys(L, NULL);
        lua_pushvalue(L, 3);
        remember(L, HEADS);
        if (push_live(L, 1)) return 2;
    }
    int count = push_lowest(L);
    if (known != LUA_TNIL || count > MANY_KEYS) {
        if (count > MANY_KEYS) lua_pushboolean(L, 1);
        else lua_pushnil(L);
        remember(L, HEADS);
    }
    return count ? 2 : 1;
}

/* The key at index 2 is where a walk may begin that next(t) gave a remembered key to. */
static bool is_head(lua_State *L) {
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, HEADS) != LUA_TTABLE) return false;
    lua_rawgeti(L, 3, 0);
    lua_rawgeti(L, 3, lua_tointeger(L, -1));
    return lua_rawequal(L, -1, 2);
}

/* A key that the table does not have: Lua knows whether it had it, and raises if not. 1.0 is no key, t[1.0] is t[1]. */
static void check_key(lua_State *L) {
    lua_Integer whole;
    bool as_float = lua_type(L, 2) == LUA_TNUMBER && !lua_isinteger(L, 2) && lua_numbertointeger(lua_tonumber(L, 2), &whole) &&
                    (lua_Number)whole == lua_tonumber(L, 2);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 1) != LUA_TNIL && !as_float) return;
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    lua_next(L, 1);
}

/* Leaves the keys of the walk at index 3; returns the place of the key at index 2 in them, 0 before the first. */
static lua_Integer find_walk(lua_State *L) {
    Rank from;
    lua_pushvalue(L, 1);
    if (lua_rawget(L, WALKS) == LUA_TTABLE) {
        lua_rawgeti(L, 3, 0);
        lua_Integer at = lua_tointeger(L, -1);
        lua_rawgeti(L, 3, at);
        if (lua_rawequal(L, -1, 2)) return at;
    }
    bool all = is_head(L);
    check_key(L);
    lua_settop(L, 2);
    if (!all && !key_has_place(L, 2)) push_keys_behind(L);
    else {
        key_rank(L, "next", true, &from);
        push_keys(L, all ? NULL : &from);
    }
    lua_pushvalue(L, 3);
    remember(L, WALKS);
    return 0;
}

int order_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) return first_pair(L);
    if (lua_isinteger(L, 2) && lua_tointeger(L, 2) >= 1 && lua_tointeger(L, 2) < LUA_MAXINTEGER) {
        lua_pushinteger(L, lua_tointeger(L, 2) + 1);
        if (lua_rawgeti(L, 1, lua_tointeger(L, 2) + 1) != LUA_TNIL) return 2;
        lua_settop(L, 2);
    }
    lua_Integer at = find_walk(L);
    if (push_live(L, at + 1)) return 2;
    lua_settop(L, 2);
    lua_pushnil(L);
    remember(L, WALKS);
    lua_pushnil(L);
    return 1;
}
