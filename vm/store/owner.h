/* owner.h - at most one process executes a program on a database.
 *
 *     if (!owner_take(store, slice_of(program), err)) return false;    // "taken": says who has it
 *
 * It is a lock of the kernel (one byte far behind the end of the file, chosen by the program's path),
 * so it goes with the process, however that ends. The row in `owner` only tells people who it is.
 * Other programs on the same database are not disturbed.
 *
 * Floor:  store.    Thread: the loop thread.
 * Memory: taken programs are let go by owner_release or store_close.
 */
#pragma once
#include "store/store.h"

/* Makes this process the executor of `program`. Errors: "taken"; "io" where the file system has no locks. */
bool owner_take(Store *store, Slice program, Err *err);

/* Lets it go. */
void owner_release(Store *store, Slice program);
