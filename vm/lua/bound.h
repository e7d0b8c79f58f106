/* bound.h - a deadline over a scope of a branch: `within 5m do … end`, the time-out of a step or a run.
 *
 * The deadline is absolute and recorded when the scope begins; that it has passed is recorded when that happens, and
 * delivered like everything else. From then on each wait in the scope raises the bound's error.
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: belongs to its scope.
 */
#pragma once
#include "lua/branch.h"

/* The innermost scope of the branch, just entered, ends at due_ms with `error` (JSON); `passed`: what the record has
 * of that, or NULL. due_ms 0: it is not watched, the record decides. */
void bound_open(Branch *branch, int64_t due_ms, const char *error, int line, const JournalRow *passed);
void bound_drop(Bound *bound);

const char *bound_error(const Bound *bound);    /* NULL: there is still time */

/* Its alarm, for a run that leaves memory: stops it and tells when it would have been; 0: none. */
int64_t bound_rest(Bound *bound);
void    bound_go_on(Bound *bound);              /* the run stays after all */
