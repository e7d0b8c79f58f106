/* draft.h - a file being written that appears whole or not at all.
 *
 * The bytes go to a temporary file beside the target, reach the disk, and take the target's
 * name in one step. A reader sees the old file or the new one, after a power cut too. A temporary file that a dead process left goes with the
 * next draft for the same target.
 *
 *     Draft draft;
 *     if (!draft_open(&draft, at, DRAFT_MODE_KEEP, err)) return false;
 *     bool good = draft_write(&draft, text, err) && draft_commit(&draft, err);
 *     draft_drop(&draft);
 *
 * A target that is a link is replaced, not followed. An older file keeps its mode and owner.
 *
 * Floor:  os - base only.   Memory: a Draft owns two descriptors until draft_drop; it borrows the path.
 */
#pragma once
#include "base/slice.h"
#include "os/place.h"

enum { DRAFT_MODE_KEEP = -1 };                          /* the old file's mode, or 0666 less the umask */

typedef struct {
    Place  at;
    Parent parent;
    int    fd;                                          /* open for writing; -1 when not open */
    int    mode;                                        /* -1: leave what the file was made with */
    bool   made;                                        /* the temporary name exists */
    char   temp[40];
} Draft;

/* Starts a draft; call draft_drop whatever happens. Fails when the target exists and is not a regular
 * file ("invalid") or may not be written ("denied"). */
bool draft_open(Draft *draft, Place at, int mode, Err *err);
bool draft_write(Draft *draft, Slice bytes, Err *err);

/* Makes it durable and gives it its name. */
bool draft_commit(Draft *draft, Err *err);

/* Gives it its name without waiting for the disk: after a power cut the file may hold anything. For caches. */
bool draft_place(Draft *draft, Err *err);

/* Closes it; what was not committed is gone. */
void draft_drop(Draft *draft);

/* write(2) until every byte is out. `path` is for the message. Fails with "full", "io", ... */
bool draft_write_fd(int fd, const char *path, Slice bytes, Err *err);
