#include "os/proc.h"
#include "os/uv_err.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, READS_MAX = 16, LAST_WORDS_MS = 200 };

typedef enum { RUNNING, TERMINATED, ENDED, KILLED } Phase;     /* ENDED: the process itself, not all it started */

typedef struct {
    uv_poll_t poll;
    int       fd;                                       /* -1: closed */
    Buf      *keep;
    bool     *cut;
} Stream;

struct Proc {
    uv_loop_t *loop;
    uv_poll_t  exit;
    uv_timer_t timer;
    Stream     out, err;
    int        pid, pidfd, handles;
    size_t     output_max;
    Phase      phase;
    bool       exited, finished;
    uint64_t   started_ns;
    ProcResult result;
    ProcDone   done;
    void      *context;
};

/* The group exists as long as its leader is not waited for: no other group can have this id. */
static void signal_group(const Proc *proc, int number) { kill(-proc->pid, number); }

static void closed(uv_handle_t *handle) {
    Proc *proc = handle->data;
    if (--proc->handles > 0) return;
    close(proc->pidfd);
    proc->done(proc->context, &proc->result);
    buf_drop(&proc->result.out);
    buf_drop(&proc->result.err);
    free(proc);
}

/* The handle first: libuv forgets a descriptor by its number, which is somebody else's once it is closed. */
static void close_stream(Stream *s) {
    if (s->fd < 0) return;
    uv_close((uv_handle_t *)&s->poll, closed);
    close(s->fd);
    s->fd = -1;
}

static void finish(Proc *proc) {
    int status = 0;
    if (proc->finished) return;
    proc->finished = true;
    signal_group(proc, SIGKILL);
    while (waitpid(proc->pid, &status, 0) < 0 && errno == EINTR) {}
    ProcResult *r = &proc->result;
    r->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    r->code = r->signal ? 128 + r->signal : WEXITSTATUS(status);
    r->time_us = (int64_t)((uv_hrtime() - proc->started_ns) / 1000);
    uv_close((uv_handle_t *)&proc->exit, closed);
    uv_close((uv_handle_t *)&proc->timer, closed);
    close_stream(&proc->out);
    close_stream(&proc->err);
}

static bool is_silent(const Proc *proc) { return proc->out.fd < 0 && proc->err.fd < 0; }

static void on_timer(uv_timer_t *timer);
static void wait_ms(Proc *proc, uint64_t ms) { uv_timer_start(&proc->timer, on_timer, ms, 0); }

static void kill_now(Proc *proc) {
    proc->phase = KILLED;
    signal_group(proc, SIGKILL);
    wait_ms(proc, LAST_WORDS_MS);
}

static void on_timer(uv_timer_t *timer) {
    Proc *proc = timer->data;
    switch (proc->phase) {
    case RUNNING:
        proc->result.timed_out = true;
        proc->phase = TERMINATED;
        signal_group(proc, SIGTERM);
        wait_ms(proc, PROC_GRACE_MS);
        break;
    case TERMINATED: case ENDED:
        kill_now(proc);
        break;
    case KILLED:                                        /* a process that even SIGKILL has not ended yet is waited for */
        if (proc->exited) finish(proc);
        break;
    }
}

static void on_exit_event(uv_poll_t *poll, int status, int events) {
    Proc *proc = poll->data;
    (void)status, (void)events;
    uv_poll_stop(poll);
    proc->exited = true;
    if (is_silent(proc)) { finish(proc); return; }
    if (proc->phase == RUNNING) {
        proc->phase = ENDED;
        wait_ms(proc, PROC_GRACE_MS);
    } else if (proc->phase == KILLED) {
        wait_ms(proc, LAST_WORDS_MS);
    }
}

static void keep(Proc *proc, Stream *s, const char *bytes, size_t len) {
    size_t room = proc->output_max - s->keep->len;
    if (len > room) *s->cut = true;
    buf_add(s->keep, bytes, len < room ? len : room);
}

/* Reads on after the limit, or the process would wait for us for ever. */
static void on_output(uv_poll_t *poll, int status, int events) {
    Proc *proc = poll->data;
    Stream *s = poll == &proc->out.poll ? &proc->out : &proc->err;
    char chunk[CHUNK];
    ssize_t n = 0;
    (void)status, (void)events;
    for (int i = 0; i < READS_MAX; i++) {
        n = read(s->fd, chunk, sizeof chunk);
        if (n <= 0) break;
        keep(proc, s, chunk, (size_t)n);
    }
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) return;
    close_stream(s);
    if (proc->exited && is_silent(proc)) finish(proc);
}

static bool pipe_for(int *ours, int *theirs, Err *err) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return err_errno(err, errno, "cannot start a process");
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *ours = ends[0];
    *theirs = ends[1];
    return true;
}

static void close_all(const int *fds, size_t n) {
    for (size_t i = 0; i < n; i++) if (fds[i] >= 0) close(fds[i]);
}

/* fds: input, out, err of the child, then our ends of out and err. */
static bool launch(const ProcSpec *spec, int fds[5], int *pid, int *pidfd, Err *err) {
    if (!child_input(spec->input, &fds[0], err)) return false;
    if (!pipe_for(&fds[3], &fds[1], err) || !pipe_for(&fds[4], &fds[2], err)) return false;
    if (!child_start(&spec->child, &(ChildFds){ fds[0], fds[1], fds[2] }, pid, err)) return false;
    *pidfd = (int)syscall(SYS_pidfd_open, *pid, 0);
    if (*pidfd >= 0) return true;
    int why = errno;
    kill(-*pid, SIGKILL);
    waitpid(*pid, NULL, 0);
    return err_errno(err, why, "%s: this kernel cannot watch a process (pidfd_open)", spec->child.argv[0]);
}

static void watch(Proc *proc, uv_poll_t *poll, int fd, uv_poll_cb on_event) {
    uv_poll_init(proc->loop, poll, fd);                 /* fails only for a descriptor that cannot be polled: not ours */
    poll->data = proc;
    uv_poll_start(poll, UV_READABLE, on_event);
}

bool proc_run(uv_loop_t *loop, const ProcSpec *spec, ProcDone done, void *context, Proc **out, Err *err) {
    int fds[5] = { -1, -1, -1, -1, -1 }, pid, pidfd = -1;
    uint64_t started = uv_hrtime();
    bool good = launch(spec, fds, &pid, &pidfd, err);
    close_all(fds, good ? 3 : 5);
    if (!good) return false;
    Proc *proc = mem_new(sizeof *proc);
    proc->loop = loop;
    proc->pid = pid;
    proc->pidfd = pidfd;
    proc->handles = 4;
    proc->started_ns = started;
    proc->output_max = spec->output_max ? spec->output_max : PROC_OUTPUT_MAX;
    proc->done = done;
    proc->context = context;
    proc->out = (Stream){ .fd = fds[3], .keep = &proc->result.out, .cut = &proc->result.out_cut };
    proc->err = (Stream){ .fd = fds[4], .keep = &proc->result.err, .cut = &proc->result.err_cut };
    watch(proc, &proc->exit, pidfd, on_exit_event);
    watch(proc, &proc->out.poll, proc->out.fd, on_output);
    watch(proc, &proc->err.poll, proc->err.fd, on_output);
    uv_timer_init(loop, &proc->timer);
    proc->timer.data = proc;
    if (spec->timeout_ms) wait_ms(proc, spec->timeout_ms);
    *out = proc;
    return true;
}

void proc_stop(Proc *proc) {
    if (proc->finished) return;
    proc->result.stopped = true;
    kill_now(proc);
}

bool proc_spawn(const ProcSpec *spec, int *pid, Err *err) {
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC), in = -1;
    bool good = null >= 0 ? true : err_errno(err, errno, "/dev/null");
    good = good && child_input(spec->input, &in, err);
    good = good && child_detach(&spec->child, &(ChildFds){ in, null, null }, pid, err);
    if (null >= 0) close(null);
    if (good || in >= 0) close(in);
    return good;
}
