/* file.h - regular files: read, write, append, copy, move, remove, look at.
 *
 *     Buf text;
 *     buf_init(&text);
 *     if (!file_read((Place){ PLACE_REAL, full }, FILE_LIMIT, &text, err)) return false;
 *
 * Each call blocks; the loop runs them on its thread pool. Directories, devices and pipes
 * are refused with a sentence that says which.
 *
 * Floor:  os - base only.   Thread: any.   Memory: the caller's Buf; a Place borrows its path.
 */
#pragma once
#include "base/buf.h"
#include "base/hash.h"
#include "os/place.h"

#define FILE_LIMIT ((size_t)64 << 20)                   /* what a script reads at once, unless it says more */

typedef struct {
    const char *type;                                   /* "file" "directory" "link" "pipe" "socket" "device" */
    int64_t     size;                                   /* bytes */
    int64_t     modified_ms;                            /* Unix time */
    unsigned    mode;                                   /* permission bits, 07777 at most */
    unsigned    user;                                   /* numeric owner */
} FileInfo;

/* Adds the whole file to `out`; more than `limit` bytes fail with "too_big" and add nothing. */
bool file_read(Place at, size_t limit, Buf *out, Err *err);

/* Replaces the file in one step (draft.h). `mode` is its permission bits or DRAFT_MODE_KEEP. */
bool file_write(Place at, Slice text, int mode, Err *err);

/* Adds to the end, durable when it returns; makes the file when there is none. When the disk fills up
 * half way the part that was written is taken back. */
bool file_append(Place at, Slice text, Err *err);

/* Copies bytes and permission bits, whole or not at all. */
bool file_copy(Place from, Place to, Err *err);

/* Renames a file, directory or link; a file is moved to another file system by copying. An existing
 * file at `to` is replaced, an existing directory is refused ("exists"). */
bool file_move(Place from, Place to, Err *err);

/* Removes a file or a link (not what it points to). A directory is refused: dir_remove. */
bool file_remove(Place at, Err *err);

/* Sets the permission bits; a link is refused. */
bool file_chmod(Place at, unsigned mode, Err *err);

/* What is there; of a link the link itself, but what it leads to with PLACE_OPEN. "not_found" when nothing is. */
bool file_stat(Place at, FileInfo *info, Err *err);

/* For directory walks: the same facts from a stat the walk already has. */
struct stat;
void file_info(const struct stat *st, FileInfo *info);

/* The SHA-256 of a file of any size, as 64 hexadecimal digits. */
bool file_hash(Place at, char out[HASH_SHA256_TEXT], Err *err);

/* How full the file system of a place is, in bytes. `free` is what we may still use. */
bool file_usage(Place at, int64_t *used, int64_t *free_bytes, int64_t *total, Err *err);
