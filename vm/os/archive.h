/* archive.h - tar, zip and 7z files: what is in them, unpacked, packed. By libarchive, loaded on first use.
 *
 *     ArchiveTotal total = { 0 };
 *     if (!archive_unpack(at, to, 1 << 30, &total, err)) return false;
 *
 * Nothing that an archive says leads out of the directory it is unpacked into: the whole of it is looked at before the first
 * file is made, names with ".." or a slash in front refuse it, and every open is beneath the directory. Links that lead up or
 * away, devices and pipes are left out and named.
 *
 * Floor:  os - base only.   Thread: any; each call blocks.
 * Memory: an ArchiveList and an ArchiveTotal own their texts until archive_list_drop / buf_drop.
 */
#pragma once
#include "base/buf.h"
#include "os/file.h"

enum { ARCHIVE_ENTRIES_MAX = 100000 };

typedef struct {
    char    *name;
    FileInfo info;
} ArchiveItem;

typedef struct {
    ArchiveItem *items;                                 /* in the order of the archive */
    size_t       count, cap;
} ArchiveList;

/* Fills an empty list. "invalid" when it is no archive of a known kind, "corrupt" when it is a broken one. */
bool archive_list(Place at, ArchiveList *list, Err *err);
void archive_list_drop(ArchiveList *list);

typedef struct {
    int64_t files, bytes;
    Buf     left_out;                                   /* names, each ended by a NUL */
} ArchiveTotal;

/* Unpacks into a directory, which is made when it is not there; files of the same names are replaced. More than `max`
 * bytes are "too_big": nothing is made when the archive says so itself. */
bool archive_unpack(Place at, Place to, int64_t max, ArchiveTotal *total, Err *err);

/* Packs a file, or a directory with all it holds under its own name. The kind is that of the name of `at`: .tar .tar.gz .tgz
 * .tar.xz .txz .tar.zst .zip; "invalid" for others. The archive appears whole or not at all. */
bool archive_pack(Place at, Place from, ArchiveTotal *total, Err *err);
