/* lua_process.c - aios.process: run and spawn programs by argv, look at processes, signal them. */
#include "lua/await.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "lua/lua_path.h"
#include "lua/process_list.h"
#include "os/proc.h"
#include "os/proc_table.h"
#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <unistd.h>

enum { ARGS_MAX = 10000, TIMEOUT_MAX_S = 366 * 86400 };

/* -------------------------------------------------- what a script says, read into a ProcSpec */

/* The value on top as a C string kept alive in the list at `anchor`; pops it. */
static const char *keep_string(lua_State *L, int anchor, const char *what) {
    size_t len;
    if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER) luaL_error(L, "%s must be a string", what);
    const char *text = lua_tolstring(L, -1, &len);
    if (strlen(text) != len) luaL_error(L, "%s cannot hold a NUL byte", what);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    return text;
}

/* A NULL-ended array of n + 1 pointers, alive as long as the list at `anchor`. */
static const char **keep_array(lua_State *L, int anchor, size_t n) {
    const char **array = lua_newuserdatauv(L, (n + 1) * sizeof *array, 0);
    memset(array, 0, (n + 1) * sizeof *array);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    return array;
}

static const char *const *read_argv(lua_State *L, int index, int anchor) {
    luaL_checktype(L, index, LUA_TTABLE);
    size_t n = lua_rawlen(L, index);
    luaL_argcheck(L, n > 0 && n <= ARGS_MAX, index, "a list is needed: the program and its arguments, such as { \"git\", \"pull\" }");
    const char **argv = keep_array(L, anchor, n);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        argv[i] = keep_string(L, anchor, "each argument");
    }
    return argv;
}

/* A variable that makes the loader bring in other code would make any program another one. */
static bool is_name(const char *name) {
    if (!isalpha((unsigned char)*name) && *name != '_') return false;
    for (const char *c = name; *c; c++) if (!isalnum((unsigned char)*c) && *c != '_') return false;
    return strncmp(name, "LD_", 3) != 0;
}

/* [env] */
static const char *const *read_env(lua_State *L, int anchor) {
    size_t n = 0;
    int env = lua_gettop(L);
    luaL_checktype(L, env, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, env); lua_pop(L, 1)) n++;
    const char **list = keep_array(L, anchor, n);
    size_t i = 0;
    for (lua_pushnil(L); lua_next(L, env); ) {          /* [env name value] */
        if (lua_type(L, -2) != LUA_TSTRING || !is_name(lua_tostring(L, -2)))
            luaL_error(L, "env: a name is letters, digits and _, and does not begin with LD_");
        if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER) luaL_error(L, "env: %s must be a string", lua_tostring(L, -2));
        size_t len;
        const char *value = lua_tolstring(L, -1, &len);
        if (strlen(value) != len) luaL_error(L, "env: %s cannot hold a NUL byte", lua_tostring(L, -2));
        lua_pushfstring(L, "%s=%s", lua_tostring(L, -2), value);
        list[i++] = keep_string(L, anchor, "a variable");
        lua_pop(L, 1);
    }
    return list;
}

static int64_t read_whole(lua_State *L, int table, const char *name) {
    int is_integer = 1;
    int type = lua_getfield(L, table, name);
    lua_Integer value = type == LUA_TNIL ? 0 : lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || value < 0) luaL_error(L, "%s must be a whole number of zero or more", name);
    lua_pop(L, 1);
    return value;
}

/* [limits] */
static void read_limits(lua_State *L, ChildLimits *limits) {
    int at = lua_gettop(L);
    luaL_checktype(L, at, LUA_TTABLE);
    limits->memory = read_whole(L, at, "memory");
    limits->cpu = read_whole(L, at, "cpu");
    limits->file_size = read_whole(L, at, "file_size");
    limits->files = read_whole(L, at, "files");
    limits->processes = read_whole(L, at, "processes");
}

/* Reads the list at 1 and the options at 2. `anchor` is a list that keeps what the spec points to. */
static void read_spec(lua_State *L, int anchor, ProcSpec *spec, char cwd[PATH_SIZE]) {
    *spec = (ProcSpec){ .child = { .argv = read_argv(L, 1, anchor) } };
    if (lua_isnoneornil(L, 2)) return;
    luaL_checktype(L, 2, LUA_TTABLE);
    int top = lua_gettop(L);
    if (lua_getfield(L, 2, "cwd") != LUA_TNIL) {
        lua_path_get(L, -1, PATH_FOLLOW, cwd);
        spec->child.cwd = cwd;
    }
    if (lua_getfield(L, 2, "env") != LUA_TNIL) spec->child.env = read_env(L, anchor);
    if (lua_getfield(L, 2, "limits") != LUA_TNIL) read_limits(L, &spec->child.limits);
    if (lua_getfield(L, 2, "input") != LUA_TNIL) {
        if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "input must be a string");
        spec->input.ptr = lua_tolstring(L, -1, &spec->input.len);
        lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    }
    if (lua_getfield(L, 2, "timeout") != LUA_TNIL) {
        lua_Number seconds = lua_tonumber(L, -1);
        if (!(seconds > 0 && seconds <= TIMEOUT_MAX_S)) luaL_error(L, "timeout must be a number of seconds over zero, such as 30s");
        spec->timeout_ms = seconds < 0.001 ? 1 : (uint64_t)(seconds * 1000);
    }
    spec->output_max = (size_t)read_whole(L, 2, "max");
    lua_settop(L, top);
}

/* A grant names a program as it is called: "git" for the one in the system's directories, else its full path. */
static void ask_gate(lua_State *L, const char *name, const char *cwd) {
    char here[PATH_SIZE], full[PATH_SIZE];
    Err err;
    if (!strchr(name, '/')) { gate_check(L, "process", name); return; }
    if (!cwd) cwd = getcwd(here, sizeof here) ? here : "/";
    if (!path_absolute(cwd, NULL, name, full, &err)) { err_raise(L, &err); return; }
    gate_check(L, "process", full);
}

/* -------------------------------------------------- run and spawn */
typedef struct {
    Await      base;
    Proc      *proc;
    ProcResult result;
    uint64_t   timeout_ms;
    char       program[64];
} RunOp;

static void on_done(void *context, ProcResult *result) {
    RunOp *op = context;
    op->result = *result;
    *result = (ProcResult){ .code = 0 };                /* the Bufs are ours now */
    if (op->result.timed_out)
        err_set(&op->base.err, "timeout", "%s: still running after %g seconds, so it was ended with all it had started",
                op->program, (double)op->timeout_ms / 1000);
    await_wake(op, op->result.stopped ? UV_ECANCELED : 0);
}

static int push_run(lua_State *L, Await *a) {
    const ProcResult *r = &((RunOp *)a)->result;
    lua_createtable(L, 0, 6);
    lua_pushinteger(L, r->code);
    lua_setfield(L, -2, "code");
    lua_pushlstring(L, buf_text(&r->out), r->out.len);
    lua_setfield(L, -2, "out");
    lua_pushlstring(L, buf_text(&r->err), r->err.len);
    lua_setfield(L, -2, "err");
    lua_pushnumber(L, (lua_Number)r->time_us / 1e6);
    lua_setfield(L, -2, "time");
    if (r->signal) {
        lua_pushstring(L, proc_signal_name(r->signal));
        lua_setfield(L, -2, "signal");
    }
    if (r->out_cut || r->err_cut) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, "truncated");
    }
    return 1;
}

static void run_cancel(Await *a) { proc_stop(((RunOp *)a)->proc); }

static void run_release(Await *a) {
    RunOp *op = (RunOp *)a;
    buf_drop(&op->result.out);
    buf_drop(&op->result.err);
    await_free(op);
}

static const AwaitKind RUN = { .name = "process.run", .push = push_run, .cancel = run_cancel, .release = run_release };

/* process.run(argv, { cwd=, env=, input=, timeout=, max=, limits= }) -> { code, out, err, time, signal, truncated } | nil, err */
static int l_process_run(lua_State *L) {
    ProcSpec spec;
    char cwd[PATH_SIZE];
    Err err;
    lua_settop(L, 2);
    lua_newtable(L);
    read_spec(L, 3, &spec, cwd);
    ask_gate(L, spec.child.argv[0], spec.child.cwd);
    RunOp *op = await_new(L, &RUN, sizeof *op);
    op->timeout_ms = spec.timeout_ms;
    snprintf(op->program, sizeof op->program, "%s", path_name(spec.child.argv[0]));
    if (!proc_run(op->base.vm->loop, &spec, on_done, op, &op->proc, &err)) return err_push(L, &err);
    return await_yield(L, op, 0);
}

/* process.spawn(argv, { cwd=, env=, input=, limits= }) -> { pid } | nil, err; it outlives us */
static int l_process_spawn(lua_State *L) {
    ProcSpec spec;
    char cwd[PATH_SIZE];
    int pid;
    Err err;
    lua_settop(L, 2);
    lua_newtable(L);
    read_spec(L, 3, &spec, cwd);
    ask_gate(L, spec.child.argv[0], spec.child.cwd);
    if (!proc_spawn(&spec, &pid, &err)) return err_push(L, &err);
    lua_createtable(L, 0, 1);
    lua_pushinteger(L, pid);
    lua_setfield(L, -2, "pid");
    return 1;
}

int luaopen_aios_process(lua_State *L) {
    static const luaL_Reg PROCESS[] = {
        { "run", l_process_run }, { "spawn", l_process_spawn }, { "list", l_process_list },
        { "info", l_process_info }, { "kill", l_process_kill }, { NULL, NULL }
    };
    luaL_newlib(L, PROCESS);
    return 1;
}
