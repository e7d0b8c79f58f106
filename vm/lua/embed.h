/* embed.h - the compiler and the standard library inside the binary.
 *
 *     embed_install(L);
 *     embed_require(L, "flow");                        // from the binary alone
 *
 * Floor:  lua.   Memory: constants.
 */
#pragma once
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char          *name;          /* "tool.schema"; sorted by it */
    const unsigned char *code;          /* compiled by the same Lua this binary links */
    size_t               size;
} Embedded;

extern const Embedded EMBEDDED[];       /* ends with a NULL name */
extern const char     EMBED_ID[];       /* another one for every other text of the compiler */

/* Pushes the loaded function of a module; false (nothing pushed) when there is none. */
bool embed_load(lua_State *L, const char *name);

/* Makes `require` for modules of the house: embedded ones and those added here. The state's stock
 * globals are what such a module sees; scripts of people see none of this. */
void embed_install(lua_State *L);
void embed_add(lua_State *L, const char *name, lua_CFunction open);

/* Pushes the module; raises when it does not load. */
void embed_require(lua_State *L, const char *name);
