#include "os/child.h"
#include "base/buf.h"
#include "os/executable.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_FREE = 3, DESCRIPTORS_MAX = 65536 };

/* What the child tells us through a pipe that exec closes: nothing, or where it failed. */
typedef enum { AT_SETUP, AT_DIRECTORY, AT_LIMITS, AT_EXEC, AT_FORK, STARTED } Stage;
typedef struct { int stage, value; } Report;

typedef struct {                                        /* all a child needs, made before fork: it may not allocate */
    Executable          program;
    char           **argv, **env;
    int              cwd, report, fds[3];
    pid_t            parent;
    bool             detached;
    const ChildLimits *limits;
} Birth;

/* -------------------------------------------------- the child: async-signal-safe calls only */

static _Noreturn void report_and_exit(int fd, Stage stage, int value) {
    Report report = { (int)stage, value };
    ssize_t n = write(fd, &report, sizeof report);
    _exit(n == (ssize_t)sizeof report && stage == STARTED ? 0 : 127);
}

static bool limit(int what, int64_t value) {
    struct rlimit r = { (rlim_t)value, (rlim_t)value };
    return value <= 0 || setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool set_limits(const ChildLimits *l) {
    const struct rlimit none = { 0, 0 };
    return setrlimit(RLIMIT_CORE, &none) == 0 && limit(RLIMIT_CPU, l->cpu) && limit(RLIMIT_FSIZE, l->file_size)
        && limit(RLIMIT_NOFILE, l->files) && limit(RLIMIT_NPROC, l->processes) && limit(RLIMIT_AS, l->memory);
}

static void close_on_exec_from(unsigned first) {
    if (close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    for (int fd = (int)first; fd < DESCRIPTORS_MAX; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void default_signals(void) {
    struct sigaction plain = { .sa_handler = SIG_DFL };
    sigset_t none;
    for (int s = 1; s < NSIG; s++) sigaction(s, &plain, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void be_born(const Birth *b) {
    setsid();
    if (!b->detached) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != b->parent) _exit(127);         /* we died before the line above */
    }
    for (int i = 0; i < 3; i++)
        if (dup2(b->fds[i], i) < 0) report_and_exit(b->report, AT_SETUP, errno);
    close_on_exec_from(FIRST_FREE);
    default_signals();
    if (b->cwd >= 0 && fchdir(b->cwd) != 0) report_and_exit(b->report, AT_DIRECTORY, errno);
    if (!set_limits(b->limits)) report_and_exit(b->report, AT_LIMITS, errno);
    report_and_exit(b->report, AT_EXEC, executable_exec(&b->program, b->argv, b->env));
}

/* The one between us and a detached process: says its id and leaves, so init adopts it. */
static _Noreturn void be_go_between(const Birth *b) {
    pid_t pid = _Fork();
    if (pid == 0) be_born(b);
    if (pid < 0) report_and_exit(b->report, AT_FORK, errno);
    report_and_exit(b->report, STARTED, pid);
}

/* -------------------------------------------------- the parent */

static bool is_inherited(const char *entry) {
    static const char *const NAMES[] = { "PATH", "HOME", "LANG", "TZ", "TERM", "USER", "LOGNAME", "TMPDIR" };
    size_t len = strcspn(entry, "=");
    if (strncmp(entry, "LC_", 3) == 0) return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strlen(NAMES[i]) == len && memcmp(entry, NAMES[i], len) == 0) return true;
    return false;
}

static bool is_given(const char *const *env, const char *entry) {
    size_t len = strcspn(entry, "=");
    for (size_t i = 0; env && env[i]; i++)
        if (strncmp(env[i], entry, len) == 0 && env[i][len] == '=') return true;
    return false;
}

/* The array is the caller's to free, the strings are borrowed. */
static char **clean_env(const char *const *given) {
    size_t n = 0, ours = 0, more = 0;
    while (environ[ours]) ours++;
    while (given && given[more]) more++;
    char **env = mem_new((ours + more + 1) * sizeof *env);
    for (size_t i = 0; i < ours; i++)
        if (is_inherited(environ[i]) && !is_given(given, environ[i])) env[n++] = environ[i];
    for (size_t i = 0; i < more; i++) env[n++] = (char *)(uintptr_t)given[i];
    return env;
}

/* 0, 1 and 2 are about to be overwritten in the child: nothing it needs may live there. */
static bool lift(int *fd, Err *err) {
    if (*fd < 0 || *fd >= FIRST_FREE) return true;
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FREE);
    if (high < 0) return err_errno(err, errno, "cannot start a process");
    close(*fd);
    *fd = high;
    return true;
}

static bool copy_fds(Birth *b, const ChildFds *fds, Err *err) {
    const int given[3] = { fds->in, fds->out, fds->err };
    for (int i = 0; i < 3; i++) {
        b->fds[i] = fcntl(given[i], F_DUPFD_CLOEXEC, FIRST_FREE);
        if (b->fds[i] < 0) return err_errno(err, errno, "cannot start a process");
    }
    return true;
}

static bool prepare(Birth *b, const ChildSpec *spec, const ChildFds *fds, Err *err) {
    char here[PATH_SIZE];
    const char *cwd = spec->cwd;
    if (!cwd) cwd = getcwd(here, sizeof here);
    if (!cwd) return err_errno(err, errno, "the working directory");
    if (!executable_open(spec->argv[0], cwd, &b->program, err) || !lift(&b->program.fd, err)) return false;
    if (spec->cwd) {
        b->cwd = open(spec->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (b->cwd < 0) return err_errno(err, errno, "%s: cannot be the working directory", spec->cwd);
    }
    b->argv = (char **)(uintptr_t)spec->argv;
    b->env = clean_env(spec->env);
    return lift(&b->cwd, err) && copy_fds(b, fds, err);
}

static bool explain(const Birth *b, const ChildSpec *spec, Report r, Err *err) {
    const char *path = b->program.path;
    switch (r.stage) {
    case AT_DIRECTORY: return err_errno(err, r.value, "%s: cannot go to the working directory", spec->cwd);
    case AT_LIMITS:    return err_errno(err, r.value, "%s: the limits for it cannot be set", path);
    case AT_EXEC:      break;
    default:           return err_errno(err, r.value, "%s: cannot start", path);
    }
    if (r.value == ENOEXEC) return err_set(err, "invalid", "%s: is not a program this machine can start (a script needs a #! line)", path);
    if (r.value == ESTALE) return err_set(err, "denied", "%s: was replaced by another file while it was being started", path);
    if (r.value == ENOENT) return err_set(err, "not_found", "%s: the interpreter or loader it asks for does not exist", path);
    return err_errno(err, r.value, "%s: cannot start", path);
}

static void wait_for(pid_t pid) { while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {} }

/* Forks and waits for the word of the child: silence means exec has happened. */
static bool give_birth(Birth *b, const ChildSpec *spec, int *pid, Err *err) {
    int ends[2];
    Report report;
    ssize_t n;
    if (pipe2(ends, O_CLOEXEC) != 0) return err_errno(err, errno, "cannot start a process");
    if (!lift(&ends[0], err) || !lift(&ends[1], err)) { close(ends[0]); close(ends[1]); return false; }
    b->report = ends[1];
    b->parent = getpid();
    sigset_t all, before;                               /* a handler of ours that ran in the child would talk to our loop */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        if (b->detached) be_go_between(b);
        be_born(b);
    }
    int why = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    Report failure = { .stage = STARTED, .value = (int)child };
    if (child < 0) failure = (Report){ AT_FORK, why };
    while (child > 0) {                                 /* of a go-between two words may come, in any order */
        n = read(ends[0], &report, sizeof report);
        if (n < 0 && errno == EINTR) continue;
        if (n != (ssize_t)sizeof report) break;
        if (report.stage != STARTED) failure = report;
        else if (failure.stage == STARTED) failure.value = report.value;
    }
    close(ends[0]);
    if (child > 0 && (b->detached || failure.stage != STARTED)) wait_for(child);
    if (failure.stage != STARTED) return explain(b, spec, failure, err);
    *pid = failure.value;
    return true;
}

static bool start(const ChildSpec *spec, const ChildFds *fds, bool detached, int *pid, Err *err) {
    Birth b = { .program = { .fd = -1 }, .cwd = -1, .fds = { -1, -1, -1 }, .detached = detached, .limits = &spec->limits };
    bool good = prepare(&b, spec, fds, err) && give_birth(&b, spec, pid, err);
    executable_close(&b.program);
    for (int i = 0; i < 3; i++) if (b.fds[i] >= 0) close(b.fds[i]);
    if (b.cwd >= 0) close(b.cwd);
    free(b.env);
    return good;
}

bool child_start(const ChildSpec *spec, const ChildFds *fds, int *pid, Err *err)  { return start(spec, fds, false, pid, err); }
bool child_detach(const ChildSpec *spec, const ChildFds *fds, int *pid, Err *err) { return start(spec, fds, true, pid, err); }

bool child_input(Slice text, int *fd, Err *err) {
    *fd = memfd_create("input", MFD_CLOEXEC);
    if (*fd < 0) return err_errno(err, errno, "cannot hold the input of a process");
    for (size_t done = 0; done < text.len; ) {
        ssize_t n = pwrite(*fd, text.ptr + done, text.len - done, (off_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) { err_errno(err, errno, "cannot hold the input of a process"); close(*fd); return false; }
        done += (size_t)n;
    }
    return true;
}
