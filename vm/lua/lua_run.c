/* lua_run.c - aios.run: how stdlib/flow.lua reaches the run it is in and its journal. */
#include "lua/group.h"
#include "lua/inlet.h"
#include "lua/lua_err.h"
#include "lua/engine_parts.h"
#include "lua/run_place.h"
#include "store/audit.h"
#include <lauxlib.h>

/* muted() -> true while the run only repeats what it has said before, or leaves memory; a finalizer may say something */
static int l_muted(lua_State *L) {
    if (branch_in_finalizer(L) || !vm_of(L)->current) {
        lua_pushboolean(L, !branch_in_finalizer(L));
        return 1;
    }
    Run *run = run_of(L);
    bool repeats = run->inspect || run->phase == RUN_ACTIVATING || run_engine(run)->replaying || !replay_is_over(&run->replay);
    lua_pushboolean(L, repeats || (run->ledger.row.undo && !run->undoing));
    return 1;
}

/* looks(on): the branch looks at the condition of a `wait until`, or no longer */
static int l_looks(lua_State *L) {
    branch_of(L)->looks = lua_toboolean(L, 1);
    return 0;
}

static int l_begin(lua_State *L) {
    run_begin(run_of(L));
    return 0;
}

/* is_load() -> true in the run that declares what the program consists of */
static int l_is_load(lua_State *L) {
    Run *run = run_of(L);
    lua_pushboolean(L, engine_is_load(run_engine(run), &run->ledger.row) || (run_engine(run)->session && run->is_load));
    return 1;
}

/* declare(name, json): a workflow of this program; of the load run only */
static int l_declare(lua_State *L) {
    Program *program = run_of(L)->program;
    const char *name = luaL_checkstring(L, 1);
    Err err;
    if (program->engine->session) {                     /* at a prompt the newest counts */
        if (!engine_declare_more(program->engine, &err)) return err_raise(L, &err);
        program_undeclare(program, name);
    }
    for (size_t i = 0; i < program->declared_count; i++)
        if (!strcmp(program->declared[i].name, name)) return luaL_error(L, "there are two workflows named %s", name);
    program->declared = mem_resize(program->declared, (program->declared_count + 1) * sizeof *program->declared);
    program->declared[program->declared_count++] = (Declared){ mem_copy(run_check_slice(L, 1)), mem_copy(run_check_slice(L, 2)) };
    return 0;
}

/* typed() -> the path of the program as the person wrote it */
static int l_typed(lua_State *L) {
    const EngineJob *job = program_of(L)->engine->job;
    lua_pushstring(L, job->typed ? job->typed : job->path);
    return 1;
}

/* program_name() -> its file name */
static int l_program_name(lua_State *L) {
    lua_pushstring(L, program_of(L)->name);
    return 1;
}

/* info() -> { id, name, program, cause, attempt, due, started } */
static int l_info(lua_State *L) {
    const RunRow *row = &run_of(L)->ledger.row;
    lua_createtable(L, 0, 6);
    lua_pushlstring(L, row->uid.ptr, row->uid.len);
    lua_setfield(L, -2, "id");
    lua_pushlstring(L, row->name.ptr, row->name.len);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, program_of(L)->path);
    lua_setfield(L, -2, "program");
    if (row->cause.ptr) lua_pushlstring(L, row->cause.ptr, row->cause.len);
    else lua_pushnil(L);
    lua_setfield(L, -2, "cause");
    lua_pushinteger(L, row->attempt ? row->attempt : 1);
    lua_setfield(L, -2, "attempt");
    if (row->nominal) lua_pushnumber(L, (lua_Number)row->nominal / 1000.0);
    else lua_pushnil(L);
    lua_setfield(L, -2, "due");
    lua_pushnumber(L, (lua_Number)row->started / 1000.0);
    lua_setfield(L, -2, "started");
    return 1;
}

/* line() -> the line of the program that is being executed */
static int l_line(lua_State *L) {
    lua_pushinteger(L, run_line(L));
    return 1;
}

/* audit(tool, args_json [, reason]): a tool written in the language is being called */
static int l_audit(lua_State *L) {
    Run *run = run_of(L);
    Err err;
    if (run->phase == RUN_ACTIVATING || run->is_look || run->inspect || run_engine(run)->replaying || branch_scope(branch_of(L))->recorded) return 0;
    if (!ledger_open(&run->ledger, &err)) return err_raise(L, &err);
    AuditRow row = { .run = run->ledger.row.uid, .program = slice_of(run->program->path), .path = branch_path(branch_of(L)),
                     .tool = run_check_slice(L, 1), .args = run_check_slice(L, 2), .decision = slice_of("allow") };
    if (!lua_isnoneornil(L, 3)) row.reason = run_check_slice(L, 3);
    audit_append(run->ledger.store, &row);
    return 0;
}

/* pure(fn, ...) -> what fn(...) gives; whatever waits inside raises an error */
static int l_pure(lua_State *L) {
    Vm *vm = vm_of(L);
    vm->pinned++;
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    vm->pinned--;
    return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

static int l_traceback(lua_State *L) {
    luaL_traceback(L, L, NULL, 2);
    return 1;
}

/* allowed(need, resource) -> boolean */
static int l_allowed(lua_State *L) {
    lua_pushboolean(L, permits_cover(program_of(L)->permits, luaL_checkstring(L, 1), luaL_optstring(L, 2, "")));
    return 1;
}

/* exit(code): os.exit inside a run ends the process, and the run with it */
static int l_exit(lua_State *L) {
    Run *run = run_of(L);
    run->exit_code = (int)luaL_optinteger(L, 1, 0);
    run->stop_state = RUN_DONE;
    return fiber_stop(L);
}

int luaopen_aios_run(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "call", run_l_call }, { "enter", run_l_enter }, { "leave", run_l_leave }, { "wait", run_l_wait },
        { "fork", run_l_fork }, { "spawn", run_l_spawn }, { "room", run_l_room }, { "abort", run_l_abort }, { "join", run_l_join },
        { "bound", run_l_bound }, { "shield", run_l_shield }, { "unbound", run_l_unbound }, { "cut", run_l_cut }, { "looks", l_looks },
        { "now", run_l_now }, { "cpu", run_l_cpu },
        { "random", run_l_random }, { "seed", run_l_seed }, { "uuid", run_l_uuid }, { "muted", l_muted }, { "begin", l_begin },
        { "is_load", l_is_load }, { "declare", l_declare }, { "program_name", l_program_name }, { "typed", l_typed }, { "info", l_info }, { "traceback", l_traceback }, { "line", l_line }, { "audit", l_audit }, { "pure", l_pure },
        { "own", run_l_own }, { "receive", run_l_receive }, { "continued", run_l_continued }, { "version", run_l_version },
        { "path", run_l_path }, { "passes", run_l_passes }, { "undone", run_l_undone },
        { "allowed", l_allowed }, { "exit", l_exit }, { "testing", run_l_testing }, { "advance", run_l_advance },
        { "set_clock", run_l_set_clock }, { "fire", run_l_fire }, { "happen", run_l_happen }, { "row", run_l_row }, { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    return 1;
}
