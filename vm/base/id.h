/* id.h - ULIDs: 26 characters, sortable by time (github.com/ulid/spec).
 *
 *     char id[ID_SIZE];
 *     id_new(seam, id);
 *
 * Floor:  base.   Memory: the caller's array.
 */
#pragma once
#include "base/seam.h"

enum { ID_SIZE = 27 };                                  /* 26 characters and a NUL */

/* A new ULID: 48 bits of wall time in ms, 80 bits of chance, Crockford base 32. */
void id_new(const Seam *seam, char out[ID_SIZE]);
