/* child.h - starts one process: argv as given, never a shell, nothing of ours leaks into it.
 *
 * The child has its own session and process group (its id is the group's), a clean environment,
 * no descriptors but 0, 1 and 2, default signals, no core dumps, and dies with us unless it is detached.
 *
 *     const char *argv[] = { "git", "pull", NULL };
 *     ChildSpec spec = { .argv = argv };
 *     if (!child_start(&spec, &fds, &pid, err)) return false;
 *
 * Floor:  os - base only.   Thread: the one that lives as long as the process (the loop's).
 * Memory: a ChildSpec borrows everything for the call.
 */
#pragma once
#include "base/slice.h"
#include "base/err.h"
#include <stdint.h>

typedef struct {                                        /* 0: no limit of ours */
    int64_t memory;                                     /* bytes of address space */
    int64_t cpu;                                        /* seconds of processor time */
    int64_t file_size;                                  /* bytes of any file it writes */
    int64_t files;                                      /* open descriptors */
    int64_t processes;                                  /* of this user; does not bind root */
} ChildLimits;

typedef struct {
    const char *const *argv;                            /* argv[0] names the program; ends in NULL */
    const char *const *env;                             /* NAME=VALUE, added to the clean ones; may be NULL */
    const char        *cwd;                             /* NULL: ours */
    ChildLimits        limits;
} ChildSpec;

typedef struct {
    int in, out, err;                                   /* what 0, 1 and 2 will be; the caller's, not closed */
} ChildFds;

/* From our own environment a child gets only these: PATH HOME LANG LC_* TZ TERM USER LOGNAME TMPDIR. */

/* Runs it as our child. True means the program itself is running, not only that fork worked; the
 * failure of its exec, its directory or its limits is ours: "not_found", "denied", "invalid", ... */
bool child_start(const ChildSpec *spec, const ChildFds *fds, int *pid, Err *err);

/* Runs it as nobody's child: it outlives us and is not ours to wait for. */
bool child_detach(const ChildSpec *spec, const ChildFds *fds, int *pid, Err *err);

/* A descriptor that reads as `text` from its start; close it. */
bool child_input(Slice text, int *fd, Err *err);
