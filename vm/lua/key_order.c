#include "lua/key_order.h"
#include <lauxlib.h>
#include <stdlib.h>

enum { FEW_KEYS = 32 };
enum { KIND_ITEM, KIND_WHOLE, KIND_FRACTION, KIND_STRING, KIND_BOOLEAN, KIND_OBJECT };

static const uint64_t SIGN = (uint64_t)1 << 63;

/* The first bytes as a number that orders as they do. */
static uint64_t first_bytes(const char *text, size_t len) {
    uint64_t high = 0;
    for (size_t i = 0; i < 8; i++) high = high << 8 | (i < len ? (unsigned char)text[i] : 0u);
    return high;
}

static uint64_t of_double(double real) {
    uint64_t bits;
    memcpy(&bits, &real, 8);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static void rank_of(lua_State *L, int index, Rank *out) {
    *out = (Rank){ 0 };
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        out->kind = KIND_STRING;
        out->text = lua_tolstring(L, index, &out->len);
        out->high = first_bytes(out->text, out->len);
        return;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            lua_Integer i = lua_tointeger(L, index);
            out->kind = i >= 1 ? KIND_ITEM : KIND_WHOLE;
            out->high = (uint64_t)i ^ SIGN;
        } else {
            out->kind = KIND_FRACTION;
            out->high = of_double(lua_tonumber(L, index));
        }
        return;
    case LUA_TBOOLEAN:
        out->kind = KIND_BOOLEAN;
        out->high = (uint64_t)lua_toboolean(L, index);
        return;
    default:
        out->kind = KIND_OBJECT;
    }
}

static int order_of(const Rank *a, const Rank *b) {
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->high != b->high) return a->high < b->high ? -1 : 1;
    if (a->kind != KIND_STRING) return 0;
    return slice_order(slice_make(a->text, a->len), slice_make(b->text, b->len));
}

bool rank_is_below(const Rank *a, const Rank *b) { return order_of(a, b) < 0; }

static int compare(const void *a, const void *b) { return order_of(a, b); }

static void sort(Rank *ranks, size_t count) {
    if (count > 16) {
        qsort(ranks, count, sizeof *ranks, compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        Rank rank = ranks[i];
        size_t at = i;
        for (; at > 0 && rank_is_below(&rank, &ranks[at - 1]); at--) ranks[at] = ranks[at - 1];
        ranks[at] = rank;
    }
}

bool key_has_place(lua_State *L, int index) {
    int type = lua_type(L, index);
    return type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
}

void keys_need_no_place(lua_State *L, const char *function) {
    const char *type = luaL_typename(L, -1);
    if (lua_getfield(L, LUA_REGISTRYINDEX, KEYS_WITHOUT_PLACE) == LUA_TNIL)
        luaL_error(L, "%s over a table keyed by a %s has no order that a replay could repeat; "
                   "keep the keys in a list as well and walk that", function, type);
    lua_pushstring(L, function);
    lua_pushstring(L, type);
    lua_call(L, 2, 0);
}

bool key_rank(lua_State *L, const char *function, bool asked, Rank *out) {
    rank_of(L, -1, out);
    if (out->kind == KIND_OBJECT && !asked) keys_need_no_place(L, function);
    return asked || out->kind == KIND_OBJECT;
}

void keys_reserve(lua_State *L, int count) {
    if (count % 64 == 0) luaL_checkstack(L, 64 + LUA_MINSTACK, "too many keys to sort");
}

void keys_sort(lua_State *L, int base, int count) {
    Rank few[FEW_KEYS], *ranks = few;
    luaL_checkstack(L, count + LUA_MINSTACK, "too many keys to sort");
    if (count > FEW_KEYS) ranks = lua_newuserdatauv(L, (size_t)count * sizeof *ranks, 0);
    else lua_pushnil(L);
    for (int i = 0; i < count; i++) {
        rank_of(L, base + 1 + i, &ranks[i]);
        if (ranks[i].kind == KIND_OBJECT) ranks[i].high = (uint64_t)i;          /* they stay in the order they came in */
        ranks[i].slot = base + 1 + i;
    }
    sort(ranks, (size_t)count);
    for (int i = 0; i < count; i++) lua_pushvalue(L, ranks[i].slot);
    for (int i = count; i > 0; i--) lua_replace(L, base + i);
    lua_pop(L, 1);
}

void keys_pack(lua_State *L, int base, int count) {
    lua_createtable(L, count, 0);
    lua_insert(L, base + 1);
    for (int i = count; i > 0; i--) lua_rawseti(L, base + 1, i);
}
