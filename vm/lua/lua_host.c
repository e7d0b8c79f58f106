/* lua_host.c - aios.host: what the command line and the tools may ask of the process itself. */
#include "lua/doors.h"
#include "lua/embed.h"
#include "lua/engine.h"
#include "lua/lua_err.h"
#include "lua/lua_path.h"
#include "lua/lua_stock.h"
#include "os/draft.h"
#include "os/file.h"
#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRAM_MAX = 16 * 1024 * 1024 };

static const char VERSION[] = "0.1.0";

/* isatty(fd) */
static int l_isatty(lua_State *L) {
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

/* env(name) -> text | nil; empty counts as not set */
static int l_env(lua_State *L) {
    const char *value = getenv(luaL_checkstring(L, 1));
    if (value && *value) lua_pushstring(L, value);
    else lua_pushnil(L);
    return 1;
}

/* now_ms() */
static int l_now_ms(lua_State *L) {
    lua_pushinteger(L, seam_wall_ms(vm_of(L)->seam));
    return 1;
}

/* absolute(path [, link]) -> from the root on, every link followed; link: but not the last name */
static int l_absolute(lua_State *L) {
    char full[PATH_SIZE];
    lua_path_get(L, 1, lua_toboolean(L, 2) ? PATH_LINK : PATH_FOLLOW, full);
    lua_pushstring(L, full);
    return 1;
}

/* plain(path) -> from the root on, links left alone, ~ is the home directory; patterns too */
static int l_plain(lua_State *L) {
    Err err;
    char cwd[PATH_SIZE], full[PATH_SIZE];
    if (!getcwd(cwd, sizeof cwd)) return luaL_error(L, "the current directory is gone");
    if (!path_absolute(cwd, getenv("HOME"), luaL_checkstring(L, 1), full, &err)) return err_raise(L, &err);
    lua_pushstring(L, full);
    return 1;
}

/* read_file(path) -> text | nil, err: a program's text; directories, devices and what is too big are refused */
static int l_read_file(lua_State *L) {
    Err err;
    Buf text = { 0 };
    if (!file_read((Place){ PLACE_OPEN, luaL_checkstring(L, 1) }, PROGRAM_MAX, &text, &err)) {
        buf_drop(&text);
        return err_push(L, &err);
    }
    lua_pushlstring(L, buf_text(&text), text.len);
    buf_drop(&text);
    return 1;
}

/* write_cache(path, text) -> true | nil, err: appears whole or not at all to readers, 0600; not waited for */
static int l_write_cache(lua_State *L) {
    Err err;
    size_t len;
    Draft draft;
    const char *text = luaL_checklstring(L, 2, &len);
    bool good = draft_open(&draft, (Place){ PLACE_OPEN, luaL_checkstring(L, 1) }, 0600, &err)
             && draft_write(&draft, slice_make(text, len), &err) && draft_place(&draft, &err);
    draft_drop(&draft);
    if (!good) return err_push(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* private_directory(path) -> true | false: made if missing (0700, one level), ours, and nobody else may write there */
static int l_private_directory(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    struct stat st;
    mkdir(path, 0700);
    lua_pushboolean(L, lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022));
    return 1;
}

/* exists(path) */
static int l_exists(lua_State *L) {
    lua_pushboolean(L, access(luaL_checkstring(L, 1), F_OK) == 0);
    return 1;
}

static int l_is_root(lua_State *L) {
    lua_pushboolean(L, geteuid() == 0);
    return 1;
}

/* hash(text) -> 128 bits as hex */
static int l_hash(lua_State *L) {
    size_t len;
    unsigned char hash[HASH_SIZE];
    char text[HASH_TEXT];
    const char *bytes = luaL_checklstring(L, 1, &len);
    hash_bytes(slice_make(bytes, len), hash);
    hash_text(hash, text);
    lua_pushstring(L, text);
    return 1;
}

/* lua(words) -> exit code of the stock interpreter; the process answers signals as that one does from here on */
static int l_lua(lua_State *L) {
    static const int OURS[] = { SIGINT, SIGTERM, SIGPIPE, SIGXFSZ };
    luaL_checktype(L, 1, LUA_TTABLE);
    int count = (int)lua_rawlen(L, 1);
    luaL_checkstack(L, count, "too many words");
    char **argv = lua_newuserdatauv(L, ((size_t)count + 2) * sizeof *argv, 0);
    argv[0] = (char[]){ "aios lua" };
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        argv[i] = (char *)luaL_checkstring(L, -1);      /* stays on the stack: borrowed */
    }
    argv[count + 1] = NULL;
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) signal(OURS[i], SIG_DFL);
    lua_pushinteger(L, lua_stock_run(count + 1, argv));
    return 1;
}

static int forwarded(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

/* Functions written in Lua, which may wait: the module and the function are loaded when first called. */
static int forward(lua_State *L) {
    embed_require(L, lua_tostring(L, lua_upvalueindex(1)));
    lua_getfield(L, -1, lua_tostring(L, lua_upvalueindex(2)));
    lua_replace(L, -2);
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, forwarded);
    return forwarded(L, LUA_OK, 0);
}

static void add_forward(lua_State *L, const char *name, const char *module) {
    lua_pushstring(L, module);
    lua_pushstring(L, name);
    lua_pushcclosure(L, forward, 2);
    lua_setfield(L, -2, name);
}

int luaopen_aios_host(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        { "isatty", l_isatty }, { "env", l_env }, { "now_ms", l_now_ms }, { "absolute", l_absolute }, { "plain", l_plain },
        { "read_file", l_read_file }, { "write_cache", l_write_cache }, { "private_directory", l_private_directory },
        { "exists", l_exists }, { "is_root", l_is_root }, { "hash", l_hash }, { "lua", l_lua },
        { NULL, NULL }
    };
    luaL_newlib(L, FUNCTIONS);
    lua_pushstring(L, VERSION);
    lua_setfield(L, -2, "version");
    lua_pushstring(L, EMBED_ID);
    lua_setfield(L, -2, "compiler_id");
    add_forward(L, "run", "host.execute");
    add_forward(L, "compile", "host.compile");
    add_forward(L, "db_path", "host.places");
    add_forward(L, "trusted", "host.doors");
    return 1;
}
