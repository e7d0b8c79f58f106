/* progress.h - on a terminal, what a program waits for, once it waits longer than a second.
 *
 * One line on standard error, drawn again four times a second and wiped before anything
 * else is said. On a pipe, with --json, -q or TERM=dumb there is none, and it costs nothing.
 *
 *     progress_begin(&progress, "process.run");
 *     ... the tool acts ...
 *     progress_end(&progress);
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: the engine's.
 */
#pragma once
#include "base/seam.h"
#include "base/slice.h"
#include <stdbool.h>
#include <uv.h>

typedef struct {
    uv_timer_t  timer;
    const Seam *seam;
    bool        enabled, shown;
    int         waiting;                /* calls that are being answered */
    int64_t     since_us;               /* when the oldest of them began, or the latest ended */
    char        name[64];               /* of the newest */
} Progress;

/* `wanted`: the person did not ask for silence. */
void progress_open(Progress *progress, uv_loop_t *loop, const Seam *seam, bool wanted);
void progress_close(Progress *progress);        /* the loop must run once more afterwards */

void progress_begin(Progress *progress, Slice name);
void progress_end(Progress *progress);

/* Before something else is written to the terminal. */
void progress_clear(Progress *progress);
