/* lua_stock.h - `aios lua`: the stock interpreter of Lua 5.4, as its manual describes in section 7.
 *
 * A script that was written for `lua` must not notice which of the two it runs in: a fresh state with
 * the full libraries, nothing of the house in it. What is different is the name in front of messages
 * and in the lowest entry of `arg`: "aios lua", two words that a shell runs as the interpreter. And
 * at the prompt, input that ends in the middle of a statement is told its syntax error.
 *
 *     char *words[] = { "aios lua", "-e", "print(1)", NULL };
 *     int code = lua_stock_run(3, words);
 *
 * Floor:  lua.   Memory: one Lua state, closed before it returns. A script may end the process.
 */
#pragma once

/* Runs the command line of an interpreter: argv[0] is its name, argv[argc] is NULL.
 * Returns the exit code: 0, or 1 after an error, which was written to stderr. */
int lua_stock_run(int argc, char **argv);
