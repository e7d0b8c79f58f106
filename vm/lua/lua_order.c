#include "lua/lua_order.h"
#include <lauxlib.h>
#include <stdbool.h>
#include "lua/key_order.h"

enum { CLOSURE_KEYS = 200 };                            /* a C function has at most 255 upvalues */

/* upvalues of a walk; from KEYS on the keys themselves, or (PACKED) one table of them */
enum { TABLE = 1, AT, ITEMS, PACKED, KEYS };

/* Like next, for a table that had list items only: what is added meanwhile is not visited. */
static int l_list_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_next(L, 1) && lua_isinteger(L, -2)) return 2;
    lua_pushnil(L);
    return 1;
}

static bool push_walk_key(lua_State *L, lua_Integer i) {
    if (lua_toboolean(L, lua_upvalueindex(PACKED))) return lua_rawgeti(L, lua_upvalueindex(KEYS), i) != LUA_TNIL;
    if (lua_type(L, lua_upvalueindex(KEYS - 1 + (int)i)) == LUA_TNONE) return false;
    lua_pushvalue(L, lua_upvalueindex(KEYS - 1 + (int)i));
    return true;
}

/* The iterator of pairs for a table with keys other than 1..n. */
static int l_walk(lua_State *L) {
    const int table = lua_upvalueindex(TABLE);
    lua_Integer at = lua_isnoneornil(L, 2) ? 0 : lua_tointeger(L, lua_upvalueindex(AT));
    lua_Integer items = lua_tointeger(L, lua_upvalueindex(ITEMS));
    bool found = false;
    while (!found && ++at <= items) {
        lua_settop(L, 0);
        lua_pushinteger(L, at);
        found = lua_rawgeti(L, table, at) != LUA_TNIL;
    }
    while (!found) {
        lua_settop(L, 0);
        if (!push_walk_key(L, at - items)) break;
        lua_pushvalue(L, -1);
        found = lua_rawget(L, table) != LUA_TNIL;
        if (!found) at++;
    }
    lua_pushinteger(L, found ? at : at - 1);
    lua_replace(L, lua_upvalueindex(AT));
    if (found) return 2;
    lua_pushnil(L);
    return 1;
}

/* Stack: [table] [first key after the items]. Leaves the walk on top. */
static void push_walk(lua_State *L, lua_Integer items) {
    Rank rank;
    int base = lua_gettop(L) - 1, count = 0;
    bool asked = false;
    do {
        keys_reserve(L, count++);
        asked = key_rank(L, "pairs", asked, &rank);
        lua_pushvalue(L, -1);
    } while (lua_next(L, 1) && (lua_pop(L, 1), true));
    keys_sort(L, base, count);
    bool packed = count > CLOSURE_KEYS;
    if (packed) keys_pack(L, base, count), count = 1;
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    lua_pushinteger(L, items);
    lua_pushboolean(L, packed);
    lua_rotate(L, base + 1, KEYS - 1);
    lua_pushcclosure(L, l_walk, KEYS - 1 + count);
}

static int pairs_done(lua_State *L, int status, lua_KContext context) {
    (void)L; (void)status; (void)context;
    return 3;
}

/* pairs(t) -> iterator, t, nil */
static int l_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, pairs_done);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_Integer items = 0;
    bool more;
    lua_pushnil(L);
    while ((more = lua_next(L, 1))) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) != items + 1) break;
        items++;
    }
    if (more) push_walk(L, items);
    else lua_pushcfunction(L, l_list_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* Pushes a table with the metatable at `weak`. */
static void push_weak(lua_State *L, int weak) {
    lua_createtable(L, 0, 0);
    lua_pushvalue(L, weak);
    lua_setmetatable(L, -2);
}

void order_install(lua_State *L, int env_index) {
    int env = lua_absindex(L, env_index);
    luaL_checkstack(L, 5, NULL);
    lua_pushcfunction(L, l_pairs);
    lua_setfield(L, env, "pairs");
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    int weak = lua_gettop(L);
    push_weak(L, weak);
    push_weak(L, weak);
    lua_pushcclosure(L, order_next, 2);
    lua_setfield(L, env, "next");
    push_weak(L, weak);
    lua_pushcclosure(L, order_tostring, 1);
    lua_setfield(L, env, "tostring");
    lua_pop(L, 1);
}
