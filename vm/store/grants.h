/* grants.h - what a program may do, given by its owner.
 *
 *     grants_add(store, &(Grant){ .program = path, .need = slice_of("fs.write"), .resource = slice_of("/srv/www"),
 *                                 .by = slice_of("owner") });
 *     grants_each(store_reader(store), path, now, grow, &list, err);
 *
 * Floor:  store.   Memory: add copies; a Grant given to `each` dies with the call.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t id;
    Slice   program, need, resource, by, why;           /* why: ptr NULL = none */
    int64_t created, until;                             /* Unix ms; created 0 = now, until 0 = for good */
} Grant;

typedef bool (*GrantEach)(void *ctx, const Grant *grant);

/* Queued; the same (program, need, resource) is renewed, also when it was revoked. */
void grants_add(Store *store, const Grant *grant);

/* Takes one back. Queued; the row stays, with the time. */
void grants_revoke(Store *store, Slice program, Slice need, Slice resource);

/* Grants of a program that count at `now_ms`. */
bool grants_each(Db *db, Slice program, int64_t now_ms, GrantEach each, void *ctx, Err *err);
