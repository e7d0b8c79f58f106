#include "lua/process_list.h"
#include "lua/await.h"
#include "lua/gate.h"
#include "lua/lua_err.h"
#include "lua/value.h"
#include "os/proc_table.h"
#include "time/calendar.h"
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>

typedef struct {
    Await     base;
    uv_work_t work;
    ProcList  list;
    Err       err;
    bool      failed;
} ListOp;

static void set_integer(lua_State *L, const char *key, int64_t value) { lua_pushinteger(L, value); lua_setfield(L, -2, key); }
static void set_string(lua_State *L, const char *key, const char *value) { lua_pushstring(L, value); lua_setfield(L, -2, key); }

static void push_entry(lua_State *L, const ProcEntry *entry) {
    char started[CALENDAR_TEXT];
    calendar_format(entry->started_ms / 1000 * 1000, 0, started);
    lua_createtable(L, 0, 9);
    set_integer(L, "pid", entry->pid);
    set_integer(L, "parent", entry->parent);
    set_integer(L, "user", entry->user);
    set_string(L, "name", entry->name);
    set_string(L, "state", entry->state);
    set_integer(L, "memory", entry->memory);
    lua_pushnumber(L, entry->cpu);
    lua_setfield(L, -2, "cpu");
    set_string(L, "started", started);
    lua_pushlstring(L, buf_text(&entry->command), entry->command.len);
    lua_setfield(L, -2, "command");
}

static void on_pool(uv_work_t *work) {
    ListOp *op = work->data;
    op->failed = !proc_list(&op->list, &op->err);
}

static void after_pool(uv_work_t *work, int status) {
    ListOp *op = work->data;
    if (op->failed) op->base.err = op->err;
    await_wake(op, status);
}

static int list_push(lua_State *L, Await *a) {
    const ListOp *op = (ListOp *)a;
    lua_createtable(L, (int)op->list.count, 0);
    value_mark_list(L, -1);
    for (size_t i = 0; i < op->list.count; i++) {
        push_entry(L, &op->list.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void list_cancel(Await *a) { uv_cancel((uv_req_t *)&((ListOp *)a)->work); }

static void list_release(Await *a) {
    proc_list_drop(&((ListOp *)a)->list);
    await_free(a);
}

static const AwaitKind LIST = { .name = "process.list", .push = list_push, .cancel = list_cancel, .release = list_release };

/* process.list() -> { {pid, parent, user, name, state, memory, cpu, started, command} } | nil, err */
int l_process_list(lua_State *L) {
    ListOp *op = await_new(L, &LIST, sizeof *op);
    op->work.data = op;
    return await_yield(L, op, uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool));
}

static int check_pid(lua_State *L, int index) {
    lua_Integer pid = luaL_checkinteger(L, index);
    luaL_argcheck(L, pid >= INT_MIN && pid <= INT_MAX, index, "not the id of a process");
    return (int)pid;
}

/* process.info(pid) -> the same record | nil when there is none */
int l_process_info(lua_State *L) {
    ProcEntry entry;
    Err err;
    if (!proc_look(check_pid(L, 1), &entry, &err)) {
        lua_pushnil(L);
        return 1;
    }
    push_entry(L, &entry);
    proc_entry_drop(&entry);
    return 1;
}

/* process.kill(pid, signal) -> true | nil, err; asks for process.kill with the name of the program */
int l_process_kill(lua_State *L) {
    ProcEntry entry;
    Err err;
    char name[sizeof entry.name] = "";
    int pid = check_pid(L, 1), number = proc_signal_number(luaL_optstring(L, 2, "TERM"));
    luaL_argcheck(L, number > 0, 2, "not the name of a signal, such as \"TERM\" or \"KILL\"");
    if (proc_look(pid, &entry, &err)) {
        snprintf(name, sizeof name, "%s", entry.name);
        proc_entry_drop(&entry);
    }
    gate_check(L, "process.kill", *name ? name : "?");
    if (!proc_kill(pid, number, &err)) return err_push(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}
