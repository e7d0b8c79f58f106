/* lua_stock_line.h - the lines that a person types at the prompt of `aios lua`.
 *
 * GNU readline edits them where the machine has it; it is looked for when a prompt is first needed,
 * so that nothing else pays for it or depends on it. Otherwise they are read as they come.
 *
 *     StockLine in;
 *     lua_stock_line_open(&in);
 *     while (lua_stock_line_push(&in, L, "> ")) lua_pop(L, 1);
 *     lua_stock_line_close(&in);
 *
 * Floor:  lua.   Memory: one line. The history lives as long as the process and is never written.
 */
#pragma once
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *(*edit)(const char *prompt);          /* NULL without readline */
    void (*remember)(const char *text);
    char  *text;                                /* without readline: of getline */
    size_t size;
} StockLine;

void lua_stock_line_open(StockLine *in);
void lua_stock_line_close(StockLine *in);

/* Pushes the next line of stdin without its newline; false (nothing pushed) at the end. */
bool lua_stock_line_push(StockLine *in, lua_State *L, const char *prompt);

/* Puts an input, which may be several lines, into the history. */
void lua_stock_line_remember(const StockLine *in, const char *text);
