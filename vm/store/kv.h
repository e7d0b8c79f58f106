/* kv.h - small values of a program that outlive its runs.
 *
 *     store_group_begin(store);                        // the value and the step that set it: both or none
 *     kv_set(store, program, key, json, 0);
 *     journal_append(store, &row);
 *     store_group_end(store);
 *     kv_get(store, program, key, got, ctx);           // sees every set queued before it
 *
 * Except kv_list all of it goes through the writer in order, so a get sees every set queued before it and
 * what other processes committed; before kv_list wait with store_sync.
 *
 * Floor:  store.    Thread: the loop thread.
 * Memory: arguments are copied; what `done` gets dies with the call.
 */
#pragma once
#include "store/store.h"

/* value.ptr NULL = there is none. err: "invalid" (kv_add on something that is not a number) or a broken store. */
typedef void (*KvDone)(void *ctx, Slice value, const Err *err);
typedef bool (*KvEach)(void *ctx, Slice key, Slice value);      /* false ends the walk */

/* expires = Unix ms after which it is gone; 0 = stays. */
void kv_set(Store *store, Slice program, Slice key, Slice value, int64_t expires);
void kv_delete(Store *store, Slice program, Slice key);
void kv_get(Store *store, Slice program, Slice key, KvDone done, void *ctx);

/* Adds to a number (an absent one is 0); `done` gets the new one as JSON. Whole numbers stay exact; what
 * leaves 64 bits is "invalid". Keeps the expiry. */
void kv_add(Store *store, Slice program, Slice key, int64_t by, KvDone done, void *ctx);
void kv_add_real(Store *store, Slice program, Slice key, double by, KvDone done, void *ctx);

/* Keys that begin with `prefix`, in byte order, with their committed values. */
bool kv_list(Db *db, Slice program, Slice prefix, int64_t now_ms, KvEach each, void *ctx, Err *err);
