/* Lua to JSON: one scan of a table says what it is, then its parts follow in order. */
#include "base/base64.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "lua/number.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct { Slice text; int slot; } Key;   /* slot: where on the stack, which keeps it alive */

typedef struct {                            /* one step of the way from the value to where we are */
    Slice       key;
    lua_Integer index;                      /* 0: key counts */
    const void *table;
} Step;

typedef struct {
    lua_State *L;
    Buf       *out;
    Err       *err;
    Key       *keys;                        /* of every object that is open */
    size_t     key_count, key_cap, start;   /* start: out->len at the beginning */
    int        depth;
    bool       pretty, ok;
    Step       path[VALUE_DEPTH_MAX];
} Encoder;

typedef struct {                            /* what a table's keys look like */
    size_t      names, items;
    lua_Integer highest;
    const char *bad;                        /* a key JSON cannot have */
} Shape;

static bool is_name(Slice key) {
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return key.len > 0 && key.len <= 60;
}

/* "value.items[3].x <why>" */
static bool refuse(Encoder *e, const char *why) {
    Buf path;
    buf_init(&path);
    buf_add_text(&path, "value");
    for (int i = 0; i < e->depth; i++) {
        Step *step = &e->path[i];
        if (path.len > 200) break;
        if (step->index) buf_printf(&path, "[%lld]", (long long)step->index);
        else if (is_name(step->key)) buf_printf(&path, ".%.*s", (int)step->key.len, step->key.ptr);
        else if (!utf8_is_valid(step->key)) buf_add_text(&path, "[?]");
        else {
            buf_add_byte(&path, '[');
            quote_add(&path, utf8_clip(step->key, 60));
            buf_add_byte(&path, ']');
        }
    }
    err_set(e->err, "invalid", "%s %s", buf_text(&path), why);
    buf_drop(&path);
    return false;
}

static bool fits(Encoder *e, size_t more) {
    if (e->out->len - e->start + more <= VALUE_SIZE_MAX) return true;
    return err_set(e->err, "too_big", "the value is larger than %d MiB as JSON; keep large data in files and pass the path",
                   VALUE_SIZE_MAX >> 20);
}

static void break_line(Encoder *e) {
    if (!e->pretty) return;
    buf_add_byte(e->out, '\n');
    for (int i = 0; i < e->depth; i++) buf_add(e->out, "  ", 2);
}

static bool encode_string(Encoder *e, int index) {
    Slice text;
    text.ptr = lua_tolstring(e->L, index, &text.len);
    if (!fits(e, text.len)) return false;
    if (utf8_is_valid(text)) return quote_add(e->out, text), true;
    buf_add_text(e->out, "{\"$bytes\":\"");
    base64_add(e->out, text);
    buf_add_text(e->out, "\"}");
    return true;
}

static bool encode_number(Encoder *e, int index) {
    char text[NUMBER_SIZE];
    if (lua_isinteger(e->L, index))
        return buf_add(e->out, text, number_format_integer(lua_tointeger(e->L, index), text)), true;
    double real = lua_tonumber(e->L, index);
    if (isnan(real)) return refuse(e, "is not a number JSON can hold (nan)");
    if (isinf(real)) return refuse(e, "is not a number JSON can hold (inf)");
    return buf_add(e->out, text, number_format(real, text)), true;
}

/* The string on top of the stack is a key and stays there. */
static bool add_key(Encoder *e) {
    if (e->key_count % 64 == 0 && !lua_checkstack(e->L, 64 + LUA_MINSTACK))
        return err_set(e->err, "too_big", "an object has too many names, or no memory is left");
    if (e->key_count == e->key_cap) {
        e->key_cap = e->key_cap ? e->key_cap * 2 : 16;
        e->keys = mem_resize(e->keys, e->key_cap * sizeof *e->keys);
    }
    Key *key = &e->keys[e->key_count++];
    key->text.ptr = lua_tolstring(e->L, -1, &key->text.len);
    key->slot = lua_gettop(e->L);
    lua_pushvalue(e->L, -1);
    return true;
}

/* Leaves the string keys on the stack. */
static bool scan(Encoder *e, int table, Shape *shape) {
    lua_State *L = e->L;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) {
            if (!add_key(e)) return false;
            shape->names++;
        } else if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1) {
            lua_Integer i = lua_tointeger(L, -1);
            shape->items++;
            if (i > shape->highest) shape->highest = i;
        } else {
            shape->bad = lua_type(L, -1) == LUA_TNUMBER ? "number below 1 or with a fraction" : luaL_typename(L, -1);
        }
    }
    return true;
}

static bool check_shape(Encoder *e, const Shape *shape, bool marked) {
    char why[200];
    if (shape->bad) {
        snprintf(why, sizeof why, "has a %s as a key; JSON keys are text: use tostring(key)", shape->bad);
        return refuse(e, why);
    }
    if (shape->names && (shape->items || marked)) {
        Slice name = utf8_clip(e->keys[e->key_count - shape->names].text, 40);
        if (!utf8_is_valid(name)) name = slice_of("?");
        snprintf(why, sizeof why, "is a list and has the field '%.*s' too; put the list into a field of its own",
                 (int)name.len, name.ptr);
        return refuse(e, why);
    }
    if ((lua_Integer)shape->items < shape->highest) {
        snprintf(why, sizeof why, "is a list with holes (%zu items, the last is [%lld]); fill them with json.null, "
                 "or use text keys: tostring(key)", shape->items, (long long)shape->highest);
        return refuse(e, why);
    }
    return true;
}

static int by_bytes(const void *a, const void *b) {
    return slice_order(((const Key *)a)->text, ((const Key *)b)->text);
}

static void sort_keys(Key *keys, size_t count) {
    if (count > 12) qsort(keys, count, sizeof *keys, by_bytes);
    else for (size_t i = 1; i < count; i++) {
        Key key = keys[i];
        size_t at = i;
        for (; at > 0 && by_bytes(&keys[at - 1], &key) > 0; at--) keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

/* "$bytes", "$$bytes", ...: the keys that need one more '$' when alone */
static bool is_reserved(Slice key) {
    size_t dollars = 0;
    while (dollars < key.len && key.ptr[dollars] == '$') dollars++;
    return dollars > 0 && slice_is(slice_make(key.ptr + dollars, key.len - dollars), "bytes");
}

static bool encode_any(Encoder *e, int index);

static bool encode_list(Encoder *e, int table, lua_Integer count) {
    Step *step = &e->path[e->depth++];
    buf_add_byte(e->out, '[');
    for (lua_Integer i = 1; i <= count; i++) {
        if (i > 1) buf_add_byte(e->out, ',');
        break_line(e);
        step->index = i;
        lua_rawgeti(e->L, table, i);
        if (!encode_any(e, lua_gettop(e->L))) return false;
        lua_pop(e->L, 1);
    }
    e->depth--;
    if (count) break_line(e);
    buf_add_byte(e->out, ']');
    return true;
}

static bool encode_object(Encoder *e, int table, size_t count) {
    Step *step = &e->path[e->depth++];
    size_t first = e->key_count - count;
    sort_keys(e->keys + first, count);
    buf_add_byte(e->out, '{');
    for (size_t i = 0; i < count; i++) {
        Slice key = e->keys[first + i].text;
        step->index = 0;
        step->key = key;
        if (!fits(e, key.len)) return false;
        if (!utf8_is_valid(key)) return refuse(e, "has a name that is not UTF-8 text");
        if (i > 0) buf_add_byte(e->out, ',');
        break_line(e);
        quote_add(e->out, key);
        if (count == 1 && is_reserved(key)) {           /* "$bytes" -> "$$bytes" */
            e->out->len -= key.len + 1;
            buf_add_byte(e->out, '$');
            buf_add_slice(e->out, key);
            buf_add_byte(e->out, '"');
        }
        buf_add_text(e->out, e->pretty ? ": " : ":");
        lua_pushvalue(e->L, e->keys[first + i].slot);
        lua_rawget(e->L, table);
        if (!encode_any(e, lua_gettop(e->L))) return false;
        lua_pop(e->L, 1);
    }
    e->depth--;
    if (count) break_line(e);
    buf_add_byte(e->out, '}');
    return true;
}

static bool refuse_depth(Encoder *e, const void *table) {
    for (int i = 0; i < e->depth; i++) if (e->path[i].table == table) return refuse(e, "contains itself; JSON has no cycles");
    return refuse(e, "lies more than 64 levels deep");
}

static bool encode_table(Encoder *e, int table) {
    const void *self = lua_topointer(e->L, table);
    if (e->depth == VALUE_DEPTH_MAX) return refuse_depth(e, self);
    if (!lua_checkstack(e->L, LUA_MINSTACK)) return err_set(e->err, "limit", "no memory left to write the value");
    e->path[e->depth].table = self;
    int top = lua_gettop(e->L);
    size_t keys = e->key_count;
    Shape shape = { 0 };
    if (!scan(e, table, &shape)) return false;
    bool marked = value_is_list(e->L, table);
    if (!check_shape(e, &shape, marked)) return false;
    bool is_list = shape.items || (marked && !shape.names);
    if (!(is_list ? encode_list(e, table, shape.highest) : encode_object(e, table, shape.names))) return false;
    e->key_count = keys;
    lua_settop(e->L, top);
    return true;
}

static bool encode_any(Encoder *e, int index) {
    if (!fits(e, 0)) return false;
    switch (lua_type(e->L, index)) {
    case LUA_TNIL:     return buf_add(e->out, "null", 4), true;
    case LUA_TBOOLEAN: return buf_add_text(e->out, lua_toboolean(e->L, index) ? "true" : "false"), true;
    case LUA_TNUMBER:  return encode_number(e, index);
    case LUA_TSTRING:  return encode_string(e, index);
    case LUA_TTABLE:   return encode_table(e, index);
    default: break;
    }
    if (value_is_null(e->L, index)) return buf_add(e->out, "null", 4), true;
    char why[120];
    snprintf(why, sizeof why, "is a %s; JSON holds text, numbers, booleans, lists and tables of them", luaL_typename(e->L, index));
    return refuse(e, why);
}

static int run(lua_State *L) {
    Encoder *e = lua_touserdata(L, 1);
    e->ok = encode_any(e, 2);
    return 0;
}

/* Lua raises when memory runs out; the call is protected so that it comes back as an Err. */
static bool encode(lua_State *L, int index, Encoder *e) {
    e->L = L;
    e->start = e->out->len;
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 3)) return err_set(e->err, "limit", "no memory left to write the value");
    lua_pushcfunction(L, run);
    lua_pushlightuserdata(L, e);
    lua_pushvalue(L, index);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        e->ok = err_set(e->err, "limit", "no memory left to write the value");
    }
    free(e->keys);
    if (!e->ok && e->out->ptr) e->out->ptr[e->out->len = e->start] = 0;
    return e->ok;
}

bool value_encode(lua_State *L, int index, Buf *out, Err *err) {
    Encoder e = { .out = out, .err = err };
    return encode(L, index, &e);
}

bool value_encode_pretty(lua_State *L, int index, Buf *out, Err *err) {
    Encoder e = { .out = out, .err = err, .pretty = true };
    return encode(L, index, &e);
}
