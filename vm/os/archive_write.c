/* archive.h, the half that writes */
#include "os/archive.h"
#include "os/archive_api.h"
#include "os/dir.h"
#include "os/draft.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    ArchiveApi      api;
    struct archive *a;
    Draft           draft;
    Err             err;                                /* of the draft, found by its callback */
    const char     *path;
    ArchiveTotal   *total;
} Writer;

static la_ssize_t on_bytes(struct archive *a, void *context, const void *bytes, size_t len) {
    Writer *w = context;
    (void)a;
    return draft_write(&w->draft, slice_make(bytes, len), &w->err) ? (la_ssize_t)len : -1;
}

static bool writer_failed(const Writer *w, Err *err) {
    if (w->err.code) {
        *err = w->err;
        return false;
    }
    const char *why = w->api.error_string(w->a);
    return err_set(err, "io", "%.200s: %s", w->path, why ? why : "cannot be written");
}

typedef int (*AddFilter)(struct archive *);

static bool ends_with(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

static bool choose_kind(Writer *w, Err *err) {
    const struct { const char *end; AddFilter filter; } TARS[] = {
        { ".tar", NULL }, { ".tar.gz", w->api.write_add_filter_gzip }, { ".tgz", w->api.write_add_filter_gzip },
        { ".tar.xz", w->api.write_add_filter_xz }, { ".txz", w->api.write_add_filter_xz }, { ".tar.zst", w->api.write_add_filter_zstd } };
    if (ends_with(w->path, ".zip")) return w->api.write_set_format_zip(w->a) == ARCHIVE_OK || writer_failed(w, err);
    for (size_t i = 0; i < sizeof TARS / sizeof *TARS; i++) {
        if (!ends_with(w->path, TARS[i].end)) continue;
        return (w->api.write_set_format_pax_restricted(w->a) == ARCHIVE_OK && (!TARS[i].filter || TARS[i].filter(w->a) == ARCHIVE_OK))
            || writer_failed(w, err);
    }
    return err_set(err, "invalid", "%.200s: the name says the kind: .tar .tar.gz .tgz .tar.xz .txz .tar.zst or .zip", w->path);
}

/* -------------------------------------------------- entries */
static bool write_bytes(Writer *w, int fd, int64_t size, const char *name, Err *err) {
    static const size_t SIZE = 64 * 1024;
    char *bytes = mem_new(SIZE);
    bool good = true;
    for (int64_t left = size; good && left > 0; ) {
        ssize_t got = read(fd, bytes, left < (int64_t)SIZE ? (size_t)left : SIZE);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) good = err_errno(err, errno, "%.200s: cannot be read", name);
        else if (got == 0) good = err_set(err, "busy", "%.200s: became shorter while it was packed", name);
        else if (w->api.write_data(w->a, bytes, (size_t)got) != got) good = writer_failed(w, err);
        if (got > 0) left -= got;
    }
    free(bytes);
    return good;
}

static bool write_entry(Writer *w, struct archive_entry *entry, Err *err) {
    int status = w->api.write_header(w->a, entry);
    return status == ARCHIVE_OK || status == ARCHIVE_WARN || writer_failed(w, err);
}

static bool pack_file(Writer *w, struct archive_entry *entry, const char *path, Err *err) {
    int fd;
    int64_t size;
    if (!place_open_file((Place){ PLACE_REAL, path }, O_RDONLY, 0, &fd, &size, err)) return false;
    w->api.entry_set_size(entry, size);                 /* of the open file: the one that is read */
    bool good = write_entry(w, entry, err) && write_bytes(w, fd, size, path, err);
    close(fd);
    w->total->files += good;
    w->total->bytes += good ? size : 0;
    return good;
}

static bool pack_link(Writer *w, struct archive_entry *entry, const char *path, Err *err) {
    Parent parent;
    char target[PATH_SIZE];
    if (!place_parent((Place){ PLACE_REAL, path }, &parent, err)) return false;
    ssize_t len = readlinkat(parent.dir, parent.name, target, sizeof target - 1);
    int number = errno;
    place_close(&parent);
    if (len < 0) return err_errno(err, number, "%.200s: cannot read the link", path);
    target[len] = 0;
    w->api.entry_set_symlink(entry, target);
    return write_entry(w, entry, err);
}

static bool pack_one(Writer *w, const char *path, const char *name, const FileInfo *info, Err *err) {
    bool is_file = strcmp(info->type, "file") == 0, is_dir = strcmp(info->type, "directory") == 0;
    if (!is_file && !is_dir && strcmp(info->type, "link") != 0) {
        buf_add(&w->total->left_out, name, strlen(name) + 1);
        return true;
    }
    struct archive_entry *entry = w->api.entry_new();
    if (!entry) return err_set(err, "limit", "not enough memory for an archive");
    w->api.entry_set_pathname(entry, name);
    w->api.entry_set_perm(entry, info->mode & 0777);
    w->api.entry_set_mtime(entry, (time_t)(info->modified_ms / 1000), 0);
    w->api.entry_set_size(entry, 0);
    w->api.entry_set_filetype(entry, is_file ? (unsigned)AE_IFREG : is_dir ? (unsigned)AE_IFDIR : (unsigned)AE_IFLNK);
    bool good = is_file ? pack_file(w, entry, path, err) : is_dir ? write_entry(w, entry, err) : pack_link(w, entry, path, err);
    w->api.entry_free(entry);
    return good;
}

/* The archive itself, and its draft, may be in the directory that is packed. */
static bool is_own(const Writer *w, const char *path, Place at) {
    size_t above = (size_t)(path_name(at.path) - at.path);
    return strcmp(path, at.path) == 0 || (strncmp(path, at.path, above) == 0 && strcmp(path + above, w->draft.temp) == 0);
}

static bool pack_all(Writer *w, Place at, Place from, Err *err) {
    FileInfo info;
    DirList list = { 0 };
    const char *base = path_name(from.path);
    char path[PATH_SIZE], name[PATH_SIZE];
    if (!file_stat(from, &info, err) || !pack_one(w, from.path, base, &info, err)) return false;
    if (strcmp(info.type, "directory") != 0) return true;
    bool good = dir_list(from, &(DirQuery){ .deep = true }, &list, err);
    for (size_t i = 0; good && i < list.count; i++) {
        const char *below = list.items[i].path;
        if (snprintf(path, sizeof path, "%s/%s", from.path, below) >= (int)sizeof path
            || snprintf(name, sizeof name, "%s/%s", base, below) >= (int)sizeof name) good = err_set(err, "limit", "%.200s: the path is too long", below);
        else if (!is_own(w, path, at)) good = pack_one(w, path, name, &list.items[i].info, err);
    }
    dir_drop(&list);
    return good;
}

static bool pack(Writer *w, Place at, Place from, Err *err) {
    w->a = w->api.write_new();
    if (!w->a) return err_set(err, "limit", "not enough memory for an archive");
    if (!choose_kind(w, err) || !draft_open(&w->draft, at, DRAFT_MODE_KEEP, err)) return false;
    w->api.write_set_bytes_in_last_block(w->a, 1);
    bool good = w->api.write_open(w->a, w, NULL, on_bytes, NULL) == ARCHIVE_OK || writer_failed(w, err);
    good = good && pack_all(w, at, from, err);
    good = good && (w->api.write_close(w->a) == ARCHIVE_OK || writer_failed(w, err));
    return good && draft_commit(&w->draft, err);
}

bool archive_pack(Place at, Place from, ArchiveTotal *total, Err *err) {
    Writer w = { .path = path_name(at.path), .total = total, .draft = { .fd = -1, .parent = { .dir = -1 } } };
    if (!archive_api_load(&w.api, err)) return false;
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = uselocale(utf8);      /* names are UTF-8 */
    bool good = pack(&w, at, from, err);
    if (w.a) w.api.write_free(w.a);                     /* may still write, so the draft goes after it */
    draft_drop(&w.draft);
    uselocale(before);
    if (utf8) freelocale(utf8);
    return good;
}
