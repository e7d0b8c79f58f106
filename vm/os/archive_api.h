/* archive_api.h - libarchive's functions, loaded on first use.
 *
 *     ArchiveApi api;
 *     if (!archive_api_load(&api, err)) return false;
 *     struct archive *a = api.read_new();
 *
 * Floor:  os - base only.   Memory: a plain table; the library stays loaded until the process ends.
 */
#pragma once
#include "base/err.h"
#include <archive.h>
#include <archive_entry.h>

typedef struct {
    struct archive *(*read_new)(void);
    int          (*read_support_filter_gzip)(struct archive *);
    int          (*read_support_filter_bzip2)(struct archive *);
    int          (*read_support_filter_xz)(struct archive *);
    int          (*read_support_filter_zstd)(struct archive *);
    int          (*read_support_format_tar)(struct archive *);
    int          (*read_support_format_zip)(struct archive *);
    int          (*read_support_format_7zip)(struct archive *);
    int          (*read_open_fd)(struct archive *, int, size_t);
    int          (*read_next_header)(struct archive *, struct archive_entry **);
    la_ssize_t   (*read_data)(struct archive *, void *, size_t);
    int          (*read_free)(struct archive *);
    struct archive *(*write_new)(void);
    int          (*write_set_format_pax_restricted)(struct archive *);
    int          (*write_set_format_zip)(struct archive *);
    int          (*write_add_filter_gzip)(struct archive *);
    int          (*write_add_filter_xz)(struct archive *);
    int          (*write_add_filter_zstd)(struct archive *);
    int          (*write_set_bytes_in_last_block)(struct archive *, int);
    int          (*write_open)(struct archive *, void *, archive_open_callback *, archive_write_callback *, archive_close_callback *);
    int          (*write_header)(struct archive *, struct archive_entry *);
    la_ssize_t   (*write_data)(struct archive *, const void *, size_t);
    int          (*write_close)(struct archive *);
    int          (*write_free)(struct archive *);
    const char  *(*error_string)(struct archive *);
    struct archive_entry *(*entry_new)(void);
    void         (*entry_free)(struct archive_entry *);
    const char  *(*entry_pathname)(struct archive_entry *);
    const char  *(*entry_symlink)(struct archive_entry *);
    const char  *(*entry_hardlink)(struct archive_entry *);
    __LA_MODE_T  (*entry_filetype)(struct archive_entry *);
    __LA_MODE_T  (*entry_perm)(struct archive_entry *);
    la_int64_t   (*entry_size)(struct archive_entry *);
    time_t       (*entry_mtime)(struct archive_entry *);
    int          (*entry_is_encrypted)(struct archive_entry *);
    void         (*entry_set_pathname)(struct archive_entry *, const char *);
    void         (*entry_set_symlink)(struct archive_entry *, const char *);
    void         (*entry_set_filetype)(struct archive_entry *, unsigned int);
    void         (*entry_set_perm)(struct archive_entry *, __LA_MODE_T);
    void         (*entry_set_size)(struct archive_entry *, la_int64_t);
    void         (*entry_set_mtime)(struct archive_entry *, time_t, long);
} ArchiveApi;

/* Fails with "not_found" and names the package to install, or with "unknown" when the library is too old. */
bool archive_api_load(ArchiveApi *api, Err *err);
