#include "lua/fs_op.h"
#include "lua/value.h"
#include "time/calendar.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_string(lua_State *L, const char *key, const char *value) { lua_pushstring(L, value); lua_setfield(L, -2, key); }
static void set_integer(lua_State *L, const char *key, int64_t value) { lua_pushinteger(L, value); lua_setfield(L, -2, key); }

static void set_info(lua_State *L, const char *path, const FileInfo *info) {
    char modified[CALENDAR_TEXT];
    calendar_format(info->modified_ms, 0, modified);
    set_string(L, "name", path_name(path));
    set_string(L, "path", path);
    set_string(L, "type", info->type);
    set_integer(L, "size", info->size);
    set_string(L, "modified", modified);
}

int fs_push_text(lua_State *L, Await *a) {
    const FsOp *op = (FsOp *)a;
    lua_pushlstring(L, buf_text(&op->text), op->text.len);
    return 1;
}

int fs_push_bytes(lua_State *L, Await *a) {
    lua_createtable(L, 0, 1);
    set_integer(L, "bytes", (int64_t)((FsOp *)a)->text.len);
    return 1;
}

int fs_push_stat(lua_State *L, Await *a) {
    const FsOp *op = (FsOp *)a;
    if (op->absent) { lua_pushnil(L); return 1; }
    lua_createtable(L, 0, 6);
    set_info(L, op->path, &op->info);
    char mode[8];
    snprintf(mode, sizeof mode, "%o", op->info.mode);   /* 644, as chmod says it and `mode` takes it */
    set_integer(L, "mode", atoi(mode));
    return 1;
}

int fs_push_exists(lua_State *L, Await *a) {
    lua_pushboolean(L, !((FsOp *)a)->absent);
    return 1;
}

static void full_path(const FsOp *op, const char *below, Buf *out) {
    buf_clear(out);
    buf_printf(out, "%s/%s", strcmp(op->path, "/") == 0 ? "" : op->path, below);
}

/* [list] */
int fs_push_list(lua_State *L, Await *a) {
    const FsOp *op = (FsOp *)a;
    Buf path = { 0 };
    lua_createtable(L, (int)op->list.count, 0);
    value_mark_list(L, -1);
    for (size_t i = 0; i < op->list.count; i++) {
        full_path(op, op->list.items[i].path, &path);
        lua_createtable(L, 0, 5);
        set_info(L, path.ptr, &op->list.items[i].info);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    buf_drop(&path);
    return 1;
}

int fs_push_hits(lua_State *L, Await *a) {
    const FsOp *op = (FsOp *)a;
    Buf path = { 0 };
    lua_createtable(L, (int)op->hits.count, 0);
    value_mark_list(L, -1);
    for (size_t i = 0; i < op->hits.count; i++) {
        full_path(op, op->hits.items[i].path, &path);
        lua_createtable(L, 0, 3);
        set_string(L, "path", path.ptr);
        set_integer(L, "line", op->hits.items[i].line);
        set_string(L, "text", op->hits.items[i].text);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    buf_drop(&path);
    return 1;
}

int fs_push_hash(lua_State *L, Await *a) {
    lua_pushstring(L, ((FsOp *)a)->hash);
    return 1;
}

int fs_push_usage(lua_State *L, Await *a) {
    const FsOp *op = (FsOp *)a;
    lua_createtable(L, 0, 3);
    set_integer(L, "used", op->used);
    set_integer(L, "free", op->free_bytes);
    set_integer(L, "total", op->total);
    return 1;
}
