#include "os/scan.h"
#include "base/buf.h"
#include "os/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool scan_base(const char *pattern, char *out, size_t size) {
    size_t wild = strcspn(pattern, "*?["), slash = 0;
    for (size_t i = 0; i < wild; i++)
        if (pattern[i] == '/') slash = i;
    if (!pattern[wild]) {                               /* one file */
        const char *last = strrchr(pattern, '/');
        slash = last ? (size_t)(last - pattern) : 0;
    }
    snprintf(out, size, "%.*s", slash ? (int)slash : 1, slash ? pattern : "/");
    const char *rest = pattern + slash + 1;
    return strchr(rest, '/') != NULL || strstr(rest, "**") != NULL;
}

static bool ends_with(const char *name, const char *end) {
    size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

static bool is_passing(const char *name, bool hidden) {
    if (name[0] == '.' && (!hidden || name[1] == '\0' || strcmp(name, "..") == 0)) return true;
    return ends_with(name, "~") || ends_with(name, ".part") || ends_with(name, ".tmp") || ends_with(name, ".crdownload");
}

typedef struct {
    const char *pattern;
    bool        deep, hidden;
    Scan       *out;
    Err        *err;
} Walk;

static void add_dir(Scan *out, const char *path) {
    if (out->dir_count >= SCAN_DIRS_MOST) return;       /* those beyond are only looked at, not listened to */
    if (out->dir_count == out->dir_cap) {
        out->dir_cap = out->dir_cap ? out->dir_cap * 2 : 16;
        out->dirs = mem_resize(out->dirs, out->dir_cap * sizeof *out->dirs);
    }
    out->dirs[out->dir_count++] = mem_copy(slice_of(path));
}

static bool add_file(const Walk *walk, const char *path, const struct stat *st) {
    Scan *out = walk->out;
    if (!path_matches(walk->pattern, path)) return true;
    if (out->count >= SCAN_FILES_MOST) return err_set(walk->err, "limit", "more than %d files match %s", SCAN_FILES_MOST, walk->pattern);
    if (out->count == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 64;
        out->files = mem_resize(out->files, out->cap * sizeof *out->files);
    }
    out->files[out->count++] = (ScanFile){ mem_copy(slice_of(path)), st->st_ino, (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec, st->st_size };
    return true;
}

static bool walk_dir(const Walk *walk, int at, const char *name, const char *path, int depth);

static bool walk_entry(const Walk *walk, int at, const char *dir, const char *name, int depth) {
    char path[PATH_SIZE];
    struct stat st;
    int len = snprintf(path, sizeof path, "%s/%s", strcmp(dir, "/") ? dir : "", name);
    if (len >= (int)sizeof path || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return true;
    if (S_ISREG(st.st_mode)) return add_file(walk, path, &st);
    return !S_ISDIR(st.st_mode) || !walk->deep || depth >= SCAN_DEPTH_MOST || walk_dir(walk, at, name, path, depth + 1);
}

/* True also when it cannot be read: it has gone, or is not ours. */
static bool walk_dir(const Walk *walk, int at, const char *name, const char *path, int depth) {
    int  fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    bool good = true;
    if (!list) {
        if (fd >= 0) close(fd);
        return depth > 0 || err_set(walk->err, errno == ENOENT ? "not_found" : errno == EACCES ? "denied" : "io", "%s: %s", path, strerror(errno));
    }
    add_dir(walk->out, path);
    for (struct dirent *entry; good && (entry = readdir(list));)
        if (!is_passing(entry->d_name, walk->hidden)) good = walk_entry(walk, fd, path, entry->d_name, depth);
    closedir(list);
    return good;
}

static int by_path(const void *a, const void *b) { return strcmp(((const ScanFile *)a)->path, ((const ScanFile *)b)->path); }
static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

bool scan_files(const char *dir, const char *pattern, bool deep, Scan *out, Err *err) {
    Walk walk = { pattern, deep, strstr(pattern, "/.") != NULL, out, err };
    if (!walk_dir(&walk, AT_FDCWD, dir, dir, 0)) return false;
    if (out->count) qsort(out->files, out->count, sizeof *out->files, by_path);
    if (out->dir_count) qsort(out->dirs, out->dir_count, sizeof *out->dirs, by_text);
    return true;
}

void scan_drop(Scan *scan) {
    for (size_t i = 0; i < scan->count; i++) free(scan->files[i].path);
    for (size_t i = 0; i < scan->dir_count; i++) free(scan->dirs[i]);
    free(scan->files);
    free(scan->dirs);
    *scan = (Scan){ 0 };
}
