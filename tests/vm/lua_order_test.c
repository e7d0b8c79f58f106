/* links: lua base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include "lua/key_order.h"
#include "lua/lua_order.h"

/* keys(f, t): the keys of t as pairs or next of the run show them, as one text */
static const char PRELUDE[] =
    "local function text(k) return math.type(k) == 'float' and ('%.17g'):format(k) or stock_tostring(k) end "
    "local function keys(t) local out = {} for k, v in pairs(t) do assert(v == t[k]) out[#out + 1] = text(k) end return table.concat(out, ' ') end "
    "local function walked(t) local out = {} for k, v in next, t do assert(v == t[k]) out[#out + 1] = text(k) end return table.concat(out, ' ') end "
    "local function both(t) local a, b = keys(t), walked(t) return a == b and a or a .. ' ~= ' .. b end ";

static lua_State *open_run(void) {
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    lua_getfield(L, -1, "tostring");
    lua_setfield(L, -2, "stock_tostring");
    order_install(L, -1);
    lua_pop(L, 1);
    return L;
}

/* Runs `code` (a function body) and compares what it returns, as text. */
static void expect_in(lua_State *L, const char *code, const char *want) {
    char chunk[4096];
    snprintf(chunk, sizeof chunk, "%s %s", PRELUDE, code);
    if (luaL_loadstring(L, chunk)) fail_msg("%s", lua_tostring(L, -1));
    lua_pcall(L, 0, 1, 0);
    const char *got = luaL_tolstring(L, -1, NULL);
    const char *place = strstr(got, "]:1: ");            /* of an error raised by the chunk */
    if (place) got = place + 5;
    if (strcmp(got, want) != 0) fail_msg("%s: got '%s', want '%s'", code, got, want);
    lua_settop(L, 0);
}

static void expect(const char *code, const char *want) {
    lua_State *L = open_run();
    expect_in(L, code, want);
    lua_close(L);
}

static void test_keys_come_in_the_stated_order(void **state) {
    (void)state;
    expect("return both{}", "");
    expect("return both{5, 6, 7}", "1 2 3");
    expect("return both{b = 1, a = 2, ab = 3, [''] = 4, B = 5}", " B a ab b");
    expect("return both{[true] = 1, [false] = 2, z = 3, [1.5] = 4, [-2] = 5, [0] = 6, [10] = 7, [2] = 8, [1] = 9, [-0.5] = 10, [math.huge] = 11}",
           "1 2 10 -2 0 -0.5 1.5 inf z false true");
    expect("return both{[2^53] = 1, [math.maxinteger] = 2, [math.mininteger] = 3}", "9007199254740992 9223372036854775807 -9223372036854775808");
    expect("return both{1, 2, 3, n = 3}", "1 2 3 n");
    expect("return both{1, nil, 3, x = 1}", "1 3 x");
    expect("return both{abcdefgh2 = 1, abcdefgh1 = 2, abcdefgh = 3, abcdefg = 4}", "abcdefg abcdefgh abcdefgh1 abcdefgh2");
    expect("return (keys{['a'] = 1, ['a\\0'] = 2, ['a\\0\\0\\0\\0\\0\\0\\0\\0'] = 3}:gsub('%z', '0'))", "a a0 a00000000");
}

static void test_every_size_is_visited_whole_and_sorted(void **state) {
    (void)state;
    expect("for _, n in ipairs{1, 15, 16, 17, 31, 32, 33, 199, 200, 201, 1000} do local t = {} "
           "for i = n, 1, -1 do t[('k%05d'):format(i)] = i end local i = 0 "
           "for k, v in pairs(t) do i = i + 1 if v ~= i then return 'pairs ' .. n .. ' ' .. k end end if i ~= n then return 'pairs ' .. n .. ' stopped at ' .. i end i = 0 "
           "for k, v in next, t do i = i + 1 if v ~= i then return 'next ' .. n .. ' ' .. k end end if i ~= n then return 'next ' .. n .. ' stopped at ' .. i end "
           "end return 'good'", "good");
}

static void test_fields_may_be_changed_and_removed_while_walked(void **state) {
    (void)state;
    for (int with_next = 0; with_next <= 1; with_next++) {
        lua_State *L = open_run();
        lua_pushboolean(L, with_next);
        lua_setglobal(L, "with_next");
        expect_in(L, "local function each(t) if with_next then return next, t end return pairs(t) end "
                  "local out = {} local t = {a = 1, b = 2, c = 3, d = 4} for k, v in each(t) do out[#out + 1] = k .. v t[k] = nil "
                  "if k == 'a' then t.c = nil t.d = 9 end end return table.concat(out, ' ') .. stock_tostring(next(t))", "a1 b2 d9nil");
        expect_in(L, "local function each(t) if with_next then return next, t end return pairs(t) end "
                  "local out = {} local t = {1, 2, 3, 4, x = 5} for k, v in each(t) do out[#out + 1] = v t[k] = nil "
                  "collectgarbage() end return table.concat(out, ' ') .. stock_tostring(next(t))", "1 2 3 4 5nil");
        expect_in(L, "local function each(t) if with_next then return next, t end return pairs(t) end "
                  "local n, t = 0, {} for i = 1, 300 do t['k' .. i] = i end for k in each(t) do t[k] = nil n = n + 1 if n % 50 == 0 then collectgarbage() end end return n", "300");
        lua_close(L);
    }
}

static void test_a_walk_may_be_nested_left_early_and_begun_again(void **state) {
    (void)state;
    expect("local t, n = {a = 1, b = 2, c = 3}, 0 for _ in pairs(t) do for _ in pairs(t) do n = n + 1 end end return n", "9");
    expect("local t, n = {a = 1, b = 2, c = 3}, 0 for _ in next, t do for _ in next, t do n = n + 1 end end return n", "9");
    expect("local t = {a = 1, c = 3} for k in next, t do break end for k in next, t do if k == 'c' then break end end t.b = 2 return walked(t)", "a b c");
    expect("local f, s, k = pairs{a = 1, b = 2} local x = f(s, k) f(s, x) f(s, 'b') f(s, 'b') return f(s, nil)", "a");
}

static void test_a_large_table_is_emptied_by_next_alone(void **state) {
    (void)state;
    expect("local t, n = {}, 0 for i = 1, 20000 do t['k' .. i] = i end while next(t) do t[next(t)] = nil n = n + 1 end return n", "20000");
    expect("local t, n = {}, 0 for i = 1, 100 do t['k' .. i] = i end while next(t) do t[next(t)] = nil n = n + 1 "
           "if n % 2 == 0 and n < 200 then t['a' .. n] = n end end return n", "199");
}

static void test_a_walk_that_begins_at_a_remembered_key_is_complete(void **state) {
    (void)state;
    expect("local t, n, seen = {}, 0, {} for i = 1, 100 do t['k' .. i] = i end for i = 1, 5 do t[next(t)] = nil end "
           "t.a = 1 t.zz = 2 assert(next(t) ~= 'a') for k, v in next, t do assert(not seen[k] and t[k] == v) seen[k] = true n = n + 1 end "
           "assert(seen.a and seen.zz) return n", "97");
}

static void test_next_goes_on_from_any_key(void **state) {
    (void)state;
    expect("return next({a = 1, b = 2, c = 3}, 'a')", "b");
    expect("local t = {a = 1, b = 2, c = 3} t.b = nil return next(t, 'b')", "c");
    expect("return select(2, pcall(next, {a = 1, c = 3}, 'b'))", "invalid key to 'next'");
    expect("return select(2, pcall(next, {10, 20}, 3))", "invalid key to 'next'");
    expect("return select(2, pcall(next, {10, 20}, 1.0))", "invalid key to 'next'");
    expect("return stock_tostring(next({a = 1, c = 3}, 'c'))", "nil");
    expect("return next({1, 2, x = 3}, 2)", "x");
    expect("return stock_tostring(next({1, 2, 3}, 3))", "nil");
    expect("return stock_tostring(next({[math.maxinteger] = 1}, math.maxinteger))", "nil");
    expect("return stock_tostring(next{}) .. next{4} .. next{b = 1, a = 2}", "nil1a");
}

static void test_keys_without_an_order_are_refused(void **state) {
    (void)state;
    expect("return select(2, pcall(keys, {[{}] = 1}))", "pairs over a table keyed by a table has no order that a replay could repeat; keep the keys in a list as well and walk that");
    expect("return select(2, pcall(next, {[print] = 1}))", "next over a table keyed by a function has no order that a replay could repeat; keep the keys in a list as well and walk that");
    expect("return select(2, pcall(keys, {1, 2, a = 1, [io.stdout] = 1}))", "pairs over a table keyed by a userdata has no order that a replay could repeat; keep the keys in a list as well and walk that");
    expect("return select(2, pcall(next, {}, {}))", "invalid key to 'next'");
    expect("return select(2, pcall(pairs, nil))", "bad argument #1 to 'pairs' (table expected, got nil)");
}

static int l_welcome(lua_State *L) {
    (void)L;
    return 0;
}

static void test_keys_without_an_order_come_last_where_they_are_welcome(void **state) {
    (void)state;
    lua_State *L = open_run();
    lua_pushcfunction(L, l_welcome);
    lua_setfield(L, LUA_REGISTRYINDEX, KEYS_WITHOUT_PLACE);
    expect_in(L, "local n, last = 0 for k in pairs{[{}] = 1, [print] = 2, b = 3, [1] = 4, [true] = 5, [9] = 6} do n = n + 1 last = last or (type(k) == 'table' or type(k) == 'function') and n end "
                 "return n .. ' ' .. last", "6 5");
    expect_in(L, "local t, n = {x = 1, [io.stdout] = 2}, 0 for i = 1, 300 do t[{}] = i end for k, v in next, t do assert(t[k] == v) t[k] = nil n = n + 1 end return n .. tostring(next(t))", "302nil");
    expect_in(L, "local t, n = {x = 1}, 0 for i = 1, 300 do t[{}] = i end while next(t) do t[next(t)] = nil n = n + 1 end return n", "301");
    expect_in(L, "local a, b = {}, {} local t = {[a] = 1, [b] = 2, x = 3} local k = next(t, 'x') next(t) return next(t, k) == (k == a and b or a) and next(t, next(t, k)) == nil", "true");
    expect_in(L, "return select(2, pcall(next, {[{}] = 1}, {}))", "invalid key to 'next'");
    lua_close(L);
}

static void test_a_metamethod_pairs_is_honoured(void **state) {
    (void)state;
    expect("return keys(setmetatable({}, {__pairs = function(t) return function(_, k) if not k then t.x = 1 return 'x', 1 end end, t, nil end}))", "x");
    expect("local co = coroutine.wrap(function() for k in pairs(setmetatable({}, {__pairs = function(t) coroutine.yield('in') return next, {a = 1} end})) do coroutine.yield(k) end end) return co() .. co()", "ina");
}

static void test_tostring_numbers_what_has_an_address(void **state) {
    (void)state;
    expect("local a, b = {}, print return tostring(a) .. ' ' .. tostring(b) .. ' ' .. tostring(a)", "table: 0x00000001 function: 0x00000002 table: 0x00000001");
    expect("return tostring(setmetatable({}, {__name = 'Point'}))", "Point: 0x00000001");
    expect("return tostring(setmetatable({}, {__tostring = function() return 'me' end}))", "me");
    expect("return tostring(1) .. tostring(1.0) .. tostring 'x' .. tostring(nil) .. tostring(true)", "11.0xniltrue");
    expect("for i = 1, 100 do tostring{} end collectgarbage() return tostring{}", "table: 0x00000065");
}

static void test_the_order_is_the_same_in_every_state(void **state) {
    (void)state;
    char first[8192] = "";
    for (int i = 0; i < 5; i++) {
        lua_State *L = open_run();
        char chunk[4096];
        snprintf(chunk, sizeof chunk, "%s local t = {} for i = 1, 300 do t[(i * 7919) %% 1000 .. 'x'] = i t[i * 3] = i t[i / 7] = i end return both(t)", PRELUDE);
        assert_int_equal(luaL_dostring(L, chunk), LUA_OK);
        if (i == 0) snprintf(first, sizeof first, "%s", lua_tostring(L, -1));
        assert_string_equal(lua_tostring(L, -1), first);
        lua_close(L);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_come_in_the_stated_order),
        cmocka_unit_test(test_every_size_is_visited_whole_and_sorted),
        cmocka_unit_test(test_fields_may_be_changed_and_removed_while_walked),
        cmocka_unit_test(test_a_walk_may_be_nested_left_early_and_begun_again),
        cmocka_unit_test(test_a_large_table_is_emptied_by_next_alone),
        cmocka_unit_test(test_a_walk_that_begins_at_a_remembered_key_is_complete),
        cmocka_unit_test(test_next_goes_on_from_any_key),
        cmocka_unit_test(test_keys_without_an_order_are_refused), cmocka_unit_test(test_keys_without_an_order_come_last_where_they_are_welcome),
        cmocka_unit_test(test_a_metamethod_pairs_is_honoured),
        cmocka_unit_test(test_tostring_numbers_what_has_an_address),
        cmocka_unit_test(test_the_order_is_the_same_in_every_state),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
