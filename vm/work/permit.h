/* permit.h - may this act? Pure: a list of grants, a need and a resource in, yes or no out.
 *
 * A grant is a need's name and a pattern of resources. `fs` covers `fs.read`; the
 * pattern is a path glob for `fs.*`, `host`, `host:port` or `*.domain` for `net`, a name or
 * absolute path for `process`, and a plain glob elsewhere. An empty pattern covers all.
 *
 *     grants_judge(&permits, "fs.write", "/tmp/x");
 *
 * Floor:  work - may use base and os (path patterns).
 * Memory: Permits owns copies of what is added.
 */
#pragma once
#include "base/slice.h"
#include <stdbool.h>

typedef struct {
    char *need, *pattern;
} Permit;

typedef struct {
    Permit *list;
    size_t count;
    bool   everything;                  /* a person said yes to all */
} Permits;

void permits_add(Permits *permits, const char *need, const char *pattern);
void permits_drop(Permits *permits);

/* True when one of the grants covers it. `resource` is an absolute path for fs.*, host:port for net. */
bool permits_cover(const Permits *permits, const char *need, const char *resource);

/* The rule for one grant, exposed for tables in tests. */
bool permit_matches(const char *need_had, const char *pattern, const char *need, const char *resource);
