/* `on event`: rows of table `events` become rows of the trigger table, each once: the place in the table is kept, and what is
 * repeated after a crash carries the key it had before. */
#include "base/quote.h"
#include "store/events.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_A_LOOK = 500, KEY_SIZE = 24 };

static void key_of(const Sched *sched, Buf *out) {
    buf_init(out);
    buf_printf(out, "heard.%s", sched->scope);
}

static void remember(Sched *sched) {
    char number[KEY_SIZE];
    Buf  key;
    snprintf(number, sizeof number, "%" PRId64, sched->heard);
    key_of(sched, &key);
    store_meta_set(sched->store, buf_text(&key), slice_of(number));
    buf_drop(&key);
}

static bool recall(Sched *sched, bool *found, Err *err) {
    Buf key, number;
    key_of(sched, &key);
    buf_init(&number);
    bool good = store_meta_get(store_reader(sched->store), buf_text(&key), &number, found, err);
    if (good && *found) sched->heard = strtoll(buf_text(&number), NULL, 10);
    buf_drop(&number);
    buf_drop(&key);
    return good;
}

/* The first time nothing counts that was said before, except by this program's own top level. */
void emits_begin(Sched *sched) {
    bool found = false;
    Err  err;
    for (const Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere; i++) sched->hears = sched->hears || job->events[i].source == SOURCE_EMIT;
    if (!sched->hears) return;
    if (!recall(sched, &found, &err) || (!found && !events_place(store_reader(sched->store), sched->load_run, &sched->heard, &err)))
        sched_say(sched, "error", NULL, "cannot read table events: %s", err.text);
    else if (!found) remember(sched);
}

typedef struct {
    Sched *sched;
    size_t count;
} Hearing;

static bool hear(void *context, const EventRow *row) {
    Hearing *hearing = context;
    Sched   *sched = hearing->sched;
    char     key[KEY_SIZE];
    Buf      payload, name;
    buf_init(&payload);
    buf_init(&name);
    buf_add_slice(&name, row->name);
    snprintf(key, sizeof key, "%" PRId64, row->id);
    buf_printf(&payload, "{\"id\":%" PRId64 ",\"name\":", row->id);
    quote_add(&payload, row->name);
    buf_add_text(&payload, ",\"payload\":");
    buf_add_slice(&payload, row->payload.ptr ? row->payload : slice_of("null"));
    if (row->source.ptr) {
        buf_add_text(&payload, ",\"source\":");
        quote_add(&payload, row->source);
    }
    buf_printf(&payload, ",\"time\":%.3f}", (double)row->t / 1000.0);
    sched_fire(sched, slice_of("event"), buf_text(&name), buf_slice(&payload), slice_of(key), NULL, NULL);
    sched->heard = row->id;
    hearing->count++;
    buf_drop(&payload);
    buf_drop(&name);
    return !sched->closing;
}

void emits_look(Sched *sched) {
    Hearing hearing = { .sched = sched };
    Err err;
    if (!sched->hears) return;
    if (!events_after(store_reader(sched->store), sched->heard, EVENTS_A_LOOK, hear, &hearing, &err))
        sched_say(sched, "error", NULL, "cannot read table events: %s", err.text);
    if (!hearing.count || sched->closing) return;
    remember(sched);                                    /* behind the rows it made */
    if (hearing.count == EVENTS_A_LOOK) row_watch_poke(sched->watch);
}

static void written(void *context, const Err *err) {
    Sched *sched = context;
    sched->pending--;
    sched->will_hear = false;
    if (!err && !sched->closing) {
        emits_look(sched);
        sched_tell(sched);
    }
    sched_let_go(sched);
}

void emits_soon(Sched *sched) {
    if (!sched->hears || sched->will_hear || sched->closing) return;
    sched->will_hear = true;
    sched->pending++;
    store_sync(sched->store, written, sched);
}
