/* JSON to Lua, straight onto the stack: no tree in between. */
#include "base/base64.h"
#include "base/utf8.h"
#include "lua/number.h"
#include "lua/value.h"
#include <stdio.h>

/* Parts wait on the stack until the table's size is known: one allocation instead of a rehash at 1, 2, 4, 8. */
enum { ITEMS_WAITING = 64, PAIRS_WAITING = 16 };

typedef struct {
    lua_State  *L;
    const char *start, *at, *end;
    Buf         scratch;                    /* a string with escapes */
    Err        *err;
    int         depth;
    bool        ok;
} Decoder;

static bool refuse_at(Decoder *d, const char *at, const char *why) {
    return err_set(d->err, "invalid", "offset %zu: %s", (size_t)(at - d->start), why);
}

static bool refuse(Decoder *d, const char *expected) {
    char why[160];
    if (d->at >= d->end) snprintf(why, sizeof why, "the text ends, expected %s", expected);
    else if (*d->at >= ' ' && *d->at <= '~') snprintf(why, sizeof why, "expected %s, got '%c'", expected, *d->at);
    else snprintf(why, sizeof why, "expected %s, got byte 0x%02x", expected, (unsigned char)*d->at);
    return refuse_at(d, d->at, why);
}

static void skip_space(Decoder *d) {
    while (d->at < d->end && (*d->at == ' ' || *d->at == '\n' || *d->at == '\r' || *d->at == '\t')) d->at++;
}

static bool take(Decoder *d, char c) {
    skip_space(d);
    if (d->at >= d->end || *d->at != c) return false;
    d->at++;
    return true;
}

/* The four digits after \u; -1 when they are not there. */
static long take_hex(Decoder *d) {
    long code = 0;
    if (d->end - d->at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = *d->at++;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return -1;
        code = code << 4 | digit;
    }
    return code;
}

static bool decode_unicode(Decoder *d, const char *from) {
    long code = take_hex(d);
    if (code < 0) return refuse_at(d, from, "\\u needs four hexadecimal digits");
    if (code >= 0xD800 && code <= 0xDBFF) {
        long low = -1;
        if (d->end - d->at >= 6 && d->at[0] == '\\' && d->at[1] == 'u') {
            d->at += 2;
            low = take_hex(d);
        }
        if (low < 0xDC00 || low > 0xDFFF) return refuse_at(d, from, "half of a surrogate pair is no character");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        return refuse_at(d, from, "half of a surrogate pair is no character");
    }
    char bytes[4];
    buf_add(&d->scratch, bytes, utf8_put((uint32_t)code, bytes));
    return true;
}

static bool decode_escape(Decoder *d) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = d->at++;                           /* the backslash */
    char c = d->at < d->end ? *d->at++ : 0;
    if (c == 'u') return decode_unicode(d, at);
    const char *found = c ? strchr(from, c) : NULL;
    if (!found) return refuse_at(d, at, "this escape is not JSON; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    buf_add_byte(&d->scratch, to[found - from]);
    return true;
}

/* Eight bytes with no quote, backslash, control character or byte over 0x7f among them. */
static bool is_plain(const char *at) {
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, at, 8);
    uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
    return ((word | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & high) == 0;
}

/* d->at stands behind the opening quote; pushes the string. */
static bool decode_string(Decoder *d) {
    const char *from = d->at;
    d->scratch.len = 0;
    bool escaped = false;
    for (;;) {
        while (d->end - d->at >= 8 && is_plain(d->at)) d->at += 8;
        if (d->at >= d->end) return refuse_at(d, d->at, "the text ends inside a string");
        unsigned char c = (unsigned char)*d->at;
        if (c == '"') break;
        if (c == '\\') {
            buf_add(&d->scratch, from, (size_t)(d->at - from));
            if (!decode_escape(d)) return false;
            from = d->at;
            escaped = true;
        } else if (c < 0x20) {
            return refuse_at(d, d->at, "a control character in a string must be written as \\n, \\t or \\u00XX");
        } else {
            size_t step = utf8_step(d->at, d->end);
            if (step == 0) return refuse_at(d, d->at, "these bytes are not UTF-8");
            d->at += step;
        }
    }
    if (escaped) buf_add(&d->scratch, from, (size_t)(d->at - from));
    if (escaped) lua_pushlstring(d->L, d->scratch.ptr, d->scratch.len);
    else lua_pushlstring(d->L, from, (size_t)(d->at - from));
    d->at++;
    return true;
}

static bool decode_number(Decoder *d) {
    Number number;
    size_t used = number_parse(d->at, d->end, &number);
    if (used == 0) return refuse_at(d, d->at, number.why);
    d->at += used;
    if (number.is_integer) lua_pushinteger(d->L, number.integer);
    else lua_pushnumber(d->L, number.real);
    return true;
}

static bool decode_word(Decoder *d) {
    size_t left = (size_t)(d->end - d->at);
    if (left >= 4 && memcmp(d->at, "null", 4) == 0) value_push_null(d->L);
    else if (left >= 4 && memcmp(d->at, "true", 4) == 0) lua_pushboolean(d->L, 1);
    else if (left >= 5 && memcmp(d->at, "false", 5) == 0) lua_pushboolean(d->L, 0);
    else return refuse(d, "a value");
    d->at += *d->at == 'f' ? 5 : 4;
    return true;
}

static bool decode_any(Decoder *d);

static bool enter(Decoder *d, int slots) {
    if (d->depth == VALUE_DEPTH_MAX) return refuse_at(d, d->at, "more than 64 levels of lists and objects");
    if (!lua_checkstack(d->L, slots)) return err_set(d->err, "limit", "no memory left to read the value");
    d->depth++;
    d->at++;
    lua_pushnil(d->L);                                  /* the table's place */
    return true;
}

/* Makes the list at `table` of the `count` values above it. */
static void gather_list(lua_State *L, int table, int count) {
    lua_createtable(L, count, 0);
    lua_replace(L, table);
    for (int i = count; i > 0; i--) lua_rawseti(L, table, i);
    value_mark_list(L, table);
}

static bool decode_list(Decoder *d) {
    lua_State *L = d->L;
    if (!enter(d, ITEMS_WAITING + 8)) return false;
    int table = lua_gettop(L);
    lua_Integer count = 0;
    if (!take(d, ']')) {
        do {
            skip_space(d);
            if (!decode_any(d)) return false;
            if (++count > ITEMS_WAITING) lua_rawseti(L, table, count);
            else if (count == ITEMS_WAITING) gather_list(L, table, ITEMS_WAITING);
        } while (take(d, ','));
        if (!take(d, ']')) return refuse(d, "',' or ']' in this list");
    }
    if (count < ITEMS_WAITING) gather_list(L, table, (int)count);
    d->depth--;
    return true;
}

/* Moves the `count` pairs on the stack into the table; a key that is there already is refused. */
static bool gather_pairs(Decoder *d, int table, int count, const char *const *places) {
    lua_State *L = d->L;
    for (int i = count; i > 0; i--) {
        lua_pushvalue(L, -2);
        if (lua_rawget(L, table) != LUA_TNIL) {
            char why[160];
            Slice key;
            key.ptr = lua_tolstring(L, -3, &key.len);
            key = utf8_clip(key, 60);
            snprintf(why, sizeof why, "the key \"%.*s\" is in this object twice", (int)key.len, key.ptr);
            return refuse_at(d, places[i - 1], why);
        }
        lua_pop(L, 1);
        lua_rawset(L, table);
    }
    return true;
}

/* An object of one pair (key, value on top of the stack): bytes in disguise, or an escaped key. */
static bool decode_lone_pair(Decoder *d, int table, const char *place, bool *is_bytes) {
    lua_State *L = d->L;
    Slice key;
    key.ptr = lua_tolstring(L, -2, &key.len);
    size_t dollars = 0;
    while (dollars < key.len && key.ptr[dollars] == '$') dollars++;
    if (dollars == 0 || !slice_is(slice_make(key.ptr + dollars, key.len - dollars), "bytes")) return true;
    if (dollars > 1) {
        lua_pushlstring(L, key.ptr + 1, key.len - 1);
        lua_replace(L, -3);
        return true;
    }
    Slice text = { "?", 1 };
    if (lua_type(L, -1) == LUA_TSTRING) text.ptr = lua_tolstring(L, -1, &text.len);
    d->scratch.len = 0;
    if (!base64_decode(text, &d->scratch)) return refuse_at(d, place, "\"$bytes\" stands for bytes; its value must be base64 text");
    lua_pushlstring(L, d->scratch.ptr ? d->scratch.ptr : "", d->scratch.len);
    lua_replace(L, table);
    lua_settop(L, table);
    return *is_bytes = true;
}

static bool decode_pair(Decoder *d, const char **place) {
    skip_space(d);
    *place = d->at;
    if (d->at >= d->end || *d->at != '"') return refuse(d, "a name in double quotes");
    d->at++;
    if (!decode_string(d)) return false;
    if (!take(d, ':')) return refuse(d, "':' after the name");
    skip_space(d);
    return decode_any(d);
}

static bool decode_object(Decoder *d) {
    lua_State *L = d->L;
    const char *places[PAIRS_WAITING];
    int waiting = 0;
    bool made = false, is_bytes = false;
    if (!enter(d, 2 * PAIRS_WAITING + 8)) return false;
    int table = lua_gettop(L);
    if (!take(d, '}')) {
        do {
            if (waiting == PAIRS_WAITING) {
                if (!made) lua_createtable(L, 0, 2 * PAIRS_WAITING), lua_replace(L, table);
                made = true;
                if (!gather_pairs(d, table, waiting, places)) return false;
                waiting = 0;
            }
            if (!decode_pair(d, &places[waiting])) return false;
            waiting++;
        } while (take(d, ','));
        if (!take(d, '}')) return refuse(d, "',' or '}' in this object");
        if (!made && waiting == 1 && !decode_lone_pair(d, table, places[0], &is_bytes)) return false;
    }
    d->depth--;
    if (is_bytes) return true;
    if (!made) lua_createtable(L, 0, waiting), lua_replace(L, table);
    return gather_pairs(d, table, waiting, places);
}

static bool decode_any(Decoder *d) {
    switch (d->at < d->end ? *d->at : 0) {
    case '"': d->at++; return decode_string(d);
    case '{': return decode_object(d);
    case '[': return decode_list(d);
    case '-': case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9': return decode_number(d);
    default:  return decode_word(d);
    }
}

static int run(lua_State *L) {
    Decoder *d = lua_touserdata(L, 1);
    skip_space(d);
    d->ok = decode_any(d);
    if (!d->ok) return 0;
    skip_space(d);
    if (d->at < d->end) d->ok = refuse(d, "nothing more after the value");
    return d->ok ? 1 : 0;
}

bool value_decode(lua_State *L, Slice text, Err *err) {
    static const char nothing = 0;
    if (!text.ptr) text = slice_make(&nothing, 0);
    if (text.len > VALUE_SIZE_MAX)
        return err_set(err, "too_big", "the text is larger than %d MiB", VALUE_SIZE_MAX >> 20);
    if (!lua_checkstack(L, 3)) return err_set(err, "limit", "no memory left to read the value");
    Decoder d = { .L = L, .start = text.ptr, .at = text.ptr, .end = text.ptr + text.len, .err = err };
    lua_pushcfunction(L, run);                          /* protected: Lua raises when memory runs out */
    lua_pushlightuserdata(L, &d);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) d.ok = err_set(err, "limit", "no memory left to read the value");
    if (!d.ok) lua_pop(L, 1);                           /* the message, or the nil of a refusal */
    buf_drop(&d.scratch);
    return d.ok;
}
