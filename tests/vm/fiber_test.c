/* links: lua os time base */
/* Waiting inside Lua, preemption, and closing, with a binding made for the test: nap(ms) and break_(code). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "lua/await.h"
#include "lua/fiber.h"
#include "lua/lua_callback.h"
#include "os/ticker.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    uv_loop_t loop;
    Turn      turn;
    Vm        vm;
    int       released, ended, closed, beats;
    int       status;
    char      text[400];                /* the result, or the error */
} Room;

typedef struct {
    Await      base;
    uv_timer_t timer;
} Nap;

static Room *room_of(Vm *vm) { return vm->owner; }

static void nap_cancel(Await *op) { await_wake(op, UV_ECANCELED); }
static int nap_push(lua_State *L, Await *op) { (void)op; lua_pushliteral(L, "rested"); return 1; }
static void nap_release(Await *op) {
    room_of(op->vm)->released++;
    await_close(op, (uv_handle_t *)&((Nap *)op)->timer);
}
static const AwaitKind NAP = { .name = "nap", .push = nap_push, .cancel = nap_cancel, .release = nap_release };

static void nap_over(uv_timer_t *timer) { await_wake(timer->data, 0); }

/* nap(ms [, start_status]) */
static int l_nap(lua_State *L) {
    lua_Integer ms = luaL_checkinteger(L, 1);
    int status = (int)luaL_optinteger(L, 2, 0);
    Nap *op = await_new(L, &NAP, sizeof *op);
    uv_timer_init(vm_of(L)->loop, &op->timer);
    op->timer.data = op;
    if (status == 0) uv_timer_start(&op->timer, nap_over, (uint64_t)ms, 0);
    return await_yield(L, op, status);
}

static void plain_release(Await *op) {
    room_of(op->vm)->released++;
    await_free(op);
}
static const AwaitKind PLAIN = { .name = "plain", .cancel = nap_cancel, .release = plain_release };

/* at_once([code]): over before it is parked, well or with an error of its own */
static int l_at_once(lua_State *L) {
    const char *code = luaL_optstring(L, 1, NULL);
    Await *op = await_new(L, &PLAIN, sizeof *op);
    if (code) err_set(&op->err, "busy", "%s", code);
    await_wake(op, 0);
    return await_yield(L, op, 0);
}

static int l_stop(lua_State *L) { return fiber_stop(L); }

static void on_end(Fiber *fiber, int status, int nresults) {
    Room *room = fiber->context;
    lua_State *co = fiber->co;
    size_t used = 0;
    room->ended++;
    room->status = status;
    room->text[0] = 0;
    if (status != LUA_OK && status != LUA_YIELD) nresults = 1;
    for (int i = -nresults; i < 0; i++) {
        used += (size_t)snprintf(room->text + used, sizeof room->text - used, "%s%s", used ? "," : "", luaL_tolstring(co, i, NULL));
        lua_pop(co, 1);
        if (used >= sizeof room->text) break;
    }
}

static const char PRELUDE[] =
    "function spin(ms) local stop = clock() + ms while clock() < stop do end return 'spun' end\n"
    /* these two end because others get the loop, or after two seconds of processor time */
    "function listen() local stop = clock() + 2000 while beats() < 10 and clock() < stop do end return math.min(beats(), 10) .. ' beats' end\n"
    "function await_turn(mine, other) local stop = clock() + 2000 while turn ~= mine and clock() < stop do end order[#order + 1], turn = mine, other end\n"
    "function words(e) return type(e) == 'table' and e.code .. ':' .. e.message or tostring(e) end\n";

/* Milliseconds of processor time of this thread: what preemption counts, however many others want the processor. */
static double burnt_ms(void) {
    struct timespec burnt;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &burnt);
    return (double)burnt.tv_sec * 1e3 + (double)burnt.tv_nsec / 1e6;
}

static int l_clock(lua_State *L) {
    lua_pushnumber(L, burnt_ms());
    return 1;
}

static int up(void **state) {
    Room *room = calloc(1, sizeof *room);
    Err err;
    *state = room;
    uv_loop_init(&room->loop);
    if (!turn_open(&room->turn, &room->loop, &err) || !vm_open(&room->vm, &room->loop, seam_real(), 0, &err)) return -1;
    room->vm.turn = &room->turn;
    room->vm.owner = room;
    lua_State *L = room->vm.L;
    luaL_openlibs(L);
    lua_register(L, "nap", l_nap);
    lua_register(L, "at_once", l_at_once);
    lua_register(L, "stop", l_stop);
    lua_register(L, "clock", l_clock);
    lua_getglobal(L, "coroutine");
    coroutine_install(L, -1);
    lua_pop(L, 1);
    callback_install(L);
    return luaL_dostring(L, PRELUDE);
}

static void on_closed(Vm *vm) { room_of(vm)->closed++; }

static int down(void **state) {
    Room *room = *state;
    if (!room->closed) vm_close(&room->vm, on_closed);
    turn_close(&room->turn);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&room->loop) || room->closed != 1;
    free(room);
    return left;
}

static Fiber *begin(Room *room, const char *text) {
    Fiber *fiber = fiber_new(&room->vm, on_end, room);
    if (luaL_loadstring(fiber->co, text) != LUA_OK) fail_msg("%s", lua_tostring(fiber->co, -1));
    fiber_resume(fiber, 0);
    return fiber;
}

static void gives(Room *room, const char *text, const char *want) {
    int before = room->ended;
    begin(room, text);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, before + 1);
    if (strcmp(room->text, want) != 0) fail_msg("%s\n  gives %s\n  want  %s", text, room->text, want);
}

static void waiting_is_a_call_that_returns_later(void **state) {
    static const struct { const char *text, *gives; } ROWS[] = {
        { "return nap(1)", "rested" },
        { "return nap(1), nap(1), 3", "rested,rested,3" },
        { "return at_once()", "true" },
        { "local v, e = at_once 'full up' return v, words(e)", "nil,busy:full up" },
        { "local v, e = nap(1, -32) return v, e.code, (e.message:find 'nap' ~= nil)", "nil,closed,true" },
        { "return pcall(nap, 1)", "true,rested" },
        { "return pcall(function() nap(1) error('after', 0) end)", "false,after" },
        { "return xpcall(function() nap(1) error({}, 0) end, function() return 'handled' end)", "false,handled" },
        { "local t = setmetatable({}, { __index = function(_, k) nap(1) return k end }) return t.x", "x" },
        { "local t = setmetatable({}, { __lt = function() nap(1) return true end }) return t < t", "true" },
        { "local s = 0 for i in function(_, i) nap(1) i = (i or 0) + 1 return i < 4 and i or nil end do s = s + i end return s", "6" },
        { "do local x <close> = setmetatable({}, { __close = function() nap(1) end }) end return 'closed'", "closed" },
        { "error('plain', 0)", "plain" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) gives(*state, ROWS[i].text, ROWS[i].gives);
}

static void a_script_s_own_coroutines_may_wait(void **state) {
    static const struct { const char *text, *gives; } ROWS[] = {
        { "return coroutine.resume(coroutine.create(function() return nap(1) end))", "true,rested" },
        { "return coroutine.wrap(function() nap(1) return 'wrapped' end)()", "wrapped" },
        { "local co = coroutine.wrap(function(a) nap(1) local b = coroutine.yield(a + 1) nap(1) return b + 1 end) return co(1), co(5)", "2,6" },
        { "local deep = coroutine.wrap(function() return coroutine.wrap(function() nap(1) return coroutine.wrap(function() nap(1) return 'deep' end)() end)() end) return deep()", "deep" },
        { "local co = coroutine.create(function() nap(1) error('inside', 0) end) return coroutine.resume(co)", "false,inside" },
        { "return pcall(coroutine.wrap(function() nap(1) error('inside', 0) end))", "false,inside" },
        { "local co co = coroutine.create(function() nap(1) return coroutine.status(co) end) return coroutine.resume(co)", "true,running" },
        { "local _, main = coroutine.running() return main, coroutine.isyieldable()", "true,false" },
        { "return pcall(coroutine.yield, 1)", "false,attempt to yield from outside a coroutine" },
        { "local n = 0 for v in coroutine.wrap(function() for i = 1, 5 do nap(1) coroutine.yield(i) end end) do n = n + v end return n", "15" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) gives(*state, ROWS[i].text, ROWS[i].gives);
}

static void waiting_below_a_c_function_is_an_error_and_no_crash(void **state) {
    static const char *const ROWS[] = {
        "table.sort({ 3, 1, 2 }, function(a, b) nap(1) return a < b end)",
        "(('abc'):gsub('.', function() nap(1) end))",
        "load(function() nap(1) end)",
        "tostring(setmetatable({}, { __tostring = function() nap(1) return '' end }))",
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char text[300];
        snprintf(text, sizeof text, "local ok, e = pcall(function() return assert(%s) end) return ok, (tostring(e):find('cannot wait here') or tostring(e):find('yield across')) ~= nil", ROWS[i]);
        gives(*state, text, "false,true");
    }
}

static void on_beat(uv_timer_t *timer) { ((Room *)timer->data)->beats++; }

static int l_beats(lua_State *L) {
    lua_pushinteger(L, room_of(vm_of(L))->beats);
    return 1;
}

/* A timer of the loop beats every 10 ms; the text spins until it has seen ten beats. */
static void is_not_held(Room *room, const char *text) {
    uv_timer_t metronome = { .data = room };
    room->beats = 0;
    lua_register(room->vm.L, "beats", l_beats);
    uv_timer_init(&room->loop, &metronome);
    uv_timer_start(&metronome, on_beat, 0, 10);
    uv_unref((uv_handle_t *)&metronome);
    gives(room, text, "10 beats");
    uv_close((uv_handle_t *)&metronome, NULL);
    uv_run(&room->loop, UV_RUN_DEFAULT);
}

static void a_fiber_that_spins_does_not_hold_the_loop(void **state) {
    static const char *const ROWS[] = {
        "return listen()",
        "return coroutine.wrap(listen)()",
        "return select(2, pcall(listen))",
        "local t = setmetatable({}, { __index = function() return (listen()) end }) return t.x",
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) is_not_held(*state, ROWS[i]);
}

static void two_fibers_that_spin_take_turns(void **state) {
    Room *room = *state;
    begin(room, "order, turn = {}, 'a' for i = 1, 4 do await_turn('a', 'b') end");
    begin(room, "for i = 1, 4 do await_turn('b', 'a') end");
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, 2);
    gives(room, "return table.concat(order)", "abababab");
}

static void spinning_below_a_c_function_ends_well(void **state) {
    gives(*state, "local t = {} for i = 1, 40 do t[i] = -i end table.sort(t, function(a, b) spin(1) return a < b end) return t[1], t[40]", "-40,-1");
    gives(*state, "return (('abcdefgh'):gsub('.', function(c) spin(10) return c:upper() end))", "ABCDEFGH");
}

static void a_stopped_fiber_is_told_as_yielded(void **state) {
    Room *room = *state;
    begin(room, "pcall(stop) error 'never'");
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, 1);
    assert_int_equal(room->status, LUA_YIELD);
}

static void a_dropped_fiber_never_comes_back_and_closes_its_variables(void **state) {
    Room *room = *state;
    Fiber *waits = begin(room, "local x <close> = setmetatable({}, { __close = function() closed = true end }) nap(100000) never = true");
    Fiber *nested = begin(room, "coroutine.wrap(function() nap(100000) never = true end)()");
    fiber_drop(waits);
    fiber_drop(nested);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, 0);
    assert_int_equal(room->released, 2);
    gives(room, "return closed, never", "true,nil");
}

static void a_state_closes_with_things_in_flight(void **state) {
    Room *room = *state;
    for (int i = 0; i < 50; i++) {
        char text[120];
        snprintf(text, sizeof text, "%s nap(%d) %s", i % 2 ? "coroutine.wrap(function()" : "do", 10 + i * 1000, i % 2 ? "end)()" : "end");
        begin(room, text);
    }
    vm_close(&room->vm, on_closed);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, 0);
    assert_int_equal(room->released, 50);
    assert_int_equal(room->closed, 1);
}

static void a_thousand_fibers_wait_at_once(void **state) {
    Room *room = *state;
    for (int i = 0; i < 1000; i++) begin(room, "nap(5) sum = (sum or 0) + 1");
    assert_int_equal(room->vm.live, 1000);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    assert_int_equal(room->ended, 1000);
    assert_int_equal(room->vm.live, 0);
    gives(room, "return sum", "1000");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_is_a_call_that_returns_later, up, down),
        cmocka_unit_test_setup_teardown(a_script_s_own_coroutines_may_wait, up, down),
        cmocka_unit_test_setup_teardown(waiting_below_a_c_function_is_an_error_and_no_crash, up, down),
        cmocka_unit_test_setup_teardown(a_fiber_that_spins_does_not_hold_the_loop, up, down),
        cmocka_unit_test_setup_teardown(two_fibers_that_spin_take_turns, up, down),
        cmocka_unit_test_setup_teardown(spinning_below_a_c_function_ends_well, up, down),
        cmocka_unit_test_setup_teardown(a_stopped_fiber_is_told_as_yielded, up, down),
        cmocka_unit_test_setup_teardown(a_dropped_fiber_never_comes_back_and_closes_its_variables, up, down),
        cmocka_unit_test_setup_teardown(a_state_closes_with_things_in_flight, up, down),
        cmocka_unit_test_setup_teardown(a_thousand_fibers_wait_at_once, up, down),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
