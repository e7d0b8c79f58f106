#include "os/tail.h"
#include "base/buf.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int64_t tail_read(int fd, int64_t offset, TailLine each, void *context) {
    char   *bytes = mem_new(TAIL_READ_MOST);
    ssize_t got = pread(fd, bytes, TAIL_READ_MOST, offset);
    int64_t at = 0;
    while (at < got) {
        const char *end = memchr(bytes + at, '\n', (size_t)(got - at));
        int64_t len = end ? end - (bytes + at) : got - at;
        if (!end && len < TAIL_LINE_MOST) break;
        if (len > TAIL_LINE_MOST) len = TAIL_LINE_MOST;
        bool whole = end && end == bytes + at + len;
        each(context, slice_make(bytes + at, (size_t)len), offset + at);
        at += len + whole;
    }
    free(bytes);
    return offset + at;
}

int64_t tail_rest(int fd, int64_t offset, TailLine each, void *context) {
    char   *bytes = mem_new(TAIL_LINE_MOST);
    ssize_t got = pread(fd, bytes, TAIL_LINE_MOST, offset);
    if (got > 0) each(context, slice_make(bytes, (size_t)got), offset);
    free(bytes);
    return got > 0 ? offset + got : offset;
}

int64_t tail_end(int fd) {
    struct stat st;
    if (fstat(fd, &st) != 0) return 0;
    char   *bytes = mem_new(TAIL_LINE_MOST);
    int64_t from = st.st_size > TAIL_LINE_MOST ? st.st_size - TAIL_LINE_MOST : 0, end = from;
    ssize_t got = pread(fd, bytes, TAIL_LINE_MOST, from);
    while (got > 0 && bytes[got - 1] != '\n') got--;
    if (got > 0) end = from + got;
    else if (from > 0) end = st.st_size;                /* in the middle of a line without an end */
    free(bytes);
    return end;
}

/* ------------------------------------------------------------------ rotation */
typedef struct {
    char     dir[TAIL_PATH_SIZE];
    const char *name;                   /* of the file itself */
} Place;

static bool split(const char *path, Place *out) {
    const char *slash = strrchr(path, '/');
    if (!slash || (size_t)snprintf(out->dir, sizeof out->dir, "%.*s", (int)(slash - path + 1), path) >= sizeof out->dir) return false;
    out->name = slash + 1;
    return true;
}

/* auth.log.1, auth.log-20260302: not what is compressed, that nobody can go on reading. */
static bool is_rotated(const Place *place, const char *name) {
    size_t len = strlen(place->name);
    if (strncmp(name, place->name, len) != 0 || (name[len] != '.' && name[len] != '-')) return false;
    const char *rest = name + len + 1;
    return *rest && !rest[strspn(rest, "0123456789-")];
}

static int64_t time_of(const struct stat *st) { return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec; }

typedef struct {
    char    name[NAME_MAX + 1];
    struct stat st;
} Found;

static bool find(const Place *place, uint64_t ino, Found *out) {
    DIR *dir = opendir(place->dir);
    bool found = false;
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry && !found; entry = readdir(dir)) {
        if (strcmp(entry->d_name, place->name) != 0 && !is_rotated(place, entry->d_name)) continue;
        found = fstatat(dirfd(dir), entry->d_name, &out->st, 0) == 0 && S_ISREG(out->st.st_mode) && out->st.st_ino == ino;
        if (found) snprintf(out->name, sizeof out->name, "%s", entry->d_name);
    }
    if (dir) closedir(dir);
    return found;
}

static int open_named(const Place *place, const char *name) {
    char path[TAIL_PATH_SIZE + NAME_MAX + 1];
    snprintf(path, sizeof path, "%s%s", place->dir, name);
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int tail_find(const char *path, uint64_t ino) {
    Place place;
    Found found;
    return split(path, &place) && find(&place, ino, &found) ? open_named(&place, found.name) : -1;
}

/* The oldest of those that were last written after `since`; false: none was. */
static bool after(const Place *place, uint64_t ino, int64_t since, uint64_t current, Found *out) {
    DIR *dir = opendir(place->dir);
    bool any = false;
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        struct stat st;
        if (!is_rotated(place, entry->d_name) || fstatat(dirfd(dir), entry->d_name, &st, 0) != 0 || !S_ISREG(st.st_mode)) continue;
        if (st.st_ino == ino || st.st_ino == current || time_of(&st) <= since || (any && time_of(&st) >= time_of(&out->st))) continue;
        any = true;
        out->st = st;
        snprintf(out->name, sizeof out->name, "%s", entry->d_name);
    }
    if (dir) closedir(dir);
    return any;
}

int tail_next(const char *path, uint64_t ino, int64_t since_ns, uint64_t *next) {
    Place place;
    Found old, other;
    struct stat st;
    if (!split(path, &place) || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return -1;
    if (ino && find(&place, ino, &old)) since_ns = time_of(&old.st);
    bool rotated = after(&place, ino, since_ns, st.st_ino, &other);
    int  fd = open_named(&place, rotated ? other.name : place.name);
    if (fd < 0 || fstat(fd, &st) != 0) return -1;
    *next = st.st_ino;
    return fd;
}
