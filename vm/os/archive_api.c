#include "os/archive_api.h"
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libarchive.so.13"

#define ROW(name) { "archive_" #name, offsetof(ArchiveApi, name) }
static const struct { const char *symbol; size_t offset; } ROWS[] = {
    ROW(read_new), ROW(read_support_filter_gzip), ROW(read_support_filter_bzip2), ROW(read_support_filter_xz),
    ROW(read_support_filter_zstd), ROW(read_support_format_tar), ROW(read_support_format_zip), ROW(read_support_format_7zip),
    ROW(read_open_fd), ROW(read_next_header), ROW(read_data), ROW(read_free), ROW(write_new),
    ROW(write_set_format_pax_restricted), ROW(write_set_format_zip), ROW(write_add_filter_gzip), ROW(write_add_filter_xz),
    ROW(write_add_filter_zstd), ROW(write_set_bytes_in_last_block), ROW(write_open), ROW(write_header), ROW(write_data),
    ROW(write_close), ROW(write_free), ROW(error_string), ROW(entry_new), ROW(entry_free), ROW(entry_pathname),
    ROW(entry_symlink), ROW(entry_hardlink), ROW(entry_filetype), ROW(entry_perm), ROW(entry_size), ROW(entry_mtime),
    ROW(entry_is_encrypted), ROW(entry_set_pathname), ROW(entry_set_symlink), ROW(entry_set_filetype), ROW(entry_set_perm),
    ROW(entry_set_size), ROW(entry_set_mtime),
};

bool archive_api_load(ArchiveApi *api, Err *err) {
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return err_set(err, "not_found", "archives need libarchive: apt install libarchive13");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        void *symbol = dlsym(handle, ROWS[i].symbol);
        if (!symbol) return err_set(err, "unknown", "%s has no %s; archives need libarchive 3.4 or newer", LIBRARY, ROWS[i].symbol);
        memcpy((char *)api + ROWS[i].offset, &symbol, sizeof symbol);
    }
    return true;
}
