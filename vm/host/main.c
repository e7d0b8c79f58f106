/* main.c - the process begins here. */
#include "base/buf.h"
#include "host/boot.h"
#include "lua/lua_stock.h"
#include <stdlib.h>
#include <string.h>

/* Called lua, lua5 or lua5.4 (a link to us), the binary is that interpreter. */
static bool is_named_lua(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return !strncmp(name, "lua", 3) && name[3 + strspn(name + 3, "-.0123456789")] == '\0';
}

/* `aios lua --help` is a question to us; every other line belongs to the interpreter. */
static bool is_stock_lua(int argc, char **argv) {
    return argc > 1 && !strcmp(argv[1], "lua") && !(argc == 3 && !strcmp(argv[2], "--help"));
}

/* The stock interpreter shares nothing with the rest of the house, which is not started for it. */
static int run_stock_lua(int argc, char **argv) {
    Buf name;
    buf_init(&name);
    buf_printf(&name, "%s lua", argv[0]);
    argv[1] = name.ptr;
    int code = lua_stock_run(argc - 1, argv + 1);
    buf_drop(&name);
    return code;
}

int main(int argc, char **argv) {
    if (argc > 0 && is_named_lua(argv[0])) return lua_stock_run(argc, argv);
    return is_stock_lua(argc, argv) ? run_stock_lua(argc, argv) : boot(argc, argv);
}
