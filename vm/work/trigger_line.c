/* `on line.matching(FILE, TEXT)`: the lines that a file gets, also while it is renamed away and begun anew, and while nobody looks.
 * The place is kept with the rows of the lines before it in one commit: after a crash none is lost and none comes twice. */
#include "base/quote.h"
#include "os/tail.h"
#include "os/tree_watch.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE_MS = 1, LAST_WORDS_MS = 1000, TEXT_SIZE = 120 };

typedef struct {
    Event     *event;
    Sched     *sched;
    TreeWatch *tree;
    char      *key;                     /* in table meta */
    int        fd;                      /* -1: not open */
    uint64_t   ino;                     /* of the file that is read; 0: there was none */
    int64_t    offset, file;            /* file: how many there were before it */
    int64_t    since_ns;                /* when it was last written, as far as it has been read; before there is one: the beginning */
    int64_t    moved_ms;                /* it has another name since; 0: it has not */
    char      *pattern;
} Lines;

static int64_t mono(const Lines *l) { return seam_mono_us(l->sched->seam) / 1000; }

static void remember(const Lines *l) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64, l->ino, l->offset, l->file, l->since_ns);
    store_meta_set(l->sched->store, l->key, slice_of(text));
}

static bool recall(Lines *l) {
    Buf  text;
    bool found = false;
    Err  err;
    buf_init(&text);
    if (!store_meta_get(store_reader(l->sched->store), l->key, &text, &found, &err)) sched_say(l->sched, "error", l->event->job, "cannot read table meta: %s", err.text);
    else if (found) {
        char *at = (char *)buf_text(&text);
        l->ino = strtoull(at, &at, 10);
        l->offset = strtoll(at, &at, 10);
        l->file = strtoll(at, &at, 10);
        l->since_ns = strtoll(at, NULL, 10);
    }
    buf_drop(&text);
    return found;
}

static void tell(void *context, Slice line, int64_t offset) {
    Lines *l = context;
    char   key[48];
    Buf    payload;
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    if (!event_name_matches(l->pattern, line)) return;
    snprintf(key, sizeof key, "%" PRId64 " %" PRId64, l->file, offset);
    buf_init(&payload);
    buf_add_text(&payload, "{\"file\":");
    row_text(slice_of(l->event->subject), &payload);
    buf_add_text(&payload, ",\"text\":");
    row_text(line, &payload);
    buf_printf(&payload, ",\"offset\":%" PRId64 "}", offset);
    event_fire(l->event, buf_slice(&payload), slice_of(key), NULL, NULL);
    buf_drop(&payload);
}

static void close_file(Lines *l) {
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
    l->moved_ms = 0;
}

/* The next file from its beginning; false: there is none yet. */
static bool open_next(Lines *l) {
    uint64_t next = 0;
    int fd = tail_next(l->event->subject, l->ino, l->since_ns, &next);
    if (fd < 0) return false;
    close_file(l);
    l->file += l->ino != 0;
    l->fd = fd;
    l->ino = next;
    l->offset = 0;
    return true;
}

static bool open_again(Lines *l) {
    if (l->fd >= 0) return true;
    if (l->ino) l->fd = tail_find(l->event->subject, l->ino);
    return l->fd >= 0 || open_next(l);
}

/* Whole lines up to the end; false: there is more to read at once. */
static bool read_on(Lines *l) {
    struct stat st;
    if (fstat(l->fd, &st) != 0) return true;
    if (st.st_size < l->offset) {         /* emptied, and written from the start */
        l->offset = 0;
        l->file++;
    }
    int64_t before = l->offset;
    l->offset = tail_read(l->fd, l->offset, tell, l);
    l->since_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    return l->offset == before;
}

static bool is_renamed(const Lines *l) {
    struct stat st;
    return stat(l->event->subject, &st) == 0 && st.st_ino != l->ino;
}

/* Who wrote the old file may write its last words after the rename: it is left when it has been quiet for a moment. */
static uint64_t follow(Lines *l) {
    if (!is_renamed(l)) {
        l->moved_ms = 0;
        return 0;
    }
    if (!l->moved_ms) l->moved_ms = mono(l);
    int64_t left = l->moved_ms + LAST_WORDS_MS - mono(l);
    if (left > 0) return (uint64_t)left;
    l->offset = tail_rest(l->fd, l->offset, tell, l);
    return open_next(l) ? AT_ONCE_MS : 0;
}

static void seen(void *context, const Scan *scan, const Err *err) {
    Lines   *l = context;
    uint64_t again = 0;
    (void)scan, (void)err;
    if (!open_again(l)) return;
    int64_t offset = l->offset, file = l->file;
    uint64_t ino = l->ino;
    store_group_begin(l->sched->store);
    if (read_on(l)) again = follow(l);
    else {
        again = AT_ONCE_MS;
        l->moved_ms = 0;
    }
    if (offset != l->offset || file != l->file || ino != l->ino || !offset) remember(l);
    store_group_end(l->sched->store);
    if (again) tree_watch_again(l->tree, again);
    sched_tell(l->sched);
}

/* Nobody had promised the lines that were there before. */
static void take_as_known(Lines *l) {
    l->since_ns = seam_wall_ms(seam_real()) * 1000000;
    if (open_next(l)) l->offset = tail_end(l->fd);
    remember(l);
}

void tails_begin(Event *event) {
    Sched *sched = event->job->sched;
    Lines *l = mem_new(sizeof *l);
    Buf    text;
    *l = (Lines){ .event = event, .sched = sched, .fd = -1 };
    buf_init(&text);
    buf_printf(&text, "line.%s/%s %s\n%s", sched->scope, event->job->name, event->subject, event->detail);
    l->key = buf_take(&text);
    buf_init(&text);
    buf_printf(&text, "*%s*", event->detail);
    l->pattern = buf_take(&text);
    event->state = l;
    if (!recall(l)) take_as_known(l);
    l->tree = tree_watch_new(timers_loop(sched->timers), event->subject, seen, l);
}

void tails_end(Event *event) {
    Lines *l = event->state;
    if (!l) return;
    tree_watch_free(l->tree);
    close_file(l);
    free(l->key);
    free(l->pattern);
    free(l);
    event->state = NULL;
}
