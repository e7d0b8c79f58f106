#include "os/place.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINKS_MAX = 40, AGAIN_MAX = 16 };

_Static_assert(PLACE_OPEN == AT_FDCWD, "PLACE_OPEN is the kernel's own word");

/* The walk without openat2 (an older kernel, a container's filter): one name at a time, no links at all. */
static int walk(int base, const char *path, int flags, mode_t mode) {
    char name[PATH_SIZE];
    if (path[0] == '/') { errno = EXDEV; return -1; }
    int dir = openat(base, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (dir >= 0) {
        size_t len = strcspn(path, "/");
        if (len >= sizeof name) { close(dir); errno = ENAMETOOLONG; return -1; }
        memcpy(name, path, len);
        name[len] = 0;
        path += len + strspn(path + len, "/");
        if (strcmp(name, "..") == 0) { close(dir); errno = EXDEV; return -1; }
        int next = openat(dir, len ? name : ".", *path ? O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC : flags | O_NOFOLLOW, mode);
        int why = errno;
        close(dir);
        errno = why;
        if (!*path) return next;
        dir = next;
    }
    return -1;
}

static int open_beneath(int base, const char *path, int flags, mode_t mode, uint64_t resolve) {
    struct open_how how = { .flags = (uint64_t)flags, .mode = flags & O_CREAT ? mode : 0, .resolve = resolve };
    for (int i = 0; ; i++) {
        long fd = syscall(SYS_openat2, base, path, &how, sizeof how);
        if (fd < 0 && errno == EAGAIN && i < AGAIN_MAX) continue;       /* a rename raced with the walk */
        if (fd < 0 && (errno == ENOSYS || (errno == EPERM && i == 0))) return walk(base, path, flags, mode);
        return (int)fd;
    }
}

static int open_real(const char *path, int flags, mode_t mode) {
    int base = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (base < 0) return -1;
    path += strspn(path, "/");
    int fd = open_beneath(base, *path ? path : ".", flags, mode, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
    int why = errno;
    close(base);
    errno = why;
    return fd;
}

bool place_open(Place at, int flags, mode_t mode, int *fd, Err *err) {
    flags |= O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK);
    if (at.root == PLACE_OPEN) *fd = openat(AT_FDCWD, at.path, flags, mode);
    else if (at.root == PLACE_REAL) *fd = open_real(at.path, flags, mode);
    else *fd = open_beneath(at.root, at.path, flags, mode, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    if (*fd >= 0) return true;
    if (at.root != PLACE_OPEN && errno == EXDEV)
        return err_set(err, "denied", "%s: leads outside the directory it must stay in", at.path);
    if (at.root != PLACE_OPEN && errno == ELOOP)
        return err_set(err, "denied", "%s: there is a symbolic link on the way, and none may be followed here", at.path);
    return err_errno(err, errno, "%s: cannot open", at.path);
}

static bool is_file(const char *path, mode_t mode, Err *err) {
    if (S_ISREG(mode)) return true;
    if (S_ISDIR(mode)) return err_set(err, "invalid", "%s: is a directory, not a file", path);
    const char *what = S_ISFIFO(mode) ? "a named pipe" : S_ISSOCK(mode) ? "a socket" : S_ISLNK(mode) ? "a symbolic link" : "a device";
    return err_set(err, "invalid", "%s: is %s, not a regular file", path, what);
}

bool place_open_file(Place at, int flags, mode_t mode, int *fd, int64_t *size, Err *err) {
    struct stat st;
    Err why;
    if (!place_open(at, flags, mode, fd, &why)) {
        int seen = -1;                                  /* a pipe or directory opened for writing: say what it is */
        Err other;
        if (place_open(at, O_PATH, 0, &seen, &other)) {
            bool known = fstat(seen, &st) == 0;
            close(seen);
            if (known && !is_file(at.path, st.st_mode, err)) return false;
        }
        *err = why;
        return false;
    }
    if (fstat(*fd, &st) == 0 && is_file(at.path, st.st_mode, err)) {
        *size = st.st_size;
        return true;
    }
    close(*fd);
    *fd = -1;
    return false;
}

bool place_parent(Place at, Parent *parent, Err *err) {
    char dir[PATH_SIZE];
    const char *name = path_name(at.path);
    size_t len = (size_t)(name - at.path);
    if (len >= sizeof dir) return err_set(err, "invalid", "%.60s...: too long a path", at.path);
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return err_set(err, "invalid", "%s: does not end in the name of a file", at.path);
    memcpy(dir, at.path, len);
    dir[len] = 0;
    parent->name = name;
    return place_open((Place){ at.root, len ? dir : "." }, O_PATH | O_DIRECTORY, 0, &parent->dir, err);
}

void place_close(Parent *parent) {
    if (parent->dir >= 0) close(parent->dir);
    parent->dir = -1;
}

bool place_sync(const Parent *parent, Err *err) {
    int fd = openat(parent->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return true;                            /* a directory we may use and not list: nothing to hold on to */
    int failed = fsync(fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
    close(fd);
    return failed ? err_errno(err, failed, "%s: cannot make its directory durable", parent->name) : true;
}

/* Puts the link's target in front of the rest of the path. */
static bool prepend(char rest[PATH_SIZE], const char *target, const char *after) {
    char joined[2 * PATH_SIZE];
    int len = snprintf(joined, sizeof joined, "%s/%s", target, after);
    if (len < 0 || len >= PATH_SIZE) return false;
    memcpy(rest, joined, (size_t)len + 1);
    return true;
}

static bool resolve(const char *path, bool follow_last, char out[PATH_SIZE], Err *err) {
    char rest[PATH_SIZE], target[PATH_SIZE];
    size_t len = 0;
    int links = 0;
    if (strlen(path) >= sizeof rest) return err_set(err, "invalid", "%.60s...: too long a path", path);
    memcpy(rest, path, strlen(path) + 1);
    out[0] = 0;
    for (char *at = rest + strspn(rest, "/"); *at; ) {
        size_t piece = strcspn(at, "/");
        char *after = at + piece + strspn(at + piece, "/");
        if (piece == 2 && at[0] == '.' && at[1] == '.') {
            while (len > 0 && out[--len] != '/') {}
            out[len] = 0;
        } else if (!(piece == 1 && at[0] == '.')) {
            if (len + piece + 1 >= PATH_SIZE) return err_set(err, "invalid", "%.60s...: too long a path", path);
            size_t parent = len;
            len += (size_t)snprintf(out + len, PATH_SIZE - len, "/%.*s", (int)piece, at);
            ssize_t size = *after || follow_last ? readlink(out, target, sizeof target - 1) : -1;
            if (size > 0) {
                target[size] = 0;
                if (++links > LINKS_MAX) return err_set(err, "invalid", "%s: its symbolic links go round in a circle", path);
                len = target[0] == '/' ? 0 : parent;
                out[len] = 0;
                if (!prepend(rest, target, after)) return err_set(err, "invalid", "%s: its symbolic links lead to too long a path", path);
                after = rest + strspn(rest, "/");
            }
        }
        at = after;
    }
    if (!*out) memcpy(out, "/", sizeof "/");
    return true;
}

bool place_real(const char *path, char out[PATH_SIZE], Err *err)        { return resolve(path, true, out, err); }
bool place_real_parent(const char *path, char out[PATH_SIZE], Err *err) { return resolve(path, false, out, err); }
