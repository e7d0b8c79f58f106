#include "os/file.h"
#include "os/draft.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { CHUNK = 64 << 10 };

static bool too_big(const char *path, size_t limit, Err *err) {
    return err_set(err, "too_big", "%s: is larger than the %zu bytes that may be read at once", path, limit);
}

/* Files of /proc have no size, others grow while they are read: the end is where read() says so. */
static bool read_all(int fd, const char *path, size_t limit, Buf *out, Err *err) {
    size_t start = out->len;
    for (;;) {
        char *at = buf_reserve(out, CHUNK);
        ssize_t n = read(fd, at, CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_errno(err, errno, "%s: cannot read", path);
        out->len += (size_t)n;
        out->ptr[out->len] = 0;
        if (out->len - start > limit) return too_big(path, limit, err);
        if (n == 0) return true;
    }
}

bool file_read(Place at, size_t limit, Buf *out, Err *err) {
    int fd;
    int64_t size;
    size_t before = out->len;
    if (!place_open_file(at, O_RDONLY, 0, &fd, &size, err)) return false;
    bool good = (uint64_t)size <= limit ? true : too_big(at.path, limit, err);
    if (good) buf_reserve(out, (size_t)size + CHUNK);
    good = good && read_all(fd, at.path, limit, out, err);
    close(fd);
    if (!good) {
        out->len = before;
        if (out->ptr) out->ptr[before] = 0;
    }
    return good;
}

bool file_write(Place at, Slice text, int mode, Err *err) {
    Draft draft;
    bool good = draft_open(&draft, at, mode, err) && draft_write(&draft, text, err) && draft_commit(&draft, err);
    draft_drop(&draft);
    return good;
}

bool file_append(Place at, Slice text, Err *err) {
    int fd;
    int64_t size;
    Parent parent;
    if (!place_open_file(at, O_WRONLY | O_APPEND | O_CREAT, 0666, &fd, &size, err)) return false;
    bool good = draft_write_fd(fd, at.path, text, err);
    if (good && fsync(fd) != 0) good = err_errno(err, errno, "%s: cannot make it durable", at.path);
    if (!good) {
        /* Take back our own half line, unless somebody else has written behind it. */
        off_t end = lseek(fd, 0, SEEK_CUR);
        struct stat st;
        if (end > size && fstat(fd, &st) == 0 && st.st_size == end && ftruncate(fd, size) != 0) errno = 0;
    }
    close(fd);
    if (!good || size > 0) return good;
    if (!place_parent(at, &parent, err)) return false;  /* it may be new: its name must last too */
    good = place_sync(&parent, err);
    place_close(&parent);
    return good;
}

static bool copy_bytes(int from, const char *path, Draft *draft, Err *err) {
    char *chunk = mem_new(CHUNK);
    ssize_t n;
    bool good = true;
    while (good && (n = read(from, chunk, CHUNK)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        good = n < 0 ? err_errno(err, errno, "%s: cannot read", path) : draft_write(draft, slice_make(chunk, (size_t)n), err);
    }
    free(chunk);
    return good;
}

bool file_copy(Place from, Place to, Err *err) {
    int fd;
    int64_t size;
    struct stat st;
    Draft draft;
    if (!place_open_file(from, O_RDONLY, 0, &fd, &size, err)) return false;
    int mode = fstat(fd, &st) == 0 ? (int)(st.st_mode & 0777) : 0600;
    bool good = draft_open(&draft, to, mode, err) && copy_bytes(fd, from.path, &draft, err) && draft_commit(&draft, err);
    draft_drop(&draft);
    close(fd);
    return good;
}

static bool move_far(Place from, Place to, const struct stat *st, Err *err) {
    if (!S_ISREG(st->st_mode))
        return err_set(err, "invalid", "%s: only a regular file can be moved to another file system", from.path);
    return file_copy(from, to, err) && file_remove(from, err);
}

static bool move_between(Place from, const Parent *a, Place to, const Parent *b, Err *err) {
    struct stat st, there;
    if (fstatat(a->dir, a->name, &st, AT_SYMLINK_NOFOLLOW) != 0) return err_errno(err, errno, "%s: cannot move", from.path);
    if (fstatat(b->dir, b->name, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(there.st_mode))
        return err_set(err, "exists", "%s: is a directory already; say the new name in full", to.path);
    if (renameat(a->dir, a->name, b->dir, b->name) == 0) return place_sync(b, err) && place_sync(a, err);
    return errno == EXDEV ? move_far(from, to, &st, err) : err_errno(err, errno, "%s: cannot move to %s", from.path, to.path);
}

bool file_move(Place from, Place to, Err *err) {
    Parent a = { .dir = -1 }, b = { .dir = -1 };
    bool good = place_parent(from, &a, err) && place_parent(to, &b, err) && move_between(from, &a, to, &b, err);
    place_close(&a);
    place_close(&b);
    return good;
}

bool file_remove(Place at, Err *err) {
    Parent parent;
    if (!place_parent(at, &parent, err)) return false;
    bool good = unlinkat(parent.dir, parent.name, 0) == 0;
    if (!good && errno == EISDIR) err_set(err, "invalid", "%s: is a directory; say so to remove it with what is in it", at.path);
    else if (!good) err_errno(err, errno, "%s: cannot remove", at.path);
    good = good && place_sync(&parent, err);
    place_close(&parent);
    return good;
}

void file_info(const struct stat *st, FileInfo *info) {
    mode_t m = st->st_mode;
    info->type = S_ISREG(m) ? "file" : S_ISDIR(m) ? "directory" : S_ISLNK(m) ? "link"
               : S_ISFIFO(m) ? "pipe" : S_ISSOCK(m) ? "socket" : "device";
    info->size = st->st_size;
    info->modified_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    info->mode = m & 07777;
    info->user = st->st_uid;
}

bool file_chmod(Place at, unsigned mode, Err *err) {
    Parent parent;
    if (!place_parent(at, &parent, err)) return false;
    int status = fchmodat(parent.dir, parent.name, mode, AT_SYMLINK_NOFOLLOW), number = errno;
    place_close(&parent);
    return status == 0 || err_errno(err, number, "%s: cannot change its mode", at.path);
}

bool file_stat(Place at, FileInfo *info, Err *err) {
    int fd;
    struct stat st;
    if (!place_open(at, O_PATH | (at.root == PLACE_OPEN ? 0 : O_NOFOLLOW), 0, &fd, err)) return false;
    bool good = fstat(fd, &st) == 0 ? true : err_errno(err, errno, "%s: cannot look at it", at.path);
    close(fd);
    if (good) file_info(&st, info);
    return good;
}

bool file_hash(Place at, char out[HASH_SHA256_TEXT], Err *err) {
    int fd;
    int64_t size;
    ssize_t n;
    HashSha256 sha;
    if (!place_open_file(at, O_RDONLY, 0, &fd, &size, err)) return false;
    char *chunk = mem_new(CHUNK);
    hash_sha256_start(&sha);
    while ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) hash_sha256_add(&sha, slice_make(chunk, (size_t)n));
    int why = errno;
    free(chunk);
    close(fd);
    if (n < 0) return err_errno(err, why, "%s: cannot read", at.path);
    hash_sha256_end(&sha, out);
    return true;
}

bool file_usage(Place at, int64_t *used, int64_t *free_bytes, int64_t *total, Err *err) {
    int fd;
    struct statvfs fs;
    if (!place_open(at, O_PATH, 0, &fd, err)) return false;
    bool good = fstatvfs(fd, &fs) == 0 ? true : err_errno(err, errno, "%s: cannot ask its file system", at.path);
    close(fd);
    if (!good) return false;
    *total = (int64_t)(fs.f_blocks * fs.f_frsize);
    *free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
    *used = (int64_t)((fs.f_blocks - fs.f_bfree) * fs.f_frsize);
    return true;
}
