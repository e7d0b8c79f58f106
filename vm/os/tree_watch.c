#include "os/tree_watch.h"
#include "base/buf.h"
#include "os/path.h"
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

enum { GATHER_MS = 100, DEAF_MS = 5000, CALM_MS = 60000, REST_FACTOR = 5 };

typedef struct {
    uv_fs_event_t  handle;
    TreeWatch     *watch;
    char          *path;
} Ear;

struct TreeWatch {
    uv_loop_t  *loop;
    uv_timer_t  timer;
    uv_work_t   work;
    char       *pattern, base[PATH_SIZE];
    bool        deep, looking, again, closing, deaf;
    TreeSeen    seen;
    void       *context;
    Scan        scan;
    bool        good;
    Err         err;
    Ear       **ears;                   /* by path */
    size_t      ear_count;
    uint64_t    began, rest_ms, again_ms;
    size_t      handles;                /* still open */
};

static void let_go(TreeWatch *w) {
    if (!w->closing || w->handles || w->looking) return;
    scan_drop(&w->scan);
    free(w->ears);
    free(w->pattern);
    free(w);
}

static void ear_closed(uv_handle_t *handle) {
    Ear *ear = handle->data;
    TreeWatch *w = ear->watch;
    free(ear->path);
    free(ear);
    w->handles--;
    let_go(w);
}

static void look_later(TreeWatch *w, uint64_t in_ms);

static void on_change(uv_fs_event_t *handle, const char *name, int events, int status) {
    TreeWatch *w = ((Ear *)handle->data)->watch;
    (void)name, (void)events, (void)status;
    if (w->looking) w->again = true;
    else look_later(w, w->rest_ms > GATHER_MS ? w->rest_ms : GATHER_MS);
}

/* NULL: the kernel cannot tell of this directory. */
static Ear *listen_to(TreeWatch *w, const char *path) {
    Ear *ear = mem_new(sizeof *ear);
    *ear = (Ear){ .watch = w, .path = mem_copy(slice_of(path)) };
    uv_fs_event_init(w->loop, &ear->handle);
    ear->handle.data = ear;
    w->handles++;
    if (uv_fs_event_start(&ear->handle, on_change, path, 0) == 0) {
        uv_unref((uv_handle_t *)&ear->handle);
        return ear;
    }
    uv_close((uv_handle_t *)&ear->handle, ear_closed);
    return NULL;
}

/* Ears for the directories there are; true when one is new, and so may have missed something. */
static bool follow_dirs(TreeWatch *w) {
    Ear  **ears = mem_new((w->scan.dir_count + 1) * sizeof *ears);
    size_t count = 0, old = 0;
    bool   fresh = false;
    for (size_t i = 0; i < w->scan.dir_count; i++) {
        int order = -1;
        while (old < w->ear_count && (order = strcmp(w->ears[old]->path, w->scan.dirs[i])) < 0) uv_close((uv_handle_t *)&w->ears[old++]->handle, ear_closed);
        Ear *ear = old < w->ear_count && order == 0 ? w->ears[old++] : NULL;
        if (!ear) {
            ear = listen_to(w, w->scan.dirs[i]);
            if (ear) fresh = true;
            else w->deaf = true;
        }
        if (ear) ears[count++] = ear;
    }
    while (old < w->ear_count) uv_close((uv_handle_t *)&w->ears[old++]->handle, ear_closed);
    free(w->ears);
    w->ears = ears;
    w->ear_count = count;
    return fresh;
}

/* NFS, SMB, FUSE and 9P do not tell of what others change. */
static bool is_remote(const char *path) {
    static const unsigned long KINDS[] = { 0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x517b };
    struct statfs fs;
    if (statfs(path, &fs) != 0) return true;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if ((unsigned long)fs.f_type == KINDS[i]) return true;
    return false;
}

static void look(uv_work_t *work) {
    TreeWatch *w = work->data;
    w->good = scan_files(w->base, w->pattern, w->deep, &w->scan, &w->err);
    w->deaf = !w->good || is_remote(w->base);
}

static void looked(uv_work_t *work, int status) {
    TreeWatch *w = work->data;
    (void)status;
    w->looking = false;
    w->again_ms = 0;
    if (!w->closing) {
        bool fresh = w->good && follow_dirs(w);
        w->rest_ms = (uv_hrtime() - w->began) / 1000000 * REST_FACTOR;
        w->seen(w->context, w->good ? &w->scan : NULL, w->good ? NULL : &w->err);
        bool soon = fresh || w->again;
        uint64_t calm = w->deaf ? DEAF_MS : CALM_MS;
        if (!w->closing) look_later(w, soon ? GATHER_MS + w->rest_ms : w->again_ms && w->again_ms < calm ? w->again_ms : calm);
    }
    scan_drop(&w->scan);
    let_go(w);
}

static void on_timer(uv_timer_t *timer) {
    TreeWatch *w = timer->data;
    w->looking = true;
    w->again = false;
    w->began = uv_hrtime();
    uv_queue_work(w->loop, &w->work, look, looked);
}

static void look_later(TreeWatch *w, uint64_t in_ms) {
    uint64_t left = uv_timer_get_due_in(&w->timer);
    if (uv_is_active((uv_handle_t *)&w->timer) && left <= in_ms) return;
    uv_timer_start(&w->timer, on_timer, in_ms, 0);
}

TreeWatch *tree_watch_new(uv_loop_t *loop, const char *pattern, TreeSeen seen, void *context) {
    TreeWatch *w = mem_new(sizeof *w);
    *w = (TreeWatch){ .loop = loop, .pattern = mem_copy(slice_of(pattern)), .seen = seen, .context = context, .handles = 1 };
    w->deep = scan_base(pattern, w->base, sizeof w->base);
    uv_timer_init(loop, &w->timer);
    uv_unref((uv_handle_t *)&w->timer);
    w->timer.data = w->work.data = w;
    uv_timer_start(&w->timer, on_timer, 0, 0);
    return w;
}

void tree_watch_again(TreeWatch *w, uint64_t in_ms) {
    if (w->closing) return;
    w->again_ms = in_ms;
    if (!w->looking) look_later(w, in_ms);
}

static void timer_closed(uv_handle_t *handle) {
    TreeWatch *w = handle->data;
    w->handles--;
    let_go(w);
}

void tree_watch_free(TreeWatch *w) {
    if (!w || w->closing) return;
    w->closing = true;
    for (size_t i = 0; i < w->ear_count; i++) uv_close((uv_handle_t *)&w->ears[i]->handle, ear_closed);
    w->ear_count = 0;
    uv_close((uv_handle_t *)&w->timer, timer_closed);
}
