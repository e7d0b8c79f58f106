#include "lua/lua_stock_line.h"
#include <dlfcn.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library is never closed: it owns the history and what it knows of the terminal. */
void lua_stock_line_open(StockLine *in) {
    *in = (StockLine){ 0 };
    void *library = dlopen("libreadline.so.8", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    *(void **)&in->edit = dlsym(library, "readline");
    *(void **)&in->remember = dlsym(library, "add_history");
    const char **name = dlsym(library, "rl_readline_name");
    if (name) *name = "lua";                    /* what `$if lua` in a person's inputrc asks for */
}

void lua_stock_line_close(StockLine *in) {
    free(in->text);
}

static bool push_edited(const StockLine *in, lua_State *L, const char *prompt) {
    char *text = in->edit(prompt);
    if (!text) return false;
    lua_pushstring(L, text);
    free(text);
    return true;
}

bool lua_stock_line_push(StockLine *in, lua_State *L, const char *prompt) {
    if (in->edit) return push_edited(in, L, prompt);
    fputs(prompt, stdout);
    fflush(stdout);
    ssize_t len = getline(&in->text, &in->size, stdin);
    if (len < 0) return false;
    if (len > 0 && in->text[len - 1] == '\n') len--;
    lua_pushlstring(L, in->text, (size_t)len);
    return true;
}

void lua_stock_line_remember(const StockLine *in, const char *text) {
    if (in->remember && *text) in->remember(text);
}
