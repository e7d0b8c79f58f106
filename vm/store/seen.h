/* seen.h - the files that a watch has told of, so that what appears while nobody watches is noticed.
 *
 *     seen_each(store_reader(store), watch, each, ctx, err);
 *     seen_put(store, watch, &(SeenFile){ path, ino, mtime_ns, size });
 *     seen_remove(store, watch, path);
 *
 * Floor:  store.   Memory: copies; a row given to `each` dies with the call.
 */
#pragma once
#include "store/store.h"

typedef struct {
    Slice    path;
    uint64_t ino;
    int64_t  mtime_ns, size;
} SeenFile;

typedef bool (*SeenEach)(void *ctx, const SeenFile *file);

bool seen_each(Db *db, Slice watch, SeenEach each, void *ctx, Err *err);    /* by path, as bytes */
void seen_put(Store *store, Slice watch, const SeenFile *file);             /* queued */
void seen_remove(Store *store, Slice watch, Slice path);                    /* queued */
