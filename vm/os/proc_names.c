#include "os/proc_names.h"
#include "base/slice.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STAT_SIZE = 1024, NAME_LETTERS = 15 };

/* "pid (name) S …", starttime is field 22 of proc(5). The name may hold anything, so the last ')' ends it. */
static bool read_stat(int dir, const char *pid, const char *name, ProcNamed *out) {
    char path[80], text[STAT_SIZE];
    snprintf(path, sizeof path, "%.20s/stat", pid);
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    text[got > 0 ? got : 0] = '\0';
    char *open = strchr(text, '('), *end = strrchr(text, ')');
    if (!open || !end || end < open) return false;
    size_t len = strlen(name) < NAME_LETTERS ? strlen(name) : NAME_LETTERS;
    if ((size_t)(end - open - 1) != len || strncmp(open + 1, name, len) != 0) return false;
    char state = 0;
    unsigned long long started = 0;
    if (sscanf(end + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &state, &started) != 2) return false;
    *out = (ProcNamed){ atoi(pid), started };
    return state != 'Z' && state != 'X';
}

size_t proc_named(const char *root, const char *name, ProcNamed list[PROC_NAMED_MOST]) {
    char   path[600];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *dir = opendir(path);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry && count < PROC_NAMED_MOST; entry = readdir(dir))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_stat(dirfd(dir), entry->d_name, name, &list[count])) count++;
    if (dir) closedir(dir);
    return count;
}
