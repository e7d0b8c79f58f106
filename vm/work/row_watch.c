#include "work/row_watch.h"
#include "base/buf.h"
#include <stdlib.h>

enum { LOOK_MS = 1000, SETTLE_MS = 20, REST_FACTOR = 10 };

struct RowWatch {
    uv_timer_t    every, settle;
    uv_fs_event_t file;
    char         *path;
    void        (*look)(void *context);
    void        (*gone)(void *context);
    void         *context;
    bool          begun, poked;
    uint64_t      rest_ms;              /* after a long look: at most a tenth of the time is spent looking */
    int           handles;
};

static void on_file(uv_fs_event_t *file, const char *name, int events, int status);

/* The log may not be there yet, or may have been made anew: then the next look tries again. */
static void listen_file(RowWatch *w) {
    if (!w->begun || uv_is_active((uv_handle_t *)&w->file)) return;
    uv_fs_event_start(&w->file, on_file, w->path, 0);
    uv_unref((uv_handle_t *)&w->file);
}

/* Listening begins before looking: what is written in between is not overheard. */
static void look_now(RowWatch *w) {
    uint64_t start = uv_hrtime();
    w->poked = false;
    uv_unref((uv_handle_t *)&w->settle);
    listen_file(w);
    w->look(w->context);
    w->rest_ms = (uv_hrtime() - start) / 1000000 * REST_FACTOR;
}

static void on_settled(uv_timer_t *timer) { look_now(timer->data); }

static void settle(RowWatch *w) {
    uint64_t wait_ms = w->rest_ms > SETTLE_MS ? w->rest_ms : SETTLE_MS;
    if (!uv_is_active((uv_handle_t *)&w->settle)) uv_timer_start(&w->settle, on_settled, wait_ms, 0);
}

/* Many commits are one look: nothing more is heard until then. */
static void on_file(uv_fs_event_t *file, const char *name, int events, int status) {
    (void)name, (void)events, (void)status;
    uv_fs_event_stop(file);
    settle(file->data);
}

static void on_every(uv_timer_t *timer) {
    RowWatch *w = timer->data;
    if (!uv_is_active((uv_handle_t *)&w->settle)) look_now(w);
}

RowWatch *row_watch_new(uv_loop_t *loop, const char *wal_path, void (*look)(void *context), void (*gone)(void *context), void *context) {
    RowWatch *w = mem_new(sizeof *w);
    *w = (RowWatch){ .path = mem_copy(slice_of(wal_path)), .look = look, .gone = gone, .context = context, .handles = 3 };
    uv_timer_init(loop, &w->every);
    uv_timer_init(loop, &w->settle);
    uv_fs_event_init(loop, &w->file);
    w->every.data = w->settle.data = w->file.data = w;
    uv_unref((uv_handle_t *)&w->settle);
    row_watch_hold(w, false);
    return w;
}

void row_watch_begin(RowWatch *w) {
    w->begun = true;
    listen_file(w);
    uv_timer_start(&w->every, on_every, LOOK_MS, LOOK_MS);
}

void row_watch_poke(RowWatch *w) {
    w->poked = true;
    uv_ref((uv_handle_t *)&w->settle);
    settle(w);
}

bool row_watch_is_poked(const RowWatch *w) { return w->poked; }

void row_watch_hold(RowWatch *w, bool hold) {
    if (hold) uv_ref((uv_handle_t *)&w->every);
    else uv_unref((uv_handle_t *)&w->every);
}

static void on_closed(uv_handle_t *handle) {
    RowWatch *w = handle->data;
    if (--w->handles) return;
    void (*gone)(void *) = w->gone;
    void *context = w->context;
    free(w->path);
    free(w);
    gone(context);
}

void row_watch_free(RowWatch *w) {
    uv_close((uv_handle_t *)&w->every, on_closed);
    uv_close((uv_handle_t *)&w->settle, on_closed);
    uv_close((uv_handle_t *)&w->file, on_closed);
}
