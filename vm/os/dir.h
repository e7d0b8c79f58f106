/* dir.h - directories: list, make, remove, search.
 *
 *     DirList list = { 0 };
 *     bool good = dir_list(at, &(DirQuery){ .glob = "*.log", .deep = true }, &list, err);
 *     ...
 *     dir_drop(&list);
 *
 * Walks go by descriptor, never follow a link, and never leave the file system they remove from.
 *
 * Floor:  os - base only.   Thread: any; each call blocks.   Memory: a DirList owns its entries until dir_drop.
 */
#pragma once
#include "os/file.h"

enum { DIR_DEPTH_MAX = 200, DIR_ENTRIES_MAX = 100000 };

typedef struct {
    const char *glob;       /* NULL: everything. With a slash: the path below the directory; without: the name */
    bool        deep;       /* below as well */
} DirQuery;

typedef struct {
    char    *path;          /* below the listed directory: "b/c.txt" */
    FileInfo info;          /* of a link itself, not of what it points to */
} DirEntry;

typedef struct {
    DirEntry *items;        /* sorted by path */
    size_t    count, cap;
} DirList;

/* Fills an empty list. A directory below that may not be read is listed without its entries. More than
 * DIR_ENTRIES_MAX entries or DIR_DEPTH_MAX levels fail with "limit". */
bool dir_list(Place at, const DirQuery *query, DirList *list, Err *err);
void dir_drop(DirList *list);

/* Makes the directory and those above it. True when it is there already; "exists" when something else is. */
bool dir_make(Place at, Err *err);

/* Removes an empty directory. */
bool dir_remove(Place at, Err *err);

/* Removes a directory with all it holds. Links are removed, not followed; another file system mounted
 * inside stops it ("busy"), with what came before already gone. */
bool dir_remove_deep(Place at, Err *err);
