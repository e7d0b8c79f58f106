#include "lua/lua_stock_prompt.h"
#include "lua/lua_stock_call.h"
#include "lua/lua_stock_line.h"
#include <lauxlib.h>
#include <string.h>

enum { END = -1 };

/* A global may replace the prompt; any value will do, and it is asked again for each line. */
static const char *push_prompt(lua_State *L, const char *global, const char *usual) {
    if (lua_getglobal(L, global) == LUA_TNIL) return usual;
    return luaL_tolstring(L, -1, NULL);
}

/* [...] -> [...][line] */
static bool push_line(lua_State *L, StockLine *in, const char *global, const char *usual) {
    int top = lua_gettop(L);
    if (!lua_stock_line_push(in, L, push_prompt(L, global, usual))) {
        lua_settop(L, top);
        return false;
    }
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
    return true;
}

/* [line] -> [line][chunk]: the line as an expression whose values are wanted; false if it is none */
static bool load_expression(lua_State *L, const StockLine *in) {
    const char *line = lua_tostring(L, 1);
    const char *source = lua_pushfstring(L, "return %s;", line);
    if (luaL_loadbuffer(L, source, strlen(source), "=stdin") != LUA_OK) {
        lua_settop(L, 1);
        return false;
    }
    lua_remove(L, 2);
    lua_stock_line_remember(in, line);
    return true;
}

/* Whether the message on top says that the text ended too early. */
static bool is_unfinished(lua_State *L, int status) {
    static const char MARK[] = "<eof>";
    size_t len, mark = sizeof MARK - 1;
    const char *message = lua_tolstring(L, -1, &len);
    return status == LUA_ERRSYNTAX && len >= mark && !strcmp(message + len - mark, MARK);
}

/* [text][message] -> [text and one more line]; false and no change at the end of the input */
static bool add_line(lua_State *L, StockLine *in) {
    if (!push_line(L, in, "_PROMPT2", ">> ")) return false;
    lua_pushliteral(L, "\n");
    lua_replace(L, 2);
    lua_concat(L, 3);
    return true;
}

/* [line] -> [text][chunk or message]: asks for more lines until they are a statement or are wrong */
static int load_statement(lua_State *L, StockLine *in) {
    int status;
    do {
        size_t len;
        const char *text = lua_tolstring(L, 1, &len);
        status = luaL_loadbuffer(L, text, len, "=stdin");
    } while (status != LUA_OK && is_unfinished(L, status) && add_line(L, in));
    lua_stock_line_remember(in, lua_tostring(L, 1));
    return status;
}

/* -> [chunk or message] */
static int load_input(lua_State *L, StockLine *in) {
    lua_settop(L, 0);
    if (!push_line(L, in, "_PROMPT", "> ")) return END;
    const char *line = lua_tostring(L, 1);
    if (*line == '=') {                         /* what people typed before Lua 5.3 */
        lua_pushfstring(L, "return %s", line + 1);
        lua_remove(L, 1);
    }
    int status = load_expression(L, in) ? LUA_OK : load_statement(L, in);
    lua_remove(L, 1);
    return status;
}

static void print_values(lua_State *L) {
    int count = lua_gettop(L);
    if (count == 0) return;
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_getglobal(L, "print");
    lua_insert(L, 1);
    if (lua_pcall(L, count, 0, 0) == LUA_OK) return;
    lua_stock_say(NULL, lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1)));
}

void lua_stock_prompt(lua_State *L) {
    StockLine in;
    int status;
    lua_stock_line_open(&in);
    while ((status = load_input(L, &in)) != END) {
        if (status == LUA_OK) status = lua_stock_call(L, 0, LUA_MULTRET);
        if (lua_stock_report(L, status, NULL)) print_values(L);
    }
    lua_stock_line_close(&in);
    lua_settop(L, 0);
    lua_writeline();
}
