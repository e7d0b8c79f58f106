/* lua_archive.c - aios.archive: list, unpack and pack archives on the thread pool. Paths are lua_path.h's. */
#include "lua/await.h"
#include "lua/lua_path.h"
#include "lua/value.h"
#include "os/archive.h"
#include "time/calendar.h"
#include <lauxlib.h>
#include <string.h>

typedef struct ArchiveOp ArchiveOp;
typedef struct {
    AwaitKind await;                                    /* first: an operation's kind is one of these */
    bool    (*act)(ArchiveOp *op, Err *err);            /* on a pool thread: no Lua */
} ArchiveKind;

struct ArchiveOp {
    Await        base;
    uv_work_t    work;
    Err          err;                                   /* written by the pool thread */
    bool         failed;
    char         path[PATH_SIZE], other[PATH_SIZE];
    int64_t      max;
    ArchiveList  list;
    ArchiveTotal total;
};

static Place place(const ArchiveOp *op) { return (Place){ PLACE_REAL, op->path }; }
static Place other(const ArchiveOp *op) { return (Place){ PLACE_REAL, op->other }; }

static bool act_list(ArchiveOp *op, Err *err)   { return archive_list(place(op), &op->list, err); }
static bool act_unpack(ArchiveOp *op, Err *err) { return archive_unpack(place(op), other(op), op->max, &op->total, err); }
static bool act_pack(ArchiveOp *op, Err *err)   { return archive_pack(place(op), other(op), &op->total, err); }

static void on_pool(uv_work_t *work) {
    ArchiveOp *op = work->data;
    op->failed = !((const ArchiveKind *)op->base.kind)->act(op, &op->err);
}

static void after_pool(uv_work_t *work, int status) {
    ArchiveOp *op = work->data;
    if (status == 0 && op->failed) op->base.err = op->err;
    await_wake(op, status);
}

/* Work that a pool thread has begun cannot be called back; it ends by itself. */
static void cancel(Await *a) { uv_cancel((uv_req_t *)&((ArchiveOp *)a)->work); }

static void release(Await *a) {
    ArchiveOp *op = (ArchiveOp *)a;
    archive_list_drop(&op->list);
    buf_drop(&op->total.left_out);
    await_free(op);
}

static void set_string(lua_State *L, const char *key, const char *value) { lua_pushstring(L, value); lua_setfield(L, -2, key); }
static void set_integer(lua_State *L, const char *key, int64_t value) { lua_pushinteger(L, value); lua_setfield(L, -2, key); }

/* [list] */
static int push_list(lua_State *L, Await *a) {
    const ArchiveList *list = &((ArchiveOp *)a)->list;
    char modified[CALENDAR_TEXT];
    lua_createtable(L, (int)list->count, 0);
    value_mark_list(L, -1);
    for (size_t i = 0; i < list->count; i++) {
        const ArchiveItem *item = &list->items[i];
        calendar_format(item->info.modified_ms, 0, modified);
        lua_createtable(L, 0, 4);
        set_string(L, "name", item->name);
        set_string(L, "type", item->info.type);
        set_integer(L, "size", item->info.size);
        set_string(L, "modified", modified);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int push_total(lua_State *L, Await *a) {
    const ArchiveTotal *total = &((ArchiveOp *)a)->total;
    const char *name = buf_text(&total->left_out), *end = name + total->left_out.len;
    lua_createtable(L, 0, 3);
    set_integer(L, "files", total->files);
    set_integer(L, "bytes", total->bytes);
    lua_newtable(L);
    value_mark_list(L, -1);
    for (lua_Integer i = 1; name < end; name += strlen(name) + 1, i++) {
        lua_pushstring(L, name);
        lua_rawseti(L, -2, i);
    }
    lua_setfield(L, -2, "left_out");
    return 1;
}

#define KIND(label, push_, act_) { { .name = label, .push = push_, .cancel = cancel, .release = release }, act_ }
static const ArchiveKind LIST   = KIND("archive.list", push_list, act_list);
static const ArchiveKind UNPACK = KIND("archive.extract", push_total, act_unpack);
static const ArchiveKind PACK   = KIND("archive.create", push_total, act_pack);

static int start(lua_State *L, ArchiveOp *op) {
    op->work.data = op;
    return await_yield(L, op, uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool));
}

/* archive.list(path) -> { {name, type, size, modified} } | nil, err */
static int l_archive_list(lua_State *L) {
    lua_settop(L, 1);
    ArchiveOp *op = await_new(L, &LIST.await, sizeof *op);
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    return start(L, op);
}

/* archive.extract(path, to, max bytes) -> { files, bytes, left_out } | nil, err */
static int l_archive_extract(lua_State *L) {
    lua_Integer max = luaL_checkinteger(L, 3);
    luaL_argcheck(L, max > 0, 3, "a number of bytes");
    lua_settop(L, 2);
    ArchiveOp *op = await_new(L, &UNPACK.await, sizeof *op);
    op->max = max;
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    lua_path_check(L, 2, "fs.write", PATH_FOLLOW, op->other);
    return start(L, op);
}

/* archive.create(path, from) -> { files, bytes, left_out } | nil, err */
static int l_archive_create(lua_State *L) {
    lua_settop(L, 2);
    ArchiveOp *op = await_new(L, &PACK.await, sizeof *op);
    lua_path_check(L, 1, "fs.write", PATH_FOLLOW, op->path);
    lua_path_check(L, 2, "fs.read", PATH_FOLLOW, op->other);
    return start(L, op);
}

int luaopen_aios_archive(lua_State *L) {
    static const luaL_Reg ARCHIVE[] = { { "list", l_archive_list }, { "extract", l_archive_extract }, { "create", l_archive_create }, { NULL, NULL } };
    luaL_newlib(L, ARCHIVE);
    return 1;
}
