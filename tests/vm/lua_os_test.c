/* links: lua os time base */
/* aios.fs and aios.process as a script meets them, with a gate that writes down what it was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "lua/fiber.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "lua/value.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int luaopen_aios_fs(lua_State *L);
int luaopen_aios_process(lua_State *L);

/* Stands in for the one in doors.c: `asked` is a list of "need resource", `refused` a need that is refused. */
bool gate_check(lua_State *L, const char *need, const char *resource) {
    lua_getglobal(L, "asked");
    lua_pushfstring(L, "%s %s", need, resource);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_getglobal(L, "refused");
    bool no = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), need) == 0;
    lua_pop(L, 2);
    if (!no) return true;
    Err err;
    err_set(&err, "denied", "%s", need);
    err_raise(L, &err);
    return false;
}

typedef struct { int calls, status; char text[600]; } Ended;

static void on_end(Fiber *fiber, int status, int nresults) {
    Ended *ended = fiber->context;
    (void)nresults;
    ended->calls++;
    ended->status = status;
    if (status == LUA_OK) return;
    lua_State *co = fiber->co;
    if (lua_type(co, -1) == LUA_TTABLE) lua_getfield(co, -1, "message");
    snprintf(ended->text, sizeof ended->text, "%s", lua_tostring(co, -1) ? lua_tostring(co, -1) : "?");
}

static const char PRELUDE[] =
    "function path(name) return dir .. '/' .. name end\n"
    "function eq(a, b) if a ~= b then error(('got %s, want %s'):format(a, b), 2) end end\n"
    "function fails(code, value, err) eq(value, nil) eq(err and err.code, code) return err.message end\n"
    "function raises(word, ...) local ok, e = pcall(...) eq(ok, false)\n"
    "  e = type(e) == 'table' and e.code .. ' ' .. e.message or e\n"
    "  if not e:find(word, 1, true) then error(e, 2) end end\n";

static void no_op(Vm *vm) { (void)vm; }

/* Runs the text in a fiber of a fresh state; `stop_ms` > 0 closes the state while it waits. */
static void script(const char *text, int stop_ms) {
    uv_loop_t loop;
    Vm vm = { .L = NULL };
    Err err;
    Ended ended = { .calls = 0 };
    char dir[64] = "/tmp/aios-lua-XXXXXX", command[100];
    assert_non_null(mkdtemp(dir));
    uv_loop_init(&loop);
    assert_true(vm_open(&vm, &loop, seam_real(), 0, &err));
    lua_State *L = vm.L;
    luaL_openlibs(L);
    luaL_requiref(L, "fs", luaopen_aios_fs, 1);
    luaL_requiref(L, "process", luaopen_aios_process, 1);
    luaL_requiref(L, "json", luaopen_aios_json, 1);
    lua_pushstring(L, dir);
    lua_setglobal(L, "dir");
    lua_newtable(L);
    lua_setglobal(L, "asked");
    assert_int_equal(luaL_dostring(L, PRELUDE), LUA_OK);
    lua_settop(L, 0);
    Fiber *fiber = fiber_new(&vm, on_end, &ended);
    if (luaL_loadstring(fiber->co, text) != LUA_OK) fail_msg("%s", lua_tostring(fiber->co, -1));
    fiber_resume(fiber, 0);
    if (stop_ms > 0) {
        for (int i = 0; i < stop_ms && ended.calls == 0; i++) { uv_run(&loop, UV_RUN_NOWAIT); usleep(1000); }
        assert_int_equal(ended.calls, 0);
        fiber_drop(fiber);
    } else {
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(ended.calls, 1);
    }
    vm_close(&vm, no_op);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0);
    if (ended.status != LUA_OK) fail_msg("%s", ended.text);
}

#define CLAIM(name, text) static void name(void **state) { (void)state; script(text, 0); }

CLAIM(a_file_makes_the_round_trip,
    "local text = 'a\\0b\\255\\n' eq(fs.write(path 'x', text).bytes, 5) eq(fs.read(path 'x'), text)\n"
    "eq(fs.append(path 'x', 'more').bytes, 4) eq(fs.read(path 'x'), text .. 'more')\n"
    "fs.write(path 'x', '!', { append = true }) eq(fs.read(path 'x'), text .. 'more!')")

CLAIM(the_world_s_failures_come_back,
    "fails('not_found', fs.read(path 'no')) fails('invalid', fs.read(dir)) fails('invalid', fs.read '/dev/null')\n"
    "fs.write(path 'x', '12345') fails('too_big', fs.read(path 'x', { max = 4 })) fails('not_found', fs.list(path 'no'))")

CLAIM(the_caller_s_mistakes_raise,
    "raises('NUL', fs.read, 'a\\0b') raises('string expected', fs.read) raises('empty', fs.read, '')\n"
    "raises('mode', fs.write, path 'x', '', { mode = 888 }) raises('mode', fs.write, path 'x', '', { mode = 7777 })\n"
    "raises('whole', fs.read, path 'x', { max = 1.5 }) raises('table', fs.list, dir, 3) eq(#asked, 0)")

CLAIM(a_mode_is_written_as_in_chmod,
    "fs.write(path 'x', '', { mode = 640 }) eq(fs.stat(path 'x').mode, 640) fs.write(path 'x', 'y', { mode = 7 }) eq(fs.stat(path 'x').mode, 7)")

CLAIM(looking_is_no_failure_where_nothing_is,
    "eq(fs.stat(path 'no'), nil) eq(select(2, fs.stat(path 'no')), nil) eq(fs.exists(path 'no'), false) fs.write(path 'x', 'abc')\n"
    "eq(fs.exists(path 'x'), true) eq(fs.exists(path 'x/y'), false)\n"
    "local s = fs.stat(path 'x') eq(s.name, 'x') eq(s.path, path 'x') eq(s.type, 'file') eq(s.size, 3)\n"
    "assert(s.modified:match '^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d')")

CLAIM(a_directory_is_listed_with_full_paths,
    "eq(json.encode(fs.list(dir)), '[]') fs.mkdir(path 'a/b') fs.write(path 'a/b/c.txt', 'x')\n"
    "local l = fs.list(dir, { deep = true, glob = '*.txt' }) eq(#l, 1) eq(l[1].path, path 'a/b/c.txt') eq(l[1].name, 'c.txt')\n"
    "local h = fs.search(dir, 'x') eq(h[1].path, path 'a/b/c.txt') eq(h[1].line, 1)\n"
    "eq(#fs.hash(path 'a/b/c.txt'), 64) assert(fs.usage(dir).total > 0)")

CLAIM(removing_says_whether_anything_was_there,
    "fs.mkdir(path 'a/b') fails('exists', fs.remove(path 'a')) eq(fs.remove(path 'a', { deep = true }), true)\n"
    "eq(fs.remove(path 'a'), false) fs.write(path 'x', '') os.execute('ln -s x ' .. path 'l')\n"
    "eq(fs.remove(path 'l'), true) eq(fs.exists(path 'x'), true)")

CLAIM(files_are_copied_and_moved,
    "fs.write(path 'a', 'text') eq(fs.copy(path 'a', path 'b'), true) eq(fs.move(path 'b', path 'c'), true)\n"
    "eq(fs.read(path 'c'), 'text') eq(fs.exists(path 'b'), false)")

CLAIM(the_gate_sees_where_a_link_leads,
    "os.execute('ln -s /etc ' .. path 'inside') fs.read(path 'inside/hostname')\n"
    "eq(asked[1], 'fs.read /etc/hostname') fs.read(path 'a/../x//y') eq(asked[2], 'fs.read ' .. path 'x/y')\n"
    "fs.write(path 'x', '') eq(asked[3], 'fs.write ' .. path 'x')")

CLAIM(what_the_gate_refuses_does_not_happen,
    "refused = 'fs.write' raises('denied', fs.write, path 'x', '') eq(fs.exists(path 'x'), false)\n"
    "raises('denied', fs.mkdir, path 'd') raises('denied', fs.remove, dir) raises('denied', fs.copy, '/etc/hostname', path 'x')\n"
    "refused = 'process' raises('denied', process.run, { 'touch', path 'x' }) raises('denied', process.spawn, { 'touch', path 'x' })\n"
    "eq(fs.exists(path 'x'), false) eq(asked[#asked - 1], 'process touch')")

CLAIM(a_program_runs_and_answers,
    "local r = process.run({ 'sh', '-c', 'cat; pwd; echo $X >&2; exit 3' }, { input = 'in\\n', cwd = dir, env = { X = 'y' } })\n"
    "eq(r.code, 3) eq(r.out, 'in\\n' .. dir .. '\\n') eq(r.err, 'y\\n') assert(r.time > 0) eq(r.signal, nil) eq(r.truncated, nil)\n"
    "eq(process.run({ 'echo', 5, 'a b' }).out, '5 a b\\n') r = process.run { 'sh', '-c', 'kill -KILL $$' } eq(r.signal, 'KILL') eq(r.code, 137)\n"
    "r = process.run({ 'echo', 'long' }, { max = 2 }) eq(r.out, 'lo') eq(r.truncated, true)")

CLAIM(a_program_that_takes_too_long_is_a_timeout,
    "local m = fails('timeout', process.run({ 'sleep', '60' }, { timeout = 0.05 })) assert(m:find('0.05 seconds', 1, true), m)")

CLAIM(what_cannot_be_run_is_said_before_anything_starts,
    "fails('not_found', process.run { 'no-such-program' }) fails('invalid', process.run { dir }) fails('not_found', process.run({ 'true' }, { cwd = path 'no' }))\n"
    "raises('a list is needed', process.run, {}) raises('table expected', process.run, 'ls') raises('must be a string', process.run, { 'ls', {} })\n"
    "raises('NUL', process.run, { 'ls', 'a\\0' }) raises('LD_', process.run, { 'ls' }, { env = { LD_PRELOAD = 'x' } })\n"
    "raises('over zero', process.run, { 'ls' }, { timeout = 0 }) raises('over zero', process.run, { 'ls' }, { timeout = 0/0 })")

CLAIM(limits_reach_the_program,
    "eq(process.run({ 'sh', '-c', 'ulimit -n' }, { limits = { files = 40 } }).out, '40\\n')")

CLAIM(a_spawned_process_is_listed_and_killed,
    "local pid = process.spawn({ 'sleep', '74' }).pid local found\n"
    "for _, p in ipairs(process.list()) do if p.pid == pid then found = p end end\n"
    "eq(found.name, 'sleep') eq(found.command, 'sleep 74') eq(process.info(pid).command, 'sleep 74') eq(process.kill(pid), true)\n"
    "eq(asked[#asked], 'process.kill sleep') eq(process.info(4194303), nil) fails('not_found', process.kill(4194303)) fails('denied', process.kill(1))\n"
    "fails('invalid', process.kill(-1)) raises('signal', process.kill, pid, 'NOPE')")

static void a_state_closes_while_a_program_runs(void **state) {
    (void)state;
    script("process.run { 'sleep', '60' }", 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_makes_the_round_trip),
        cmocka_unit_test(the_world_s_failures_come_back),
        cmocka_unit_test(the_caller_s_mistakes_raise),
        cmocka_unit_test(a_mode_is_written_as_in_chmod),
        cmocka_unit_test(looking_is_no_failure_where_nothing_is),
        cmocka_unit_test(a_directory_is_listed_with_full_paths),
        cmocka_unit_test(removing_says_whether_anything_was_there),
        cmocka_unit_test(files_are_copied_and_moved),
        cmocka_unit_test(the_gate_sees_where_a_link_leads),
        cmocka_unit_test(what_the_gate_refuses_does_not_happen),
        cmocka_unit_test(a_program_runs_and_answers),
        cmocka_unit_test(a_program_that_takes_too_long_is_a_timeout),
        cmocka_unit_test(what_cannot_be_run_is_said_before_anything_starts),
        cmocka_unit_test(limits_reach_the_program),
        cmocka_unit_test(a_spawned_process_is_listed_and_killed),
        cmocka_unit_test(a_state_closes_while_a_program_runs),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
