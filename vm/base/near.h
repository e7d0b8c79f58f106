/* near.h - how far two names are from each other, for "did you mean".
 *
 *     if (near_slips(given, known) < near_limit(given)) suggest(known);
 *
 * Floor:  base - libc only.   Memory: none.
 */
#pragma once
#include "base/slice.h"

enum { NEAR_LONGEST = 64 };                             /* longer names are near nothing */

/* How many slips make one of the other: a byte added, missing or changed, or two neighbours
   swapped. Case of ASCII letters does not count. */
int near_slips(Slice a, Slice b);

/* Below so many slips a name of this length is worth suggesting. */
int near_limit(Slice given);
