/* scan.h - the files below a directory that a pattern names, and the directories on the way.
 *
 *     Scan scan = { 0 };
 *     if (scan_files("/home/ann/in", "/home/ann/in/" "*.pdf", false, &scan, err)) ...
 *     scan_drop(&scan);
 *
 * Links are not followed. Names that begin with a dot (unless the pattern asks for one), and *~, *.part, *.tmp and
 * *.crdownload, are files that somebody is still writing: they are left out.
 *
 * Floor:  os - base only.   Thread: any; blocks.   Memory: a Scan owns its paths until scan_drop.
 */
#pragma once
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

enum { SCAN_DEPTH_MOST = 64, SCAN_FILES_MOST = 1000000, SCAN_DIRS_MOST = 8192 };

typedef struct {
    char    *path;
    uint64_t ino;
    int64_t  mtime_ns, size;
} ScanFile;

typedef struct {
    ScanFile *files;                    /* by path */
    size_t    count, cap;
    char    **dirs;                     /* by path; the directory itself is among them */
    size_t    dir_count, dir_cap;
} Scan;

/* False when the directory cannot be read ("not_found" …) or holds more than SCAN_FILES_MOST ("limit"). A directory below that
 * cannot be read is left out. */
bool scan_files(const char *dir, const char *pattern, bool deep, Scan *out, Err *err);
void scan_drop(Scan *scan);

/* The directory that a pattern's files lie in or below: what stands before the first part with a wildcard. True: below as well. */
bool scan_base(const char *pattern, char *out, size_t size);
