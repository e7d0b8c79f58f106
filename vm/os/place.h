/* place.h - where a file is, and the one way to open it.
 *
 * A path is only as safe as the walk that follows it. A Place says how far the walk may
 * lead; the kernel (openat2) keeps it there, so nothing can be swapped under our feet.
 *
 *     Place at = { PLACE_REAL, full };                 // full came from place_real()
 *     if (!place_open(at, O_RDONLY, 0, &fd, err)) return false;
 *
 * Floor:  os - base only.
 * Memory: a Place borrows its path; the caller closes the descriptors.
 */
#pragma once
#include "os/path.h"
#include <stdint.h>
#include <sys/types.h>

enum {
    PLACE_OPEN = -100,      /* (AT_FDCWD) wherever the path leads, links followed: the owner's own paths */
    PLACE_REAL = -2         /* an absolute path without any link in it; one met on the way is refused */
};

typedef struct {
    int         root;       /* one of the above, or a directory's descriptor that is never left */
    const char *path;
} Place;

/* Opens what is there. O_CLOEXEC, O_NOCTTY and O_NONBLOCK are always added. A walk that would leave
 * the root, or meets a link where none may be, fails with "denied". */
bool place_open(Place at, int flags, mode_t mode, int *fd, Err *err);

/* place_open, and fails with "invalid" unless it is a regular file (not a directory, device or pipe).
 * `size` is filled. */
bool place_open_file(Place at, int flags, mode_t mode, int *fd, int64_t *size, Err *err);

typedef struct {
    int         dir;        /* the directory that holds it */
    const char *name;       /* its name there, part of the Place's path */
} Parent;

/* The directory of a place. Close it with place_close. Fails when the path ends in no name ("/", ".."). */
bool place_parent(Place at, Parent *parent, Err *err);
void place_close(Parent *parent);

/* Makes the entries of a directory durable (fsync), where its file system knows how. */
bool place_sync(const Parent *parent, Err *err);

/* Follows every link of an absolute path in the text of the links; what does not exist is left as it is.
 * The result is what a grant must allow: it is where the bytes will go. place_real_parent leaves the last
 * name alone, for acts on a link itself (remove, move). */
bool place_real(const char *path, char out[PATH_SIZE], Err *err);
bool place_real_parent(const char *path, char out[PATH_SIZE], Err *err);
