/* lua_fs.c - aios.fs: files and directories, on the thread pool. Paths are lua_path.h's. */
#include "lua/fs_op.h"
#include "lua/lua_path.h"
#include "os/draft.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static Place place(const FsOp *op) { return (Place){ PLACE_REAL, op->path }; }
static Place other(const FsOp *op) { return (Place){ PLACE_REAL, op->other }; }

/* -------------------------------------------------- acts, on a pool thread */
static bool act_read(FsOp *op, Err *err)   { return file_read(place(op), op->limit, &op->text, err); }
static bool act_write(FsOp *op, Err *err)  { return file_write(place(op), buf_slice(&op->text), op->mode, err); }
static bool act_append(FsOp *op, Err *err) { return file_append(place(op), buf_slice(&op->text), err); }
static bool act_mkdir(FsOp *op, Err *err)  { return dir_make(place(op), err); }
static bool act_copy(FsOp *op, Err *err)   { return file_copy(place(op), other(op), err); }
static bool act_move(FsOp *op, Err *err)   { return file_move(place(op), other(op), err); }
static bool act_hash(FsOp *op, Err *err)   { return file_hash(place(op), op->hash, err); }
static bool act_usage(FsOp *op, Err *err)  { return file_usage(place(op), &op->used, &op->free_bytes, &op->total, err); }
static bool act_chmod(FsOp *op, Err *err)  { return file_chmod(place(op), (unsigned)op->mode, err); }
static bool act_list(FsOp *op, Err *err)   { return dir_list(place(op), &(DirQuery){ op->glob, op->deep }, &op->list, err); }

static bool act_search(FsOp *op, Err *err) {
    return search_text(place(op), &(SearchQuery){ buf_slice(&op->text), op->glob, op->limit }, &op->hits, err);
}

/* Nothing there is an answer here, not a failure; so is a file where a directory would have to be. */
static bool act_stat(FsOp *op, Err *err) {
    if (file_stat(place(op), &op->info, err)) return true;
    op->absent = strcmp(err->code, "not_found") == 0 || strcmp(err->code, "invalid") == 0;
    return op->absent;
}

static bool act_remove(FsOp *op, Err *err) {
    if (!act_stat(op, err)) return false;
    if (op->absent) return true;
    if (strcmp(op->info.type, "directory") != 0) return file_remove(place(op), err);
    return op->deep ? dir_remove_deep(place(op), err) : dir_remove(place(op), err);
}

/* -------------------------------------------------- waiting */
static void on_pool(uv_work_t *work) {
    FsOp *op = work->data;
    op->failed = !((const FsKind *)op->base.kind)->act(op, &op->err);
}

static void after_pool(uv_work_t *work, int status) {
    FsOp *op = work->data;
    if (status == 0 && op->failed) op->base.err = op->err;
    await_wake(op, status);
}

/* Work that a pool thread has begun cannot be called back; it ends by itself. */
static void cancel(Await *a) { uv_cancel((uv_req_t *)&((FsOp *)a)->work); }

static void release(Await *a) {
    FsOp *op = (FsOp *)a;
    buf_drop(&op->text);
    dir_drop(&op->list);
    search_drop(&op->hits);
    free(op->glob);
    op->glob = NULL;
    await_free(op);
}

#define FS_KIND(label, push_, act_) { { .name = label, .push = push_, .cancel = cancel, .release = release }, act_ }
static const FsKind READ   = FS_KIND("fs.read", fs_push_text, act_read);
static const FsKind WRITE  = FS_KIND("fs.write", fs_push_bytes, act_write);
static const FsKind APPEND = FS_KIND("fs.append", fs_push_bytes, act_append);
static const FsKind LIST   = FS_KIND("fs.list", fs_push_list, act_list);
static const FsKind STAT   = FS_KIND("fs.stat", fs_push_stat, act_stat);
static const FsKind EXISTS = FS_KIND("fs.exists", fs_push_exists, act_stat);
static const FsKind MKDIR  = FS_KIND("fs.mkdir", NULL, act_mkdir);
static const FsKind COPY   = FS_KIND("fs.copy", NULL, act_copy);
static const FsKind MOVE   = FS_KIND("fs.move", NULL, act_move);
static const FsKind REMOVE = FS_KIND("fs.remove", fs_push_exists, act_remove);
static const FsKind SEARCH = FS_KIND("fs.search", fs_push_hits, act_search);
static const FsKind HASH   = FS_KIND("fs.hash", fs_push_hash, act_hash);
static const FsKind CHMOD  = FS_KIND("fs.chmod", NULL, act_chmod);
static const FsKind USAGE  = FS_KIND("fs.usage", fs_push_usage, act_usage);

/* A new operation above `args` arguments. What it owns is taken just before start(): nothing may raise in between. */
static FsOp *begin(lua_State *L, const FsKind *kind, int args) {
    lua_settop(L, args);
    return await_new(L, &kind->await, sizeof(FsOp));
}

static int start(lua_State *L, FsOp *op) {
    op->work.data = op;
    return await_yield(L, op, uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool));
}

/* -------------------------------------------------- options: a table at the end */
static bool option_true(lua_State *L, int index, const char *name) {
    if (lua_isnoneornil(L, index)) return false;
    luaL_checktype(L, index, LUA_TTABLE);
    lua_getfield(L, index, name);
    bool on = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return on;
}

static lua_Integer option_integer(lua_State *L, int index, const char *name, lua_Integer otherwise) {
    if (lua_isnoneornil(L, index)) return otherwise;
    luaL_checktype(L, index, LUA_TTABLE);
    int type = lua_getfield(L, index, name), is_integer = 1;
    lua_Integer value = type == LUA_TNIL ? otherwise : lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || value < -1) luaL_error(L, "%s must be a whole number of zero or more", name);
    lua_pop(L, 1);
    return value;
}

/* The string stays on the stack, so that it lives until it is copied. */
static const char *option_string(lua_State *L, int index, const char *name) {
    if (lua_isnoneornil(L, index)) return NULL;
    luaL_checktype(L, index, LUA_TTABLE);
    int type = lua_getfield(L, index, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) luaL_error(L, "%s must be a string", name);
    return lua_tostring(L, -1);
}

/* 644 as chmod takes it: decimal digits that are meant as octal. */
static int option_mode(lua_State *L, int index) {
    lua_Integer digits = option_integer(L, index, "mode", DRAFT_MODE_KEEP);
    int mode = 0, place_value = 1;
    if (digits == DRAFT_MODE_KEEP) return DRAFT_MODE_KEEP;
    for (lua_Integer rest = digits; rest > 0; rest /= 10, place_value *= 8) {
        if (rest % 10 > 7 || place_value > 0100) luaL_error(L, "mode is three digits from 0 to 7 as in chmod, such as 644");
        mode += (int)(rest % 10) * place_value;
    }
    return mode;
}

static void take_text(lua_State *L, int index, FsOp *op) {
    size_t len;
    const char *text = lua_tolstring(L, index, &len);
    buf_add(&op->text, text, len);
}

/* `start` pops the operation, so it must be on top again after option_string. */
static int start_with_glob(lua_State *L, FsOp *op, int op_index, const char *glob) {
    if (glob) op->glob = mem_copy(slice_of(glob));
    lua_settop(L, op_index);
    return start(L, op);
}

/* -------------------------------------------------- functions */
/* fs.read(path, { max= }) -> text | nil, err */
static int l_fs_read(lua_State *L) {
    FsOp *op = begin(L, &READ, 2);
    op->limit = (size_t)option_integer(L, 2, "max", (lua_Integer)FILE_LIMIT);
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    return start(L, op);
}

static int l_fs_append(lua_State *L) {
    FsOp *op = begin(L, &APPEND, 2);
    luaL_checkstring(L, 2);
    lua_path_check(L, 1, "fs.write", PATH_FOLLOW, op->path);
    take_text(L, 2, op);
    return start(L, op);
}

/* fs.write(path, text, { append=, mode= }) -> { bytes } | nil, err */
static int l_fs_write(lua_State *L) {
    if (option_true(L, 3, "append")) return l_fs_append(L);
    FsOp *op = begin(L, &WRITE, 3);
    luaL_checkstring(L, 2);
    op->mode = option_mode(L, 3);
    lua_path_check(L, 1, "fs.write", PATH_FOLLOW, op->path);
    take_text(L, 2, op);
    return start(L, op);
}

/* fs.list(path, { glob=, deep= }) -> { {name, path, type, size, modified} } | nil, err */
static int l_fs_list(lua_State *L) {
    FsOp *op = begin(L, &LIST, 2);
    op->deep = option_true(L, 2, "deep");
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    return start_with_glob(L, op, 3, option_string(L, 2, "glob"));
}

/* fs.search(path, text, { glob=, limit= }) -> { {path, line, text} } | nil, err */
static int l_fs_search(lua_State *L) {
    FsOp *op = begin(L, &SEARCH, 3);
    luaL_checkstring(L, 2);
    op->limit = (size_t)option_integer(L, 3, "limit", SEARCH_LIMIT);
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    const char *glob = option_string(L, 3, "glob");
    take_text(L, 2, op);
    return start_with_glob(L, op, 4, glob);
}

static int on_path(lua_State *L, const FsKind *kind, const char *need) {
    FsOp *op = begin(L, kind, 1);
    lua_path_check(L, 1, need, PATH_FOLLOW, op->path);
    return start(L, op);
}

/* fs.stat(path) -> { name, path, type, size, modified, mode } | nil when nothing is there | nil, err */
static int l_fs_stat(lua_State *L) { return on_path(L, &STAT, "fs.read"); }

/* fs.exists(path) -> boolean | nil, err */
static int l_fs_exists(lua_State *L) { return on_path(L, &EXISTS, "fs.read"); }

/* fs.hash(path) -> SHA-256 in hex | nil, err */
static int l_fs_hash(lua_State *L) { return on_path(L, &HASH, "fs.read"); }

/* fs.usage(path) -> { used, free, total } | nil, err */
static int l_fs_usage(lua_State *L) { return on_path(L, &USAGE, "fs.read"); }

/* fs.mkdir(path) -> true | nil, err */
static int l_fs_mkdir(lua_State *L) { return on_path(L, &MKDIR, "fs.write"); }

/* fs.chmod(path, { mode= }) -> true | nil, err */
static int l_fs_chmod(lua_State *L) {
    FsOp *op = begin(L, &CHMOD, 2);
    op->mode = option_mode(L, 2);
    luaL_argcheck(L, op->mode != DRAFT_MODE_KEEP, 2, "the mode is missing");
    lua_path_check(L, 1, "fs.write", PATH_FOLLOW, op->path);
    return start(L, op);
}

/* fs.copy(from, to) -> true | nil, err */
static int l_fs_copy(lua_State *L) {
    FsOp *op = begin(L, &COPY, 2);
    lua_path_check(L, 1, "fs.read", PATH_FOLLOW, op->path);
    lua_path_check(L, 2, "fs.write", PATH_FOLLOW, op->other);
    return start(L, op);
}

/* fs.move(from, to) -> true | nil, err; of a link: the link itself */
static int l_fs_move(lua_State *L) {
    FsOp *op = begin(L, &MOVE, 2);
    lua_path_check(L, 1, "fs.write", PATH_LINK, op->path);
    lua_path_check(L, 2, "fs.write", PATH_LINK, op->other);
    return start(L, op);
}

/* fs.remove(path, { deep= }) -> was it there | nil, err; of a link: the link itself */
static int l_fs_remove(lua_State *L) {
    FsOp *op = begin(L, &REMOVE, 2);
    op->deep = option_true(L, 2, "deep");
    lua_path_check(L, 1, "fs.write", PATH_LINK, op->path);
    return start(L, op);
}

int luaopen_aios_fs(lua_State *L) {
    static const luaL_Reg FS[] = {
        { "read", l_fs_read }, { "write", l_fs_write }, { "append", l_fs_append }, { "list", l_fs_list },
        { "stat", l_fs_stat }, { "exists", l_fs_exists }, { "mkdir", l_fs_mkdir }, { "copy", l_fs_copy },
        { "move", l_fs_move }, { "remove", l_fs_remove }, { "search", l_fs_search }, { "hash", l_fs_hash },
        { "usage", l_fs_usage }, { "chmod", l_fs_chmod }, { NULL, NULL }
    };
    luaL_newlib(L, FS);
    return 1;
}
