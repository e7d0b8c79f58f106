/* kill_at.so - preloaded into aios by the crash tests: ends the process, as kill -9 does, at its N-th write.
 *
 * Places to die, counted from 1 over all threads:
 *   the frame that commits a transaction in SQLite's log    before it is written
 *   fdatasync, fsync                                        before, and after
 *   write to a regular file, renameat                       before, and after
 * With KILL_EACH=1 every other write to a database file is one too, half of it done.
 *
 *   KILL_AT=N         dies at the N-th place
 *   KILL_COUNT=FILE   their number is written there when the process ends by itself
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FACE __attribute__((visibility("default")))

enum { FRAME_HEADER = 24, SIZE_AFTER_COMMIT = 4 };      /* of SQLite's write-ahead log */

static atomic_long seen;

static void place(void) {
    const char *at = getenv("KILL_AT");
    if (atomic_fetch_add(&seen, 1) + 1 == (at ? atol(at) : 0)) kill(getpid(), SIGKILL);
}

static int is_file(int fd) {
    struct stat st;
    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static int is_commit(const unsigned char *bytes, size_t size) {
    const unsigned char *pages = bytes + SIZE_AFTER_COMMIT;
    return size == FRAME_HEADER && (pages[0] | pages[1] | pages[2] | pages[3]);
}

FACE ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    ssize_t (*next)(int, const void *, size_t, off64_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
    if (is_commit(bytes, size)) place();
    else if (getenv("KILL_EACH")) {
        if (next(fd, bytes, size / 2, at) < 0) return -1;
        place();
    }
    return next(fd, bytes, size, at);
}

FACE ssize_t write(int fd, const void *bytes, size_t size) {
    ssize_t (*next)(int, const void *, size_t);
    *(void **)&next = dlsym(RTLD_NEXT, "write");
    if (!is_file(fd)) return next(fd, bytes, size);
    place();
    ssize_t done = next(fd, bytes, size);
    place();
    return done;
}

static int sync_by(const char *name, int fd) {
    int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, name);
    place();
    int status = next(fd);
    place();
    return status;
}

FACE int fdatasync(int fd) { return sync_by("fdatasync", fd); }
FACE int fsync(int fd) { return sync_by("fsync", fd); }

FACE int renameat(int from_dir, const char *from, int to_dir, const char *to) {
    int (*next)(int, const char *, int, const char *);
    *(void **)&next = dlsym(RTLD_NEXT, "renameat");
    place();
    int status = next(from_dir, from, to_dir, to);
    place();
    return status;
}

static __attribute__((destructor)) void tell(void) {
    const char *path = getenv("KILL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", atomic_load(&seen));
    fclose(file);
}
