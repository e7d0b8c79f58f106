/* `on process.exited "NAME"`: a process of that name was there and is not any more. Those that are there are kept in the database,
 * with the rows of those that have gone in one commit, so that one that ends while nobody looks is told too. */
#include "os/proc_names.h"
#include "os/quiet.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOK_MS = 1000 };

typedef struct {
    Event     *event;
    uv_timer_t timer;
    ProcNamed  known[PROC_NAMED_MOST];
    size_t     count;
    char      *key;                     /* in table meta */
} Processes;

static void remember(const Processes *p) {
    Buf text;
    buf_init(&text);
    for (size_t i = 0; i < p->count; i++) buf_printf(&text, "%d %" PRIu64 "\n", p->known[i].pid, p->known[i].started);
    store_meta_set(p->event->job->sched->store, p->key, buf_slice(&text));
    buf_drop(&text);
}

static void recall(Processes *p) {
    Sched *sched = p->event->job->sched;
    Buf    text;
    bool   found = false;
    Err    err;
    buf_init(&text);
    if (!store_meta_get(store_reader(sched->store), p->key, &text, &found, &err)) sched_say(sched, "error", p->event->job, "cannot read table meta: %s", err.text);
    for (char *at = (char *)buf_text(&text), *end; found && p->count < PROC_NAMED_MOST; at = end) {
        int pid = (int)strtol(at, &end, 10);
        if (end == at) break;
        p->known[p->count++] = (ProcNamed){ pid, strtoull(end, &end, 10) };
    }
    buf_drop(&text);
}

static bool has(const ProcNamed *list, size_t count, const ProcNamed *one) {
    for (size_t i = 0; i < count; i++)
        if (list[i].pid == one->pid && list[i].started == one->started) return true;
    return false;
}

static void tell(const Processes *p, const ProcNamed *gone) {
    char key[48];
    Buf  payload;
    snprintf(key, sizeof key, "%d %" PRIu64, gone->pid, gone->started);
    buf_init(&payload);
    buf_printf(&payload, "{\"pid\":%d,\"name\":", gone->pid);
    row_text(slice_of(p->event->subject), &payload);
    buf_add_byte(&payload, '}');
    event_fire(p->event, buf_slice(&payload), slice_of(key), NULL, NULL);
    buf_drop(&payload);
}

static void look(uv_timer_t *timer) {
    Processes *p = timer->data;
    ProcNamed  now[PROC_NAMED_MOST];
    size_t     count = proc_named(quiet_root(), p->event->subject, now), gone = 0, fresh = 0;
    Store     *store = p->event->job->sched->store;
    for (size_t i = 0; i < p->count; i++) gone += !has(now, count, &p->known[i]);
    for (size_t i = 0; i < count; i++) fresh += !has(p->known, p->count, &now[i]);
    if (!gone && !fresh) return;
    store_group_begin(store);
    for (size_t i = 0; i < p->count; i++)
        if (!has(now, count, &p->known[i])) tell(p, &p->known[i]);
    memcpy(p->known, now, count * sizeof *now);
    p->count = count;
    remember(p);
    store_group_end(store);
    sched_tell(p->event->job->sched);
}

void processes_begin(Event *event) {
    Sched *sched = event->job->sched;
    Processes *p = event->state = mem_new(sizeof *p);
    Buf key;
    p->event = event;
    p->count = 0;
    buf_init(&key);
    buf_printf(&key, "process.%s/%s %s", sched->scope, event->job->name, event->subject);
    p->key = buf_take(&key);
    recall(p);
    uv_timer_init(timers_loop(sched->timers), &p->timer);
    p->timer.data = p;
    uv_timer_start(&p->timer, look, 0, LOOK_MS);
    uv_unref((uv_handle_t *)&p->timer);
    look(&p->timer);
}

static void gone(uv_handle_t *timer) {
    Processes *p = timer->data;
    free(p->key);
    free(p);
}

void processes_end(Event *event) {
    Processes *p = event->state;
    if (p) uv_close((uv_handle_t *)&p->timer, gone);
    event->state = NULL;
}
