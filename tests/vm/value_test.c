/* links: lua base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "lua/value.h"

typedef struct { lua_State *L; Buf out; Err err; } World;

static int setup(void **state) {
    World *w = calloc(1, sizeof *w);
    w->L = luaL_newstate();
    luaL_openlibs(w->L);
    luaL_requiref(w->L, "json", luaopen_aios_json, 1);
    lua_settop(w->L, 0);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    World *w = *state;
    lua_close(w->L);
    buf_drop(&w->out);
    free(w);
    return 0;
}

/* Evaluates a Lua expression and leaves its value on the stack. */
static void eval(World *w, const char *code) {
    char chunk[4096];
    snprintf(chunk, sizeof chunk, "return %s", code);
    if (luaL_loadstring(w->L, chunk) || lua_pcall(w->L, 0, 1, 0)) fail_msg("%s: %s", code, lua_tostring(w->L, -1));
}

static void expect_text(World *w, const char *code, const char *text) {
    eval(w, code);
    buf_clear(&w->out);
    if (!value_encode(w->L, -1, &w->out, &w->err)) fail_msg("%s: %s", code, w->err.text);
    assert_string_equal(buf_text(&w->out), text);
    lua_pop(w->L, 1);
}

static void expect_refused(World *w, const char *code, const char *message) {
    eval(w, code);
    buf_clear(&w->out);
    buf_add_text(&w->out, "kept");
    if (value_encode(w->L, -1, &w->out, &w->err)) fail_msg("%s was written as %s", code, buf_text(&w->out));
    assert_string_equal(buf_text(&w->out), "kept");
    if (!strstr(w->err.text, message)) fail_msg("%s: got '%s', want '%s'", code, w->err.text, message);
    lua_pop(w->L, 1);
    assert_int_equal(lua_gettop(w->L), 0);
}

static void expect_bad(World *w, Slice text, const char *message) {
    if (value_decode(w->L, text, &w->err)) fail_msg("%.*s was read", (int)text.len, text.ptr);
    if (!strstr(w->err.text, message)) fail_msg("%.*s: got '%s', want '%s'", (int)text.len, text.ptr, w->err.text, message);
    assert_int_equal(lua_gettop(w->L), 0);
}

/* text -> value -> text gives `back`. */
static void expect_back(World *w, const char *text, const char *back) {
    if (!value_decode(w->L, slice_of(text), &w->err)) fail_msg("%s: %s", text, w->err.text);
    buf_clear(&w->out);
    if (!value_encode(w->L, -1, &w->out, &w->err)) fail_msg("%s: %s", text, w->err.text);
    assert_string_equal(buf_text(&w->out), back);
    lua_pop(w->L, 1);
    assert_int_equal(lua_gettop(w->L), 0);
}

static void test_a_value_has_one_canonical_text(void **state) {
    static const char *const table[][2] = {
        { "nil", "null" }, { "json.null", "null" }, { "true", "true" }, { "false", "false" },
        { "0", "0" }, { "-1", "-1" }, { "math.maxinteger", "9223372036854775807" }, { "math.mininteger", "-9223372036854775808" },
        { "9007199254740993", "9007199254740993" },
        { "3.0", "3.0" }, { "-0.0", "-0.0" }, { "0.1", "0.1" }, { "1/3", "0.3333333333333333" }, { "2^53", "9007199254740992.0" },
        { "1e100", "1e+100" }, { "5e-324", "5e-324" }, { "1.7976931348623157e308", "1.7976931348623157e+308" }, { "1e15", "1e+15" },
        { "'a'", "\"a\"" }, { "''", "\"\"" }, { "'a\\0b'", "\"a\\u0000b\"" }, { "'\\n\\t\\r\\b\\f\\\"\\\\/\\27'", "\"\\n\\t\\r\\b\\f\\\"\\\\/\\u001b\"" },
        { "'z\\u{fc}\\u{1F600}'", "\"z\xc3\xbc\xf0\x9f\x98\x80\"" },
        { "'\\xff'", "{\"$bytes\":\"/w==\"}" }, { "'\\xed\\xa0\\x80'", "{\"$bytes\":\"7aCA\"}" }, { "'\\xc0\\x80'", "{\"$bytes\":\"wIA=\"}" },
        { "{}", "{}" }, { "json.array{}", "[]" }, { "{{}}", "[{}]" }, { "{1,2,{3}}", "[1,2,[3]]" },
        { "{b=1,a=2,[\"\"]=3,B=4,aa=5}", "{\"\":3,\"B\":4,\"a\":2,\"aa\":5,\"b\":1}" },
        { "{a=nil,b=json.null}", "{\"b\":null}" }, { "{1,json.null,3}", "[1,null,3]" },
        { "{['$bytes']='x'}", "{\"$$bytes\":\"x\"}" }, { "{['$$bytes']=1}", "{\"$$$bytes\":1}" }, { "{['$bytes']=1,a=2}", "{\"$bytes\":1,\"a\":2}" },
        { "{['$other']=1}", "{\"$other\":1}" }, { "{bytes=1}", "{\"bytes\":1}" },
        { "setmetatable({x=1}, {__index={y=2}, __pairs=error, __len=error})", "{\"x\":1}" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) expect_text(*state, table[i][0], table[i][1]);
}

static void test_what_json_cannot_hold_is_refused_with_its_place(void **state) {
    static const char *const table[][2] = {
        { "{items={1,2,{x=0/0}}}", "value.items[3].x is not a number JSON can hold (nan)" },
        { "{a=math.huge}", "value.a is not a number JSON can hold (inf)" }, { "-math.huge", "value is not a number" },
        { "{f=print}", "value.f is a function" }, { "{['two words']={io.stdout}}", "value[\"two words\"][1] is a userdata" },
        { "{t=coroutine.create(print)}", "value.t is a thread" },
        { "{1,2,nil,4}", "value is a list with holes (3 items, the last is [4])" }, { "{a={[3]=1}}", "value.a is a list with holes" },
        { "{1,2,n=2}", "has the field 'n' too" }, { "{[0]=1}", "number below 1" }, { "{[1.5]=1}", "with a fraction as a key" },
        { "{[true]=1}", "has a boolean as a key" }, { "{[print]=1}", "has a function as a key" },
        { "(function() local t = json.array{}; t.x = 1; return t end)()", "has the field 'x' too" },
        { "{['\\xff']=1}", "name that is not UTF-8" },
        { "(function() local t = {}; t.me = {t}; return t end)()", "contains itself" },
        { "(function() local t = 1; for _ = 1, 65 do t = {t} end; return t end)()", "more than 64 levels" },
        { "(function() local t = 1; for _ = 1, 60 do t = {t, t} end; return t end)()", "larger than 64 MiB" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) expect_refused(*state, table[i][0], table[i][1]);
}

static void test_good_json_is_read_and_written_back(void **state) {
    static const char *const table[][2] = {
        { " [ ] ", "[]" }, { "{}", "{}" }, { "[[],{},[{}]]", "[[],{},[{}]]" }, { "null", "null" }, { "[null]", "[null]" },
        { "\t{ \"b\" : 1 ,\r\n \"a\" : [ true , false ] }", "{\"a\":[true,false],\"b\":1}" },
        { "\"\\u00fc\\ud83d\\ude00\\u0000\\/\"", "\"\xc3\xbc\xf0\x9f\x98\x80\\u0000/\"" },
        { "9223372036854775807", "9223372036854775807" }, { "-9223372036854775808", "-9223372036854775808" },
        { "9223372036854775808", "9.223372036854776e+18" }, { "18446744073709551616", "1.8446744073709552e+19" },
        { "-0", "0" }, { "-0.0", "-0.0" }, { "1.0", "1.0" }, { "1e3", "1000.0" }, { "1E+2", "100.0" }, { "0.1", "0.1" }, { "-12.5e-3", "-0.0125" },
        { "123456789.123456789", "123456789.12345679" }, { "5e-324", "5e-324" }, { "0e999", "0.0" },
        { "{\"$bytes\":\"/w==\"}", "{\"$bytes\":\"/w==\"}" }, { "{\"$bytes\":\"aGk=\"}", "\"hi\"" }, { "{\"$bytes\":\"\"}", "\"\"" },
        { "{\"$$bytes\":1}", "{\"$$bytes\":1}" }, { "{\"$$$bytes\":[]}", "{\"$$$bytes\":[]}" }, { "{\"$bytes\":1,\"a\":2}", "{\"$bytes\":1,\"a\":2}" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) expect_back(*state, table[i][0], table[i][1]);
}

static void test_bad_json_is_refused_with_an_offset(void **state) {
    static const char *const table[][2] = {
        { "", "offset 0: the text ends, expected a value" }, { "  ", "offset 2" }, { "[1,]", "offset 3: expected a value, got ']'" },
        { "{\"a\":1,}", "offset 7: expected a name in double quotes, got '}'" }, { "{a:1}", "offset 1: expected a name in double quotes" },
        { "{'a':1}", "offset 1" }, { "{\"a\" 1}", "offset 5: expected ':'" }, { "[1 2]", "offset 3: expected ',' or ']' in this list, got '2'" },
        { "{} x", "offset 3: expected nothing more after the value, got 'x'" }, { "true1", "offset 4" }, { "nul", "offset 0" }, { "NaN", "offset 0" },
        { "0123", "offset 0: a number does not begin with 0" }, { "1.", "a digit must follow '.'" }, { ".5", "offset 0" }, { "+1", "offset 0" },
        { "0x10", "offset 1" }, { "-", "a digit must follow '-'" }, { "1e", "a digit must follow 'e'" }, { "1e400", "too large" },
        { "-1e999", "too large" }, { "1e-400", "too small" }, { "12345678901234567890", "beyond 64 bits" },
        { "[1,{\"a\":1,\"b\":2,\"a\":3}]", "the key \"a\" is in this object twice" },
        { "\"a\nb\"", "offset 2: a control character" }, { "\"\\x\"", "offset 1: this escape is not JSON" }, { "\"\\u12g4\"", "four hexadecimal" },
        { "\"\\ud800\"", "half of a surrogate" }, { "\"\\ud800\\u0041\"", "half of a surrogate" }, { "\"\\udc00\"", "half of a surrogate" },
        { "\"\xff\"", "offset 1: these bytes are not UTF-8" }, { "\"\xed\xa0\x80\"", "not UTF-8" }, { "\"\xc0\x80\"", "not UTF-8" },
        { "\xef\xbb\xbf{}", "got byte 0xef" }, { "[1]\f", "got byte 0x0c" }, { "// x\n1", "offset 0" },
        { "{\"$bytes\":5}", "must be base64" }, { "{\"$bytes\":\"a\"}", "must be base64" }, { "{\"$bytes\":\"/x==\"}", "must be base64" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect_bad(*state, slice_of(table[i][0]), table[i][1]);
    expect_bad(*state, slice_make("1\0", 2), "offset 1");
}

static void test_a_duplicate_key_is_found_in_a_large_object(void **state) {
    for (int second = 1; second <= 40; second++) {
        Buf text;
        buf_init(&text);
        buf_add_text(&text, "{\"k0\":0");
        for (int i = 1; i <= 40; i++) buf_printf(&text, ",\"k%d\":%d", i == second ? 0 : i, i);
        buf_add_text(&text, "}");
        expect_bad(*state, buf_slice(&text), "the key \"k0\"");
        buf_drop(&text);
    }
}

static void test_depth_64_is_read_and_65_is_not(void **state) {
    char text[2 * 65 + 1];
    for (int depth = 64; depth <= 65; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = 0;
        if (depth == 64) expect_back(*state, text, text);
        else expect_bad(*state, slice_of(text), "offset 64: more than 64 levels");
    }
}

static void test_every_prefix_of_a_document_is_refused(void **state) {
    static const char *const documents[] = {
        "{\"a\":[1,2.5e3,true,null,\"x\\u00fc\\n\"],\"b\":{\"$bytes\":\"/w==\"},\"c\":-0.5}",
        "[[[{\"long name with \xc3\xbc in it\":\"text that is longer than eight bytes\"}]]]",
        "\"\\ud83d\\ude00\"", "[false,{\"k\":{}},[]]",
    };
    World *w = *state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        size_t len = strlen(documents[i]);
        for (size_t n = 0; n < len; n++) {
            char *copy = malloc(n + 1);                 /* exact, so that a sanitizer sees one byte too far */
            memcpy(copy, documents[i], n);
            expect_bad(w, slice_make(copy, n), "offset");
            free(copy);
        }
        assert_true(value_decode(w->L, slice_of(documents[i]), &w->err));
        lua_pop(w->L, 1);
    }
}

static uint64_t chance(uint64_t *seed) {
    *seed ^= *seed << 13; *seed ^= *seed >> 7; *seed ^= *seed << 17;
    return *seed;
}

static void push_random_string(lua_State *L, uint64_t *seed) {
    char text[64];
    size_t len = chance(seed) % 60;
    bool ascii = chance(seed) % 2;
    for (size_t i = 0; i < len; i++) text[i] = (char)(ascii ? ' ' + chance(seed) % 95 : chance(seed));
    lua_pushlstring(L, text, len);
}

static void push_random(lua_State *L, uint64_t *seed, int depth) {
    luaL_checkstack(L, 10, NULL);
    uint64_t kind = chance(seed) % (depth > 4 ? 5 : 7), bits = chance(seed);
    double real;
    memcpy(&real, &bits, 8);
    switch (kind) {
    case 0: value_push_null(L); break;
    case 1: lua_pushboolean(L, (int)(bits & 1)); break;
    case 2: lua_pushinteger(L, (lua_Integer)(bits >> bits % 64)); break;
    case 3: lua_pushnumber(L, isfinite(real) ? real : 0.5); break;
    case 4: push_random_string(L, seed); break;
    case 5:
        lua_newtable(L);
        value_mark_list(L, -1);
        for (lua_Integer i = 1, n = (lua_Integer)(bits % 80); i <= n; i++) push_random(L, seed, depth + 3), lua_rawseti(L, -2, i);
        break;
    default:
        lua_newtable(L);
        for (uint64_t n = bits % 40; n > 0; n--) {
            lua_pushfstring(L, bits % 3 ? "key %d" : "$bytes", (int)(chance(seed) % 1000));
            push_random(L, seed, depth + 1);
            lua_rawset(L, -3);
        }
    }
}

static const char SAME[] =
    "local function same(a, b) if type(a) ~= 'table' then return a == b and math.type(a) == math.type(b) end "
    "if type(b) ~= 'table' then return false end "
    "for k, v in pairs(a) do if not same(v, b[k]) then return false end end "
    "for k in pairs(b) do if a[k] == nil then return false end end return true end return same(...)";

static void test_random_values_come_back_equal(void **state) {
    World *w = *state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 2000; i++) {
        luaL_loadstring(w->L, SAME);
        push_random(w->L, &seed, 0);
        buf_clear(&w->out);
        if (!value_encode(w->L, -1, &w->out, &w->err)) fail_msg("%s", w->err.text);
        if (!value_decode(w->L, buf_slice(&w->out), &w->err)) fail_msg("%s in %s", w->err.text, buf_text(&w->out));
        assert_int_equal(lua_pcall(w->L, 2, 1, 0), LUA_OK);
        if (!lua_toboolean(w->L, -1)) fail_msg("changed: %s", buf_text(&w->out));
        lua_settop(w->L, 0);
    }
}

static void test_damaged_text_never_does_harm(void **state) {
    World *w = *state;
    uint64_t seed = 42;
    for (int i = 0; i < 3000; i++) {
        push_random(w->L, &seed, 1);
        buf_clear(&w->out);
        assert_true(value_encode(w->L, -1, &w->out, &w->err));
        for (int n = 0; n < 3 && w->out.len > 0; n++) w->out.ptr[chance(&seed) % w->out.len] = "{}[]\",:\\0e-\xff"[chance(&seed) % 12];
        lua_settop(w->L, 0);
        bool read = value_decode(w->L, buf_slice(&w->out), &w->err);
        assert_int_equal(lua_gettop(w->L), read ? 1 : 0);
        lua_settop(w->L, 0);
    }
}

static void *capped_alloc(void *left, void *ptr, size_t old, size_t size) {
    size_t *bytes = left;
    if (ptr == NULL) old = 0;
    if (size > old && size - old > *bytes) return NULL;
    *bytes = *bytes + old - size;
    if (size == 0) return free(ptr), NULL;
    return realloc(ptr, size);
}

static void test_a_full_memory_is_an_error_not_a_jump(void **state) {
    World *w = *state;
    size_t left = 200000;
    lua_State *L = lua_newstate(capped_alloc, &left);
    assert_non_null(L);
    buf_clear(&w->out);
    buf_add_text(&w->out, "[");
    for (int i = 0; i < 20000; i++) buf_printf(&w->out, "\"%d\",", i);
    buf_add_text(&w->out, "1]");
    assert_false(value_decode(L, buf_slice(&w->out), &w->err));
    assert_string_equal(w->err.code, "limit");
    assert_int_equal(lua_gettop(L), 0);
    assert_true(value_decode(L, slice_of("[1]"), &w->err));
    lua_close(L);
}

static void test_pretty_text_is_indented_and_reads_back(void **state) {
    World *w = *state;
    eval(w, "{b={1,2},a={x=json.array{}}}");
    buf_clear(&w->out);
    assert_true(value_encode_pretty(w->L, -1, &w->out, &w->err));
    assert_string_equal(buf_text(&w->out), "{\n  \"a\": {\n    \"x\": []\n  },\n  \"b\": [\n    1,\n    2\n  ]\n}");
    lua_pop(w->L, 1);
    expect_back(w, buf_text(&w->out), "{\"a\":{\"x\":[]},\"b\":[1,2]}");
}

static void test_lists_from_json_stay_lists_when_emptied(void **state) {
    expect_text(*state, "(function() local t = json.decode '[1]'; t[1] = nil; return t end)()", "[]");
    expect_text(*state, "getmetatable(json.decode '[1]')", "\"list\"");
}

static void test_scripts_see_nil_and_an_error(void **state) {
    expect_text(*state, "{select('#', json.decode '{'), (select(2, json.decode '{')).code}", "[2,\"invalid\"]");
    expect_text(*state, "(select(2, json.encode { f = print })).message:match 'value.f is a function'", "\"value.f is a function\"");
    expect_text(*state, "json.encode({ 1 }, { pretty = true })", "\"[\\n  1\\n]\"");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_value_has_one_canonical_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_json_cannot_hold_is_refused_with_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_good_json_is_read_and_written_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_json_is_refused_with_an_offset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_duplicate_key_is_found_in_a_large_object, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth_64_is_read_and_65_is_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_prefix_of_a_document_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_random_values_come_back_equal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_text_never_does_harm, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_memory_is_an_error_not_a_jump, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pretty_text_is_indented_and_reads_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists_from_json_stay_lists_when_emptied, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scripts_see_nil_and_an_error, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
