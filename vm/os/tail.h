/* tail.h - the whole lines of a file that grows, from a place on; and which file comes after it when it is rotated.
 *
 *     int64_t offset = tail_read(fd, offset, each, context);       // the place behind the last whole line
 *     if (tail_next("/var/log/auth.log", ino, since_ns, &next) >= 0) ...          // auth.log.2 -> auth.log.1 -> auth.log
 *
 * Floor:  os - base only.   Thread: any; blocks.   Memory: the caller's; a line is borrowed for the call.
 */
#pragma once
#include "base/slice.h"
#include <stdbool.h>
#include <stdint.h>

enum { TAIL_LINE_MOST = 64 << 10, TAIL_READ_MOST = 256 << 10, TAIL_PATH_SIZE = 4096 };

typedef void (*TailLine)(void *context, Slice line, int64_t offset);    /* without its end; offset: of its first byte */

/* Tells each whole line of the next TAIL_READ_MOST bytes. A line of more than TAIL_LINE_MOST is told in pieces. Returns the place
 * behind the last one told: the same as before when there is none. */
int64_t tail_read(int fd, int64_t offset, TailLine each, void *context);

/* What stands behind the last line end, when the file will not grow any more: told as a line. */
int64_t tail_rest(int fd, int64_t offset, TailLine each, void *context);

/* The place behind the last line end there is now. */
int64_t tail_end(int fd);

/* Opens the file that was `path` when its inode was `ino`: path itself, or PATH.N or PATH-N beside it. -1: it is gone. */
int tail_find(const char *path, uint64_t ino);

/* Opens the file that came after it: the oldest rotated one that is younger, else path. -1: there is none yet. Where the file itself is
 * gone, or there was none (`ino` 0), younger than `since_ns`, Unix time. */
int tail_next(const char *path, uint64_t ino, int64_t since_ns, uint64_t *next);
