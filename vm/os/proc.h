/* proc.h - a process on the loop: run it to its end, keep what it prints, stop it in time.
 *
 *     Proc *proc;
 *     ProcSpec spec = { .child = { .argv = argv }, .timeout_ms = 5000 };
 *     if (!proc_run(loop, &spec, on_done, context, &proc, err)) return false;
 *
 * The run is over when the process has ended and its output is closed. What it left running in its own
 * session gets two seconds to close the output and is then killed with it; a daemon that
 * makes a session of its own lives on.
 *
 * Floor:  os.   Thread: loop thread only.
 * Memory: a Proc frees itself after `done`; a ProcSpec is borrowed for the call of proc_run.
 */
#pragma once
#include "base/buf.h"
#include "os/child.h"
#include <uv.h>

#define PROC_OUTPUT_MAX ((size_t)16 << 20)              /* bytes kept of each stream, unless the spec says more */
enum { PROC_GRACE_MS = 2000 };                          /* between SIGTERM and SIGKILL */

typedef struct {
    ChildSpec child;
    Slice     input;                                    /* what it reads from 0; may be empty */
    uint64_t  timeout_ms;                               /* 0: none */
    size_t    output_max;                               /* 0: PROC_OUTPUT_MAX */
} ProcSpec;

typedef struct {
    int     code;                                       /* exit code; 128 + signal when a signal ended it */
    int     signal;                                     /* 0: it ended by itself */
    Buf     out, err;
    bool    out_cut, err_cut;                           /* more was printed than is kept */
    bool    timed_out, stopped;
    int64_t time_us;
} ProcResult;

typedef struct Proc Proc;
typedef void (*ProcDone)(void *context, ProcResult *result);    /* may take the Bufs (buf_take) */

/* Starts it; `done` comes once, from the loop. False: nothing was started. */
bool proc_run(uv_loop_t *loop, const ProcSpec *spec, ProcDone done, void *context, Proc **out, Err *err);

/* Kills it with its group, at once; `done` still comes, with `stopped`. */
void proc_stop(Proc *proc);

/* Starts one that outlives us, with its output thrown away. Input and limits count, timeout does not. */
bool proc_spawn(const ProcSpec *spec, int *pid, Err *err);
