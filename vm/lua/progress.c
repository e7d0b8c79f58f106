#include "lua/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_MS = 1000, REDRAW_MS = 250 };

void progress_clear(Progress *progress) {
    if (!progress->shown) return;
    progress->shown = false;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

static void draw(uv_timer_t *timer) {
    Progress *progress = timer->data;
    int64_t seconds = (seam_mono_us(progress->seam) - progress->since_us) / 1000000;
    fprintf(stderr, "\r\033[K… %s %llds", progress->name, (long long)seconds);
    if (progress->waiting > 1) fprintf(stderr, " (and %d more)", progress->waiting - 1);
    fflush(stderr);
    progress->shown = true;
}

void progress_open(Progress *progress, uv_loop_t *loop, const Seam *seam, bool wanted) {
    const char *term = getenv("TERM");
    *progress = (Progress){ .seam = seam, .enabled = wanted && isatty(2) && !(term && !strcmp(term, "dumb")) };
    uv_timer_init(loop, &progress->timer);
    progress->timer.data = progress;
    uv_unref((uv_handle_t *)&progress->timer);
}

void progress_close(Progress *progress) {
    progress_clear(progress);
    uv_close((uv_handle_t *)&progress->timer, NULL);
}

void progress_begin(Progress *progress, Slice name) {
    if (!progress->enabled) return;
    snprintf(progress->name, sizeof progress->name, "%.*s", (int)name.len, name.ptr);
    if (progress->waiting++ > 0) return;
    progress->since_us = seam_mono_us(progress->seam);
    uv_timer_start(&progress->timer, draw, QUIET_MS, REDRAW_MS);
}

void progress_end(Progress *progress) {
    if (!progress->enabled || --progress->waiting > 0) return;
    uv_timer_stop(&progress->timer);
    progress_clear(progress);
}
