#include "lua/lua_stock.h"
#include "lua/lua_stock_call.h"
#include "lua/lua_stock_prompt.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    int         argc;
    char      **argv;
    int         script;                         /* the first word that is no option; argc: there is none */
    bool        interactive, version, statement, bare;      /* -i, -v, -e, -E */
} Stock;

static const char USAGE[] =
    "usage: %s [options] [script [args]]\n"
    "Available options are:\n"
    "  -e stat   execute string 'stat'\n"
    "  -i        enter interactive mode after executing 'script'\n"
    "  -l mod    require library 'mod' into global 'mod'\n"
    "  -l g=mod  require library 'mod' into global 'g'\n"
    "  -v        show version information\n"
    "  -E        ignore environment variables\n"
    "  -W        turn warnings on\n"
    "  --        stop handling options\n"
    "  -         stop handling options and execute stdin\n";

static bool takes_value(const char *option) { return option[1] == 'e' || option[1] == 'l'; }

/* The option at `script`; moves over its value. */
static bool read_option(Stock *s) {
    const char *word = s->argv[s->script];
    if (takes_value(word)) {
        if (word[1] == 'e') s->statement = true;
        if (word[2]) return true;
        const char *value = s->argv[s->script + 1];
        if (!value || *value == '-') return false;
        s->script++;
        return true;
    }
    if (word[2]) return false;
    switch (word[1]) {
    case 'i': s->interactive = s->version = true; return true;
    case 'v': s->version = true; return true;
    case 'E': s->bare = true; return true;
    case 'W': return true;
    default: return false;
    }
}

/* Finds the script; nothing is run before the whole line is known to be good. */
static bool read_options(Stock *s) {
    for (s->script = 1; s->script < s->argc; s->script++) {
        const char *word = s->argv[s->script];
        if (word[0] != '-' || !word[1]) return true;
        if (!strcmp(word, "--")) {
            s->script++;
            return true;
        }
        if (!read_option(s)) return false;
    }
    return true;
}

static void complain(const Stock *s) {
    const char *word = s->argv[s->script];
    lua_writestringerror("%s: ", s->name);
    lua_writestringerror(takes_value(word) ? "'%s' needs argument\n" : "unrecognized option '%s'\n", word);
    lua_writestringerror(USAGE, s->name);
}

/* arg: the script is 0, its arguments follow, and what stands before it is negative */
static void set_arg(lua_State *L, const Stock *s) {
    int zero = s->script < s->argc ? s->script : 0;
    lua_createtable(L, s->argc - zero, zero);
    for (int i = 0; i < s->argc; i++) {
        lua_pushstring(L, s->argv[i]);
        lua_rawseti(L, -2, i - zero);
    }
    lua_setglobal(L, "arg");
}

/* [function or message] -> [] */
static bool run_loaded(lua_State *L, const Stock *s, int status) {
    if (status == LUA_OK) status = lua_stock_call(L, 0, 0);
    return lua_stock_report(L, status, s->name);
}

static bool run_text(lua_State *L, const Stock *s, const char *text, const char *chunk) {
    return run_loaded(L, s, luaL_loadbuffer(L, text, strlen(text), chunk));
}

/* LUA_INIT: a statement, or a file after @ */
static bool run_init(lua_State *L, const Stock *s) {
    static const char *const NAMES[] = { "=LUA_INIT_" LUA_VERSION_MAJOR "_" LUA_VERSION_MINOR, "=LUA_INIT" };
    for (int i = 0; i < 2; i++) {
        const char *text = getenv(NAMES[i] + 1);
        if (!text) continue;
        return *text == '@' ? run_loaded(L, s, luaL_loadfile(L, text + 1)) : run_text(L, s, text, NAMES[i]);
    }
    return true;
}

/* -l name, -l global=name */
static bool run_library(lua_State *L, const Stock *s, const char *words) {
    const char *equals = strchr(words, '=');
    lua_getglobal(L, "require");
    lua_pushstring(L, equals ? equals + 1 : words);
    int status = lua_stock_call(L, 1, 1);
    if (status != LUA_OK) return lua_stock_report(L, status, s->name);
    lua_pushglobaltable(L);
    lua_pushlstring(L, words, equals ? (size_t)(equals - words) : strlen(words));
    lua_pushvalue(L, -3);
    lua_settable(L, -3);
    lua_pop(L, 2);
    return true;
}

/* -e, -l and -W in the order they were given */
static bool run_options(lua_State *L, const Stock *s) {
    for (int i = 1; i < s->script; i++) {
        const char *word = s->argv[i];
        if (!strcmp(word, "-W")) lua_warning(L, "@on", 0);
        if (!takes_value(word)) continue;
        const char *value = word[2] ? word + 2 : s->argv[++i];
        if (word[1] == 'e' ? !run_text(L, s, value, "=(command line)") : !run_library(L, s, value)) return false;
    }
    return true;
}

/* Pushes what `arg` has now: an earlier statement may have changed it. */
static int push_arguments(lua_State *L) {
    if (lua_getglobal(L, "arg") != LUA_TTABLE) luaL_error(L, "'arg' is not a table");
    int count = (int)luaL_len(L, -1), table = lua_gettop(L);
    luaL_checkstack(L, count + 3, "too many arguments to script");
    for (int i = 1; i <= count; i++) lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return count;
}

static bool run_script(lua_State *L, const Stock *s) {
    const char *path = s->argv[s->script];
    if (!strcmp(path, "-") && strcmp(s->argv[s->script - 1], "--") != 0) path = NULL;
    int status = luaL_loadfile(L, path);
    if (status == LUA_OK) {
        int count = push_arguments(L);
        status = lua_stock_call(L, count, LUA_MULTRET);
    }
    return lua_stock_report(L, status, s->name);
}

static void print_version(void) {
    lua_writestring(LUA_COPYRIGHT, strlen(LUA_COPYRIGHT));
    lua_writeline();
}

/* There, messages carry no name. */
static void run_prompt(lua_State *L, Stock *s) {
    s->name = NULL;
    lua_stock_prompt(L);
}

/* No script: a prompt on a terminal, else stdin is the script, and how it ends is no failure of ours. */
static void run_stdin(lua_State *L, Stock *s) {
    if (isatty(STDIN_FILENO)) {
        print_version();
        run_prompt(L, s);
    } else {
        run_loaded(L, s, luaL_loadfile(L, NULL));
    }
}

/* (Stock) -> true if all went well; an error was reported already */
static int l_run(lua_State *L) {
    Stock *s = lua_touserdata(L, 1);
    if (!read_options(s)) {
        complain(s);
        return 0;
    }
    if (s->version) print_version();
    if (s->bare) {
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");    /* for the search paths of `package` */
    }
    luaL_openlibs(L);
    set_arg(L, s);
    lua_gc(L, LUA_GCGEN, 0, 0);                 /* the stock interpreter does; scripts can ask */
    if (!s->bare && !run_init(L, s)) return 0;
    if (!run_options(L, s)) return 0;
    if (s->script < s->argc && !run_script(L, s)) return 0;
    if (s->interactive) run_prompt(L, s);
    else if (s->script == s->argc && !s->statement && !s->version) run_stdin(L, s);
    lua_pushboolean(L, 1);
    return 1;
}

int lua_stock_run(int argc, char **argv) {
    Stock s = { .name = argv[0], .argc = argc, .argv = argv };
    lua_State *L = luaL_newstate();
    if (!L) {
        lua_stock_say(s.name, "cannot create state: not enough memory");
        return EXIT_FAILURE;
    }
    lua_pushcfunction(L, l_run);
    lua_pushlightuserdata(L, &s);
    int status = lua_pcall(L, 1, 1, 0);
    bool good = lua_toboolean(L, -1) && status == LUA_OK;
    lua_stock_report(L, status, s.name);
    lua_close(L);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
