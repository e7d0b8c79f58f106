/* fs_op.h - one file operation on the thread pool: what lua_fs.c starts and fs_push.c turns into a result.
 *
 * Floor:  lua.   Thread: `act` runs on a pool thread and touches no Lua; everything else is the loop's.
 * Memory: an FsOp is await.h's userdata; it owns text, glob, list and hits until it is released.
 */
#pragma once
#include "base/hash.h"
#include "lua/await.h"
#include "os/dir.h"
#include "os/search.h"

typedef struct FsOp FsOp;
typedef struct {
    AwaitKind await;                                    /* first: an operation's kind is one of these */
    bool    (*act)(FsOp *op, Err *err);                 /* on a pool thread: no Lua */
} FsKind;

struct FsOp {
    Await      base;
    uv_work_t  work;
    Err        err;                                     /* written by the pool thread */
    bool       failed, deep, absent;
    char       path[PATH_SIZE], other[PATH_SIZE];
    Buf        text;
    char      *glob;                                    /* NULL: none */
    size_t     limit;
    int        mode;
    FileInfo   info;
    DirList    list;
    SearchHits hits;
    int64_t    used, free_bytes, total;
    char       hash[HASH_SHA256_TEXT];
};

/* Each pushes one value, as the comment of its function in lua_fs.c says. */
int fs_push_text(lua_State *L, Await *op);
int fs_push_bytes(lua_State *L, Await *op);
int fs_push_stat(lua_State *L, Await *op);
int fs_push_exists(lua_State *L, Await *op);
int fs_push_list(lua_State *L, Await *op);
int fs_push_hits(lua_State *L, Await *op);
int fs_push_hash(lua_State *L, Await *op);
int fs_push_usage(lua_State *L, Await *op);
