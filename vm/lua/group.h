/* group.h - the branches of one `parallel` block: begun by one branch, which waits for their end.
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: belongs to the branch that made it, until it has joined.
 */
#pragma once
#include "lua/branch.h"

enum { GROUP_BRANCHES_MAX = 10000 };    /* at work at once in one run */

/* A branch has ended. `failed`: JSON of an error that the block has not heard of; NULL: none. Frees the branch. */
void group_ended(Branch *branch, const char *failed);

/* Frees a block; its branches must be gone. */
void group_drop(Group *group);

/* Parts of aios.run. */
int run_l_fork(lua_State *L);
int run_l_spawn(lua_State *L);
int run_l_room(lua_State *L);
int run_l_abort(lua_State *L);
int run_l_join(lua_State *L);
