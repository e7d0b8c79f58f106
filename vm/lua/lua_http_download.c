/* lua_http_download.c - aios.http.download: an answer written to a file as it comes, whole or not at all. */
#include "base/hash.h"
#include "lua/http_call.h"
#include "lua/lua_err.h"
#include "lua/lua_path.h"
#include "os/draft.h"
#include <lauxlib.h>

typedef struct {
    Await        base;
    HttpRequest *request;
    uv_work_t    work;
    Draft        draft;
    HashSha256   sha;
    char         hash[HASH_SHA256_TEXT];
    char         path[PATH_SIZE];
    int          status;
    int64_t      time_ms, bytes;
    Err          err;                                   /* of the file; the download goes on to its end without it */
    bool         wanted, failed, abandoned;
} Download;

static bool allow(void *ctx, const Url *url, Err *err) {
    Download *op = ctx;
    return !op->request || http_call_allow(&op->base, url, err);
}

/* Only a whole answer of success becomes a file. */
static void on_head(void *ctx, const HttpReply *reply) {
    Download *op = ctx;
    op->wanted = reply->status >= 200 && reply->status <= 299;
}

static void on_chunk(void *ctx, Slice bytes) {
    Download *op = ctx;
    if (!op->wanted || op->failed) return;
    hash_sha256_add(&op->sha, bytes);
    op->bytes += (int64_t)bytes.len;
    op->failed = !draft_write(&op->draft, bytes, &op->err);
}

/* On a pool thread: it waits for the disk. */
static void on_pool(uv_work_t *work) {
    Download *op = work->data;
    op->failed = !draft_commit(&op->draft, &op->err);
}

static void after_pool(uv_work_t *work, int status) {
    Download *op = work->data;
    if (op->failed) op->base.err = op->err;
    await_wake(op, op->abandoned ? UV_ECANCELED : status);
}

static void on_done(void *ctx, const HttpReply *reply, const Err *err) {
    Download *op = ctx;
    op->request = NULL;
    op->status = reply->status;
    op->time_ms = reply->time_ms;
    if (err) op->base.err = *err;
    else if (op->failed) op->base.err = op->err;
    else if (op->wanted) {
        hash_sha256_end(&op->sha, op->hash);
        op->work.data = op;
        if (uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool) == 0) return;
    }
    await_wake(op, 0);
}

static int push(lua_State *L, Await *a) {
    const Download *op = (Download *)a;
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, op->status);
    lua_setfield(L, -2, "status");
    lua_pushnumber(L, (lua_Number)op->time_ms / 1000);
    lua_setfield(L, -2, "time");
    lua_pushinteger(L, op->bytes);
    lua_setfield(L, -2, "bytes");
    lua_pushstring(L, op->hash);
    lua_setfield(L, -2, "sha256");
    return 1;
}

/* A commit that a thread has begun ends by itself. */
static void cancel(Await *a) {
    Download *op = (Download *)a;
    op->abandoned = true;
    if (!op->request) {
        uv_cancel((uv_req_t *)&op->work);
        return;
    }
    http_cancel(op->request);
    op->request = NULL;
    await_wake(op, UV_ECANCELED);
}

static void release(Await *a) {
    draft_drop(&((Download *)a)->draft);
    await_free(a);
}

static const AwaitKind DOWNLOAD = { .name = "http.download", .push = push, .cancel = cancel, .release = release };

/* download{ as request, path= } -> { status, bytes, sha256, time } | nil, err; a status other than 200-299 makes no file */
int l_http_download(lua_State *L) {
    HttpClient *client;
    HttpCall call;
    Err err;
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "path");
    if (!http_call_read(L, 1, &client, &call, &err)) return err_push(L, &err);
    Download *op = await_new(L, &DOWNLOAD, sizeof *op);
    lua_path_check(L, 2, "fs.write", PATH_FOLLOW, op->path);
    hash_sha256_start(&op->sha);
    call.ctx = op;
    call.allow = allow;
    call.on_head = on_head;
    call.on_chunk = on_chunk;
    call.on_done = on_done;
    bool good = draft_open(&op->draft, (Place){ PLACE_REAL, op->path }, DRAFT_MODE_KEEP, &err);
    if (!good || !http_send(client, &call, &op->request, &err)) {
        draft_drop(&op->draft);
        return err_push(L, &err);
    }
    return await_yield(L, op, 0);
}
