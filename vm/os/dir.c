#include "os/dir.h"
#include "os/uv_err.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_self(const char *name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

/* One level of a walk, by descriptor. Takes fd. */
static DIR *open_level(int fd) {
    DIR *dir = fdopendir(fd);
    if (!dir) close(fd);
    return dir;
}

static int open_below(int dir, const char *name) {
    return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool too_deep(const char *path, Err *err) {
    return err_set(err, "limit", "%s: more than %d directories deep", path, DIR_DEPTH_MAX);
}

typedef struct {
    const char     *top;    /* for messages */
    const DirQuery *query;
    DirList        *list;
    Buf             path;   /* of the level we are in, with its slash */
} Listing;

static void add_entry(Listing *walk, const char *name, const struct stat *st) {
    DirList *list = walk->list;
    Buf path;
    buf_init(&path);
    buf_printf(&path, "%s%s", buf_text(&walk->path), name);
    const char *glob = walk->query->glob;
    if (glob && !path_matches(glob, strchr(glob, '/') ? path.ptr : name)) { buf_drop(&path); return; }
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 32;
        list->items = mem_resize(list->items, list->cap * sizeof *list->items);
    }
    DirEntry *entry = &list->items[list->count++];
    entry->path = buf_take(&path);
    file_info(st, &entry->info);
}

static bool list_level(Listing *walk, int fd, int depth, Err *err);

/* Goes into a directory below; one that has gone or is closed to us is no failure. */
static bool list_below(Listing *walk, int dir, const char *name, int depth, Err *err) {
    int fd = open_below(dir, name);
    if (fd < 0) return errno == EMFILE || errno == ENFILE ? err_errno(err, errno, "%s: cannot list", walk->top) : true;
    size_t len = walk->path.len;
    buf_printf(&walk->path, "%s/", name);
    bool good = list_level(walk, fd, depth + 1, err);
    walk->path.len = len;
    walk->path.ptr[len] = 0;
    return good;
}

static bool list_level(Listing *walk, int fd, int depth, Err *err) {
    DIR *dir = open_level(fd);
    if (!dir) return err_errno(err, errno, "%s: cannot list", walk->top);
    bool good = depth <= DIR_DEPTH_MAX ? true : too_deep(walk->top, err);
    for (struct dirent *e; good && (e = readdir(dir)); ) {
        struct stat st;
        if (is_self(e->d_name) || fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
        add_entry(walk, e->d_name, &st);
        if (walk->list->count > DIR_ENTRIES_MAX)
            good = err_set(err, "limit", "%s: more than %d entries; ask for fewer with `glob`", walk->top, DIR_ENTRIES_MAX);
        else if (walk->query->deep && S_ISDIR(st.st_mode)) good = list_below(walk, dirfd(dir), e->d_name, depth, err);
    }
    closedir(dir);
    return good;
}

static int by_path(const void *a, const void *b) { return strcmp(((const DirEntry *)a)->path, ((const DirEntry *)b)->path); }

bool dir_list(Place at, const DirQuery *query, DirList *list, Err *err) {
    int fd;
    Listing walk = { .top = at.path, .query = query, .list = list };
    if (!place_open(at, O_RDONLY | O_DIRECTORY, 0, &fd, err)) return false;
    buf_init(&walk.path);
    buf_reserve(&walk.path, 0)[0] = 0;
    bool good = list_level(&walk, fd, 1, err);
    buf_drop(&walk.path);
    if (good && list->count > 1) qsort(list->items, list->count, sizeof *list->items, by_path);
    return good;
}

void dir_drop(DirList *list) {
    for (size_t i = 0; i < list->count; i++) free(list->items[i].path);
    free(list->items);
    *list = (DirList){ 0 };
}

/* Opens one level below `dir`, made when it is missing. Closes `dir`. */
static int step_into(int dir, const char *name, int follow) {
    int flags = O_PATH | O_DIRECTORY | O_CLOEXEC | follow;
    int next = openat(dir, name, flags);
    if (next < 0 && errno == ENOENT && (mkdirat(dir, name, 0777) == 0 || errno == EEXIST)) {
        int sync = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (sync >= 0 && fsync(sync) != 0) errno = 0;   /* a lost empty directory is made again by whoever needs it */
        if (sync >= 0) close(sync);
        next = openat(dir, name, flags);
    }
    int why = errno;
    close(dir);
    errno = why;
    return next;
}

bool dir_make(Place at, Err *err) {
    char name[PATH_SIZE];
    int dir, follow = at.root == PLACE_OPEN ? 0 : O_NOFOLLOW;
    bool from_top = at.root < 0 && at.path[0] == '/';
    if (!place_open((Place){ at.root < 0 ? PLACE_OPEN : at.root, from_top ? "/" : "." }, O_PATH | O_DIRECTORY, 0, &dir, err)) return false;
    for (const char *p = at.path + strspn(at.path, "/"); *p; ) {
        size_t len = strcspn(p, "/");
        snprintf(name, sizeof name, "%.*s", (int)len, p);
        if (strcmp(name, "..") == 0 && follow) { close(dir); return err_set(err, "denied", "%s: `..` may not be used here", at.path); }
        dir = step_into(dir, name, follow);
        if (dir < 0 && errno == ENOTDIR) return err_set(err, "exists", "%s: %s is there already and is not a directory", at.path, name);
        if (dir < 0) return err_errno(err, errno, "%s: cannot make the directory", at.path);
        p += len + strspn(p + len, "/");
    }
    close(dir);
    return true;
}

bool dir_remove(Place at, Err *err) {
    Parent parent;
    if (!place_parent(at, &parent, err)) return false;
    bool good = unlinkat(parent.dir, parent.name, AT_REMOVEDIR) == 0;
    if (!good) err_errno(err, errno, "%s: cannot remove the directory", at.path);
    good = good && place_sync(&parent, err);
    place_close(&parent);
    return good;
}

typedef struct {
    const char *top;
    dev_t       device;
} Removal;

static bool remove_level(const Removal *walk, int fd, int depth, Err *err);

static bool remove_entry(const Removal *walk, int dir, const char *name, int depth, Err *err) {
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT) return true;
    struct stat st;
    int why = errno;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode))
        return err_errno(err, why, "%s: cannot remove %s in it", walk->top, name);
    int fd = open_below(dir, name);
    if (fd < 0) return err_errno(err, errno, "%s: cannot open %s in it", walk->top, name);
    if (!remove_level(walk, fd, depth + 1, err)) return false;
    if (unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
    return err_errno(err, errno, "%s: cannot remove %s in it", walk->top, name);
}

static bool remove_level(const Removal *walk, int fd, int depth, Err *err) {
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_dev != walk->device) {
        close(fd);
        return err_set(err, "busy", "%s: another file system is mounted in it; unmount that first", walk->top);
    }
    DIR *dir = open_level(fd);
    if (!dir) return err_errno(err, errno, "%s: cannot list", walk->top);
    bool good = depth <= DIR_DEPTH_MAX ? true : too_deep(walk->top, err);
    for (struct dirent *e; good && (e = readdir(dir)); )
        if (!is_self(e->d_name)) good = remove_entry(walk, dirfd(dir), e->d_name, depth, err);
    closedir(dir);
    return good;
}

bool dir_remove_deep(Place at, Err *err) {
    Parent parent;
    struct stat st = { 0 };
    if (!place_parent(at, &parent, err)) return false;
    bool good = fstat(parent.dir, &st) == 0 && faccessat(parent.dir, parent.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    if (!good) err_errno(err, errno, "%s: cannot remove", at.path);
    Removal walk = { at.path, st.st_dev };
    good = good && remove_entry(&walk, parent.dir, parent.name, 1, err) && place_sync(&parent, err);
    place_close(&parent);
    return good;
}
