/* archive.h, the half that reads */
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
    ArchiveApi            api;
    struct archive       *a;
    struct archive_entry *entry;
    const char           *path;                         /* of the archive, for messages */
    int                   fd;
    locale_t              locale, before;
} Reader;

static void reader_close(Reader *r) {
    if (r->a) r->api.read_free(r->a);
    if (r->fd >= 0) close(r->fd);
    uselocale(r->before);
    if (r->locale) freelocale(r->locale);
}

static bool reader_failed(const Reader *r, const char *code, Err *err) {
    const char *why = r->api.error_string(r->a);
    return err_set(err, code, "%.200s: %s", r->path, why ? why : "cannot be read as an archive");
}

/* Names are UTF-8 whatever the locale of the process is. Close it also when this fails. */
static bool reader_open(Reader *r, Place at, Err *err) {
    int64_t size;
    *r = (Reader){ .fd = -1, .path = path_name(at.path), .before = uselocale((locale_t)0) };
    if (!archive_api_load(&r->api, err) || !place_open_file(at, O_RDONLY, 0, &r->fd, &size, err)) return false;
    r->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (r->locale) uselocale(r->locale);
    r->a = r->api.read_new();
    if (!r->a) return err_set(err, "limit", "not enough memory for an archive");
    r->api.read_support_filter_gzip(r->a);
    r->api.read_support_filter_bzip2(r->a);
    r->api.read_support_filter_xz(r->a);
    r->api.read_support_filter_zstd(r->a);
    r->api.read_support_format_tar(r->a);
    r->api.read_support_format_zip(r->a);
    r->api.read_support_format_7zip(r->a);
    if (size == 0) return err_set(err, "invalid", "%.200s: is empty, so it is no archive", r->path);
    if (r->api.read_open_fd(r->a, r->fd, 65536) == ARCHIVE_OK) return true;
    return reader_failed(r, "invalid", err);
}

/* The next entry; false at the end (err->code stays NULL) or on an error. */
static bool reader_next(Reader *r, bool first, Err *err) {
    err->code = NULL;
    int status = r->api.read_next_header(r->a, &r->entry);
    if (status == ARCHIVE_EOF) return false;
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return true;
    return reader_failed(r, first ? "invalid" : "corrupt", err);
}

/* -------------------------------------------------- names */
/* The name of an entry without "./" in front and slashes behind, or NULL and why it may not be. */
static const char *clean_name(const char *name, char out[PATH_SIZE], const char **why) {
    *why = "a name that is no UTF-8 text";
    if (!name) return NULL;
    *why = "a name that begins with a slash";
    if (*name == '/') return NULL;
    size_t len = 0;
    *why = "a name that is too long";
    for (const char *at = name; *at; ) {
        size_t part = strcspn(at, "/");
        if (part == 2 && at[0] == '.' && at[1] == '.') { *why = "a name that leads out of the directory (..)"; return NULL; }
        if (part > 0 && !(part == 1 && at[0] == '.')) {
            if (len + part + 2 > PATH_SIZE) return NULL;
            if (len) out[len++] = '/';
            memcpy(out + len, at, part);
            len += part;
        }
        at += part + (at[part] == '/');
    }
    out[len] = 0;
    return out;
}

static bool entry_name(Reader *r, char out[PATH_SIZE], Err *err) {
    const char *why, *name = r->api.entry_pathname(r->entry);
    out[0] = 0;
    if (clean_name(name, out, &why)) return true;
    return err_set(err, "denied", "%.200s: it holds %s: \"%.100s\"", r->path, why, name ? name : "");
}

static const char *type_of(Reader *r) {
    if (r->api.entry_hardlink(r->entry)) return "file";
    switch (r->api.entry_filetype(r->entry)) {
    case AE_IFREG: return "file";
    case AE_IFDIR: return "directory";
    case AE_IFLNK: return "link";
    case AE_IFIFO: return "pipe";
    case AE_IFSOCK: return "socket";
    default: return "device";
    }
}

/* -------------------------------------------------- list */
static bool list_entry(Reader *r, ArchiveList *list, Err *err) {
    char name[PATH_SIZE];
    if (!entry_name(r, name, err)) return false;
    if (!*name) return true;                            /* "./" itself */
    if (list->count >= ARCHIVE_ENTRIES_MAX) return err_set(err, "limit", "%.200s: it holds more than %d entries", r->path, ARCHIVE_ENTRIES_MAX);
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->items = mem_resize(list->items, list->cap * sizeof *list->items);
    }
    list->items[list->count++] = (ArchiveItem){ mem_copy(slice_of(name)),
        { .type = type_of(r), .size = r->api.entry_size(r->entry), .modified_ms = (int64_t)r->api.entry_mtime(r->entry) * 1000,
          .mode = (unsigned)r->api.entry_perm(r->entry) & 0777 } };
    return true;
}

static bool list_all(Reader *r, ArchiveList *list, Err *err) {
    for (bool first = true; reader_next(r, first, err); first = false)
        if (!list_entry(r, list, err)) return false;
    return err->code == NULL;
}

bool archive_list(Place at, ArchiveList *list, Err *err) {
    Reader r;
    bool good = reader_open(&r, at, err) && list_all(&r, list, err);
    reader_close(&r);
    return good;
}

void archive_list_drop(ArchiveList *list) {
    for (size_t i = 0; i < list->count; i++) free(list->items[i].name);
    free(list->items);
    *list = (ArchiveList){ 0 };
}

/* -------------------------------------------------- unpack */
typedef struct {
    int           root;
    int64_t       max;
    ArchiveTotal *total;
    Buf           links;                                /* name NUL target NUL ...: made last, so that no file goes through one */
} Unpack;

static void leave_out(Unpack *u, const char *name) { buf_add(&u->total->left_out, name, strlen(name) + 1); }

static bool make_above(const Unpack *u, const char *name, Err *err) {
    char above[PATH_SIZE];
    const char *slash = strrchr(name, '/');
    if (!slash) return true;
    snprintf(above, sizeof above, "%.*s", (int)(slash - name), name);
    return dir_make((Place){ u->root, above }, err);
}

static bool copy_data(Reader *r, Unpack *u, Draft *draft, Err *err) {
    static const size_t SIZE = 64 * 1024;
    char *bytes = mem_new(SIZE);
    la_ssize_t got = 0;
    bool good = true;
    while (good && (got = r->api.read_data(r->a, bytes, SIZE)) > 0) {
        u->total->bytes += got;
        if (u->total->bytes > u->max) good = err_set(err, "too_big", "%.200s: it unpacks to more than %lld bytes", r->path, (long long)u->max);
        else good = draft_write(draft, slice_make(bytes, (size_t)got), err);
    }
    free(bytes);
    return good && got < 0 ? reader_failed(r, "corrupt", err) : good;
}

static bool unpack_file(Reader *r, Unpack *u, const char *name, Err *err) {
    Draft draft;
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = r->api.entry_mtime(r->entry) } };
    int mode = (int)(r->api.entry_perm(r->entry) & 0777);
    bool good = draft_open(&draft, (Place){ u->root, name }, mode | 0200, err) && copy_data(r, u, &draft, err);
    if (good) futimens(draft.fd, times);                /* a time that cannot be kept is no reason to stop */
    good = good && draft_place(&draft, err);
    draft_drop(&draft);
    u->total->files += good;
    return good;
}

static bool unpack_hardlink(Reader *r, Unpack *u, const char *name, Err *err) {
    char target[PATH_SIZE];
    const char *why, *to = r->api.entry_hardlink(r->entry);
    if (!clean_name(to, target, &why)) return err_set(err, "denied", "%.200s: it holds a link to %s: \"%.100s\"", r->path, why, to);
    bool good = file_copy((Place){ u->root, target }, (Place){ u->root, name }, err);
    u->total->files += good;
    return good;
}

/* Only down, and only as text: whatever else is there, such a link ends beneath its own directory. */
static bool leads_down(const char *target) {
    if (!target || !*target || *target == '/') return false;
    for (const char *at = target; *at; at += strcspn(at, "/"), at += *at == '/')
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || !at[2])) return false;
    return true;
}

static bool unpack_entry(Reader *r, Unpack *u, Err *err) {
    char name[PATH_SIZE];
    if (!entry_name(r, name, err)) return false;
    if (!*name) return true;
    const char *type = type_of(r);
    if (r->api.entry_is_encrypted(r->entry)) return err_set(err, "denied", "%.200s: it is locked with a password", r->path);
    if (strcmp(type, "directory") == 0) return dir_make((Place){ u->root, name }, err);
    if (strcmp(type, "link") == 0 && leads_down(r->api.entry_symlink(r->entry))) {
        const char *target = r->api.entry_symlink(r->entry);
        buf_add(&u->links, name, strlen(name) + 1);
        buf_add(&u->links, target, strlen(target) + 1);
        return true;
    }
    if (strcmp(type, "file") != 0) {
        leave_out(u, name);
        return true;
    }
    if (!make_above(u, name, err)) return false;
    return r->api.entry_hardlink(r->entry) ? unpack_hardlink(r, u, name, err) : unpack_file(r, u, name, err);
}

static bool make_links(Unpack *u, Err *err) {
    for (const char *name = buf_text(&u->links), *end = name + u->links.len; name < end; ) {
        const char *target = name + strlen(name) + 1;
        Parent parent;
        if (!make_above(u, name, err) || !place_parent((Place){ u->root, name }, &parent, err)) return false;
        int status = symlinkat(target, parent.dir, parent.name), number = errno;
        place_close(&parent);
        if (status != 0 && number == EEXIST) leave_out(u, name);
        else if (status != 0) return err_errno(err, number, "%.200s: cannot make the link", name);
        name = target + strlen(target) + 1;
    }
    return true;
}

static bool unpack_all(Reader *r, Unpack *u, Err *err) {
    for (bool first = true; reader_next(r, first, err); first = false)
        if (!unpack_entry(r, u, err)) return false;
    return err->code == NULL && make_links(u, err);
}

/* What the archive says of itself, before anything is made. */
static bool look_first(Place at, int64_t max, Err *err) {
    ArchiveList list = { 0 };
    int64_t sum = 0;
    bool good = archive_list(at, &list, err);
    for (size_t i = 0; good && i < list.count; i++) {
        sum += list.items[i].info.size > 0 ? list.items[i].info.size : 0;
        if (sum < 0 || sum > max) good = err_set(err, "too_big", "%.200s: it unpacks to more than %lld bytes", path_name(at.path), (long long)max);
    }
    archive_list_drop(&list);
    return good;
}

bool archive_unpack(Place at, Place to, int64_t max, ArchiveTotal *total, Err *err) {
    Reader r;
    Unpack u = { .root = -1, .max = max, .total = total };
    if (!look_first(at, max, err) || !dir_make(to, err) || !place_open(to, O_RDONLY | O_DIRECTORY, 0, &u.root, err)) return false;
    bool good = reader_open(&r, at, err) && unpack_all(&r, &u, err);
    reader_close(&r);
    if (good && syncfs(u.root) != 0) good = err_errno(err, errno, "%.200s: cannot be made durable", to.path);
    close(u.root);
    buf_drop(&u.links);
    return good;
}
