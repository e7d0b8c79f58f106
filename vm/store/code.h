/* code.h - sources of programs, kept by their hash, so a resumed run uses the text it began with.
 *
 *     code_put(store, hash, name, source);             // nothing happens when it is known
 *     char *source; size_t size;
 *     if (!code_get(db, hash, &source, &size, err)) return false;      // free(source)
 *
 * Floor:  store.   Memory: put copies; get gives the caller a block.
 */
#pragma once
#include "base/hash.h"
#include "store/store.h"

void code_put(Store *store, const unsigned char hash[HASH_SIZE], Slice name, Slice source);

/* For modules that name it in a transaction of their own: on the writer thread. */
bool code_insert(Db *db, const unsigned char hash[HASH_SIZE], Slice name, Slice source, int64_t created_ms, Err *err);

/* The source, followed by a NUL that is not counted; "not_found" when the hash is unknown. */
bool code_get(Db *db, const unsigned char hash[HASH_SIZE], char **source, size_t *size, Err *err);
