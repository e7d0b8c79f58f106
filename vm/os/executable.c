#include "os/executable.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_script(const Executable *program) {
    char first[2] = { 0 };
    struct stat st;
    int fd = open(program->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return false;                           /* may be run and not read: the kernel decides */
    bool same = fstat(fd, &st) == 0 && st.st_dev == program->dev && st.st_ino == program->ino;
    bool script = same && read(fd, first, 2) == 2 && first[0] == '#' && first[1] == '!';
    close(fd);
    return script;
}

static bool open_path(Executable *program, Err *err) {
    struct stat st;
    const char *path = program->path;
    program->fd = open(path, O_PATH | O_CLOEXEC);
    if (program->fd < 0) return err_errno(err, errno, "%s: cannot find the program", path);
    bool good = fstat(program->fd, &st) == 0 ? true : err_errno(err, errno, "%s: cannot look at the program", path);
    if (good && S_ISDIR(st.st_mode)) good = err_set(err, "invalid", "%s: is a directory, not a program", path);
    else if (good && !S_ISREG(st.st_mode)) good = err_set(err, "invalid", "%s: is not a program but a device, pipe or socket", path);
    else if (good && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        good = err_set(err, "denied", "%s: may not be executed (its mode is %03o)", path, st.st_mode & 0777);
    if (!good) {
        executable_close(program);
        return false;
    }
    program->dev = st.st_dev;
    program->ino = st.st_ino;
    program->is_script = is_script(program);
    return true;
}

static bool search(const char *name, Executable *program, Err *err) {
    Err why = { 0 }, first = { 0 };
    for (const char *dir = PROGRAM_PATH; *dir; ) {
        size_t len = strcspn(dir, ":");
        int size = snprintf(program->path, sizeof program->path, "%.*s/%s", (int)len, dir, name);
        if (size < (int)sizeof program->path && open_path(program, &why)) return true;
        if (why.code && strcmp(why.code, "not_found") != 0 && !first.code) first = why;
        dir += len + (dir[len] == ':');
    }
    if (!first.code)
        return err_set(err, "not_found", "%.100s: no such program in %s; if it is elsewhere, give its full path", name, PROGRAM_PATH);
    *err = first;                                       /* it is there, and this is why it cannot run */
    return false;
}

bool executable_open(const char *name, const char *cwd, Executable *program, Err *err) {
    *program = (Executable){ .fd = -1 };
    if (!*name) return err_set(err, "invalid", "the name of the program is empty");
    if (!strchr(name, '/')) return search(name, program, err);
    return path_absolute(cwd, NULL, name, program->path, err) && open_path(program, err);
}

void executable_close(Executable *program) {
    if (program->fd >= 0) close(program->fd);
    program->fd = -1;
}

int executable_exec(const Executable *program, char *const argv[], char *const env[]) {
    struct stat st;
    if (!program->is_script) {
        syscall(SYS_execveat, program->fd, "", argv, env, AT_EMPTY_PATH);
        return errno;
    }
    if (stat(program->path, &st) != 0) return errno;
    if (st.st_dev != program->dev || st.st_ino != program->ino) return ESTALE;
    execve(program->path, argv, env);
    return errno;
}
