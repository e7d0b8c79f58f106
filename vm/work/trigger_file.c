/* `on file.created`, `changed`, `removed`, `moved`: what a look at the directory shows is compared with what was told before. The
 * difference becomes rows, then it is remembered; a row repeated after a crash has the same key and begins nothing. */
#include "base/quote.h"
#include "os/path.h"
#include "os/tree_watch.h"
#include "store/seen.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SETTLE_MS = 2000 };
static const int64_t MS = 1000000;

typedef struct {
    Event     *event;
    Sched     *sched;
    TreeWatch *tree;
    char      *id;                      /* in table aios_seen */
    ScanFile  *known;                   /* by path */
    size_t     count, cap;
    bool       begun;                   /* what was there when it was first declared is known */
    bool       complained;
    uint64_t   settle_ms;
} Files;

static void known_add(Files *f, const ScanFile *file) {
    if (f->count == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 64;
        f->known = mem_resize(f->known, f->cap * sizeof *f->known);
    }
    f->known[f->count] = *file;
    f->known[f->count++].path = mem_copy(slice_of(file->path));
}

static bool same(const ScanFile *a, const ScanFile *b) { return a->ino == b->ino && a->mtime_ns == b->mtime_ns && a->size == b->size; }

static void remember(Files *f, const ScanFile *file) {
    seen_put(f->sched->store, slice_of(f->id), &(SeenFile){ slice_of(file->path), file->ino, file->mtime_ns, file->size });
}

static void tell(Files *f, const ScanFile *file, const char *from) {
    Buf payload, key;
    buf_init(&payload);
    buf_init(&key);
    buf_printf(&key, "%s\n%" PRIu64 " %" PRId64 " %" PRId64, file->path, file->ino, file->mtime_ns, file->size);
    buf_add_text(&payload, "{\"path\":");
    row_text(slice_of(file->path), &payload);
    buf_add_text(&payload, ",\"name\":");
    row_text(slice_of(path_name(file->path)), &payload);
    if (from) buf_add_text(&payload, ",\"from\":");
    if (from) row_text(slice_of(from), &payload);
    buf_printf(&payload, ",\"size\":%" PRId64 ",\"modified\":%.3f}", file->size, (double)file->mtime_ns / 1e9);
    event_fire(f->event, buf_slice(&payload), buf_slice(&key), NULL, NULL);
    buf_drop(&payload);
    buf_drop(&key);
}

static bool is_kind(const Files *f, const char *verb) { return strcmp(f->event->kind + strlen("file."), verb) == 0; }

/* How long it must still stay as it is; 0: it is whole. Files of the future, by a wrong clock, are whole. */
static uint64_t unsettled_ms(const Files *f, const ScanFile *file) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = ((int64_t)now.tv_sec * 1000 + now.tv_nsec / MS) - file->mtime_ns / MS;
    return age < 0 || age >= (int64_t)f->settle_ms ? 0 : f->settle_ms - (uint64_t)age;
}

/* The file that a vanished one has become, if it was only renamed. */
static const ScanFile *renamed(const Files *f, const ScanFile *file, const Scan *scan, size_t *at) {
    for (; *at < f->count; (*at)++) {
        const ScanFile *old = &f->known[*at];
        if (!same(old, file)) continue;
        for (size_t low = 0, high = scan->count; low < high;) {
            size_t middle = (low + high) / 2;
            int order = strcmp(scan->files[middle].path, old->path);
            if (order == 0) return NULL;                /* it is there as well: a link to the same file */
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        return old;
    }
    return NULL;
}

/* A path that was not there, or another file under the same path. */
static void see_new(Files *f, const ScanFile *file, const Scan *scan) {
    size_t at = 0;
    if (is_kind(f, "created")) tell(f, file, NULL);
    if (!is_kind(f, "moved")) return;
    const ScanFile *old = renamed(f, file, scan, &at);
    if (old) tell(f, file, old->path);
}

typedef struct {
    ScanFile *list;
    size_t    count;
    uint64_t  wait_ms;                  /* until the first file that is being written may be whole; 0: there is none */
} Next;

static void keep(Next *next, const ScanFile *file) {
    next->list[next->count] = *file;
    next->list[next->count++].path = mem_copy(slice_of(file->path));
}

/* What it is now is not known yet: what was known of it stays. */
static bool waits(Files *f, const ScanFile *file, const ScanFile *old, Next *next) {
    uint64_t left = unsettled_ms(f, file);
    if (!left) return false;
    if (!next->wait_ms || left < next->wait_ms) next->wait_ms = left;
    if (old) keep(next, old);
    return true;
}

static void see(Files *f, const ScanFile *file, const ScanFile *old, const Scan *scan, Next *next) {
    if (old && same(old, file)) {
        keep(next, old);
        return;
    }
    if (waits(f, file, old, next)) return;
    if (!old || old->ino != file->ino) see_new(f, file, scan);
    if (old && is_kind(f, "changed")) tell(f, file, NULL);
    remember(f, file);
    keep(next, file);
}

static void see_gone(Files *f, const ScanFile *old) {
    if (is_kind(f, "removed")) tell(f, old, NULL);
    seen_remove(f->sched->store, slice_of(f->id), slice_of(old->path));
}

static void replace_known(Files *f, const Next *next) {
    for (size_t i = 0; i < f->count; i++) free(f->known[i].path);
    free(f->known);
    f->known = next->list;
    f->count = f->cap = next->count;
}

/* Both lists are in order. */
static uint64_t compare(Files *f, const Scan *scan) {
    Next next = { .list = mem_new((scan->count + 1) * sizeof *next.list) };
    for (size_t i = 0, k = 0; i < scan->count || k < f->count;) {
        int order = i == scan->count ? 1 : k == f->count ? -1 : strcmp(scan->files[i].path, f->known[k].path);
        if (order > 0) see_gone(f, &f->known[k++]);
        else {
            see(f, &scan->files[i], order == 0 ? &f->known[k] : NULL, scan, &next);
            i++;
            if (order == 0) k++;
        }
    }
    replace_known(f, &next);
    return next.wait_ms;
}

static void seen(void *context, const Scan *scan, const Err *err) {
    Files *f = context;
    if (!scan) {
        if (!f->complained) sched_say(f->sched, "warn", f->event->job, "on %s \"%s\": %s; it is looked for every few seconds", f->event->kind, f->event->subject, err->text);
        f->complained = true;
        return;
    }
    f->complained = false;
    uint64_t wait = compare(f, scan);
    if (wait) tree_watch_again(f->tree, wait);
    sched_tell(f->sched);
}

/* Nobody had promised what is there when a workflow is declared for the first time. At once, so that what comes a moment later counts. */
static void take_as_known(Files *f) {
    char base[PATH_SIZE];
    Scan scan = { 0 };
    Err  ignored;
    bool deep = scan_base(f->event->subject, base, sizeof base);
    scan_files(base, f->event->subject, deep, &scan, &ignored);
    for (size_t i = 0; i < scan.count; i++) {
        known_add(f, &scan.files[i]);
        remember(f, &scan.files[i]);
    }
    remember(f, &(ScanFile){ .path = "" });             /* the mark that it has begun */
    f->begun = true;
    scan_drop(&scan);
}

static bool recall(void *context, const SeenFile *row) {
    Files *f = context;
    Buf path;
    if (row->path.len == 0) {
        f->begun = true;
        return true;
    }
    buf_init(&path);
    buf_add_slice(&path, row->path);
    known_add(f, &(ScanFile){ (char *)buf_text(&path), row->ino, row->mtime_ns, row->size });
    buf_drop(&path);
    return true;
}

void files_begin(Event *event) {
    Sched *sched = event->job->sched;
    Files *f = mem_new(sizeof *f);
    Buf    id;
    Err    err;
    *f = (Files){ .event = event, .sched = sched, .settle_ms = event->job->limits.settle_ms ? (uint64_t)event->job->limits.settle_ms : SETTLE_MS };
    buf_init(&id);
    buf_printf(&id, "%s/%s %s %s", sched->scope, event->job->name, event->kind, event->subject);
    f->id = buf_take(&id);
    if (is_kind(f, "removed")) f->settle_ms = 0;        /* whole or not, it is gone */
    event->state = f;
    if (!seen_each(store_reader(sched->store), slice_of(f->id), recall, f, &err)) sched_say(sched, "error", event->job, "cannot read table aios_seen: %s", err.text);
    if (!f->begun) take_as_known(f);
    f->tree = tree_watch_new(timers_loop(sched->timers), event->subject, seen, f);
}

void files_end(Event *event) {
    Files *f = event->state;
    if (!f) return;
    tree_watch_free(f->tree);
    for (size_t i = 0; i < f->count; i++) free(f->known[i].path);
    free(f->known);
    free(f->id);
    free(f);
    event->state = NULL;
}
