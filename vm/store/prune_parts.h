/* prune_parts.h - what prune.c and prune_rest.c share; nobody else includes it.
 *
 * Floor:  store.
 */
#pragma once
#include "store/prune.h"

/* Journals of runs that are gone, then what nobody names any more, then free pages of the file. Adds to *count. */
bool prune_rest(Store *store, PruneCount *count, Err *err);
