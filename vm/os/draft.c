#include "os/draft.h"
#include "base/seam.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 8 };

bool draft_write_fd(int fd, const char *path, Slice bytes, Err *err) {
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_errno(err, errno, "%s: cannot write", path);
        bytes = slice_make(bytes.ptr + n, bytes.len - (size_t)n);
    }
    return true;
}

/* What the target is now decides the new file's mode and owner. */
static bool look_at_target(Draft *draft, struct stat *old, bool *exists, Err *err) {
    int dir = draft->parent.dir;
    const char *name = draft->parent.name, *path = draft->at.path;
    *exists = fstatat(dir, name, old, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*exists) return errno == ENOENT ? true : err_errno(err, errno, "%s: cannot write", path);
    if (S_ISLNK(old->st_mode)) { *exists = false; return true; }
    if (S_ISDIR(old->st_mode)) return err_set(err, "invalid", "%s: is a directory, not a file", path);
    if (!S_ISREG(old->st_mode)) return err_set(err, "invalid", "%s: is a device, pipe or socket, not a regular file", path);
    if (faccessat(dir, name, W_OK, AT_EACCESS) != 0) return err_errno(err, errno, "%s: cannot write", path);
    return true;
}

static uint64_t number_of(const char *name) {
    uint64_t h = 1469598103934665603u;  /* FNV-1a, 64 bits */
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 1099511628211u;
    return h;
}

static bool names_it(const Draft *draft, const struct stat *file) {
    struct stat named;
    return fstatat(draft->parent.dir, draft->temp, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == file->st_ino && named.st_dev == file->st_dev;
}

/* A draft of ours that nobody has locked was left by a process that died: it makes room for the new one. */
static void remove_dead(const Draft *draft) {
    struct stat file;
    int fd = openat(draft->parent.dir, draft->temp, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return;
    bool ours = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1 && file.st_uid == geteuid();
    if (ours && flock(fd, LOCK_EX | LOCK_NB) == 0 && names_it(draft, &file)) unlinkat(draft->parent.dir, draft->temp, 0);
    close(fd);
}

/* The first try has the same name for the same target every time, so what a crash left is found by the next write. */
static bool make_temp(Draft *draft, mode_t mode, Err *err) {
    uint64_t chance = number_of(draft->parent.name);
    for (int i = 0; i < TRIES; i++) {
        struct stat file;
        if (i > 0) seam_random(seam_real(), &chance, sizeof chance);
        snprintf(draft->temp, sizeof draft->temp, ".aios-%016llx.tmp", (unsigned long long)chance);
        if (i == 0) remove_dead(draft);
        draft->fd = openat(draft->parent.dir, draft->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (draft->fd < 0 && errno != EEXIST) break;
        if (draft->fd < 0) continue;
        draft->made = flock(draft->fd, LOCK_EX | LOCK_NB) == 0 && fstat(draft->fd, &file) == 0 && names_it(draft, &file);
        if (draft->made) return true;
        close(draft->fd);               /* taken for a dead one by another writer in this moment */
        draft->fd = -1;
        errno = EEXIST;
    }
    return err_errno(err, errno, "%s: cannot make a file in its directory", draft->at.path);
}

bool draft_open(Draft *draft, Place at, int mode, Err *err) {
    struct stat old;
    bool exists;
    *draft = (Draft){ .at = at, .fd = -1, .parent = { .dir = -1 }, .mode = mode };
    if (!place_parent(at, &draft->parent, err)) return false;
    if (!look_at_target(draft, &old, &exists, err)) return false;
    if (exists && mode < 0) draft->mode = (int)(old.st_mode & 0777);
    if (!make_temp(draft, draft->mode < 0 ? 0666 : 0600, err)) return false;
    /* Root that rewrites a user's file leaves it the user's; anyone else can only try. */
    if (exists && (old.st_uid != geteuid() || old.st_gid != getegid()) && fchown(draft->fd, old.st_uid, old.st_gid) != 0) errno = 0;
    return true;
}

bool draft_write(Draft *draft, Slice bytes, Err *err) { return draft_write_fd(draft->fd, draft->at.path, bytes, err); }

bool draft_place(Draft *draft, Err *err) {
    const char *path = draft->at.path;
    if (draft->mode >= 0 && fchmod(draft->fd, (mode_t)draft->mode) != 0) return err_errno(err, errno, "%s: cannot set its mode", path);
    if (renameat(draft->parent.dir, draft->temp, draft->parent.dir, draft->parent.name) != 0)
        return err_errno(err, errno, "%s: cannot put the new file in place", path);
    draft->made = false;
    return true;
}

bool draft_commit(Draft *draft, Err *err) {
    if (fsync(draft->fd) != 0) return err_errno(err, errno, "%s: cannot make it durable", draft->at.path);
    return draft_place(draft, err) && place_sync(&draft->parent, err);
}

void draft_drop(Draft *draft) {
    if (draft->fd >= 0) close(draft->fd);
    if (draft->made) unlinkat(draft->parent.dir, draft->temp, 0);
    place_close(&draft->parent);
    draft->fd = -1;
    draft->made = false;
}
