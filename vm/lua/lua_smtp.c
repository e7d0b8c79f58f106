/* lua_smtp.c - aios.smtp.send, for the host alone: one mail, sent on the thread pool. */
#include "lua/await.h"
#include "net/mail_send.h"
#include "base/buf.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

enum { TO_MAX = 1000 };

typedef struct {
    Await       base;
    uv_work_t   work;
    Err         err;                                    /* written by the pool thread */
    bool        failed;
    atomic_bool stop;
    MailSend    mail;                                   /* its texts are copies */
    char       *texts[TO_MAX + 8], *to[TO_MAX + 1];
    size_t      count;
} Smtp;

static void on_pool(uv_work_t *work) {
    Smtp *op = work->data;
    op->failed = !mail_send(&op->mail, &op->stop, &op->err);
}

static void after_pool(uv_work_t *work, int status) {
    Smtp *op = work->data;
    if (status == 0 && op->failed) op->base.err = op->err;
    await_wake(op, status == 0 && atomic_load(&op->stop) ? UV_ECANCELED : status);
}

static void cancel(Await *a) {
    Smtp *op = (Smtp *)a;
    atomic_store(&op->stop, true);
    uv_cancel((uv_req_t *)&op->work);
}

static void release(Await *a) {
    Smtp *op = (Smtp *)a;
    if (op->mail.password) explicit_bzero((char *)(uintptr_t)op->mail.password, strlen(op->mail.password));
    for (size_t i = 0; i < op->count; i++) free(op->texts[i]);
    await_free(op);
}

static const AwaitKind SMTP = { .name = "smtp.send", .cancel = cancel, .release = release };

/* A text of the table at 1 that may be absent; it stays alive in the table. */
static const char *field(lua_State *L, const char *name, size_t *len) {
    int type = lua_getfield(L, 1, name);
    if (type != LUA_TNIL && type != LUA_TSTRING) luaL_error(L, "%s must be a string", name);
    const char *text = lua_tolstring(L, -1, len);
    lua_pop(L, 1);
    return text;
}

static char *keep(Smtp *op, const char *text, size_t len) {
    return text ? op->texts[op->count++] = mem_copy(slice_make(text, len)) : NULL;
}

/* send{ url=, user=, password=, from=, to=, text=, timeout=, plain= } -> true | nil, err */
static int l_smtp_send(lua_State *L) {
    size_t url_len, user_len, password_len, from_len, text_len, len;
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *url = field(L, "url", &url_len), *user = field(L, "user", &user_len), *password = field(L, "password", &password_len);
    const char *from = field(L, "from", &from_len), *text = field(L, "text", &text_len);
    lua_getfield(L, 1, "plain");
    bool plain = lua_toboolean(L, -1);
    lua_getfield(L, 1, "timeout");
    lua_Number seconds = luaL_checknumber(L, -1);
    lua_getfield(L, 1, "to");                           /* [table] plain timeout to */
    luaL_checktype(L, 4, LUA_TTABLE);
    size_t count = lua_rawlen(L, 4);
    luaL_argcheck(L, url && from && text && count > 0 && count <= TO_MAX && seconds > 0 && seconds <= 3600, 1, "url, from, text, to (1000 at most), timeout");
    for (size_t i = 1; i <= count; i++, lua_pop(L, 1))
        if (lua_rawgeti(L, 4, (lua_Integer)i) != LUA_TSTRING) return luaL_error(L, "to must be a list of texts");
    Smtp *op = await_new(L, &SMTP, sizeof *op);         /* nothing raises from here on */
    op->mail = (MailSend){ .plain = plain, .timeout_ms = (int64_t)(seconds * 1000) + 1, .to = (const char *const *)op->to };
    op->mail.url = keep(op, url, url_len);
    op->mail.user = keep(op, user, user_len);
    op->mail.password = keep(op, password, password_len);
    op->mail.from = keep(op, from, from_len);
    op->mail.text = slice_make(keep(op, text, text_len), text_len);
    for (size_t i = 0; i < count; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, 4, (lua_Integer)i + 1);
        const char *one = lua_tolstring(L, -1, &len);
        op->to[i] = keep(op, one, len);
    }
    op->work.data = op;
    return await_yield(L, op, uv_queue_work(op->base.vm->loop, &op->work, on_pool, after_pool));
}

int luaopen_aios_smtp(lua_State *L) {
    static const luaL_Reg SMTP_FUNCTIONS[] = { { "send", l_smtp_send }, { NULL, NULL } };
    luaL_newlib(L, SMTP_FUNCTIONS);
    return 1;
}
