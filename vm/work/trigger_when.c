/* `when EXP for 5m`: looked at again and again; when it has held for so long the job begins, once, and again after it did not hold
 * (or, with `until`, after that held). Since when it has held, and that it began, is in the database: a stretch goes on over a
 * restart that took no longer than the stretch must last. An error says nothing either way. */
#include "base/hash.h"
#include "work/trigger.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECK_MS = 30000, CHECK_LEAST_MS = 1000, TEXT_SIZE = 160 };

struct Condition {
    Event  *event;
    Timer   timer;
    int64_t since, seen;                /* it has held since; was last seen to hold. 0: it does not */
    bool    asked, complained;
};

static int64_t wall(const Condition *c) { return seam_wall_ms(c->event->job->sched->seam); }

static int64_t interval(const Event *event) {
    if (event->checked_ms) return event->checked_ms;
    if (!event->lasting_ms || event->lasting_ms >= CHECK_MS) return CHECK_MS;
    return event->lasting_ms > CHECK_LEAST_MS ? event->lasting_ms : CHECK_LEAST_MS;
}

/* ------------------------------------------------------------------ what is kept */
static void key_of(const Event *event, Buf *out) {
    buf_init(out);
    buf_printf(out, "when.%s/%s#%zu", event->job->sched->scope, event->job->name, event->nth);
}

/* Other words are another condition. */
static void words_hash(const Event *event, char hex[HASH_TEXT]) {
    unsigned char hash[HASH_SIZE];
    hash_bytes(slice_of(event->subject), hash);
    hash_text(hash, hex);
}

static void remember(const Condition *c) {
    char hex[HASH_TEXT], text[TEXT_SIZE];
    Buf  key;
    words_hash(c->event, hex);
    snprintf(text, sizeof text, "%s %" PRId64 " %" PRId64 " %d", hex, c->since, c->seen, c->event->fired);
    key_of(c->event, &key);
    store_meta_set(c->event->job->sched->store, buf_text(&key), slice_of(text));
    buf_drop(&key);
}

static void recall(Condition *c) {
    Sched *sched = c->event->job->sched;
    char   hex[HASH_TEXT];
    bool   found = false;
    Buf    key, text;
    Err    err;
    key_of(c->event, &key);
    buf_init(&text);
    words_hash(c->event, hex);
    size_t len = strlen(hex);
    if (!store_meta_get(store_reader(sched->store), buf_text(&key), &text, &found, &err)) sched_say(sched, "error", NULL, "cannot read table meta: %s", err.text);
    else if (found && text.len > len && memcmp(text.ptr, hex, len) == 0) {
        char *at = (char *)buf_text(&text) + len;
        c->since = strtoll(at, &at, 10);
        c->seen = strtoll(at, &at, 10);
        c->event->fired = strtol(at, NULL, 10) != 0;
    }
    buf_drop(&text);
    buf_drop(&key);
}

/* ------------------------------------------------------------------ what an answer means */
static void fire(Condition *c) {
    Event *event = c->event;
    Store *store = event->job->sched->store;
    char   key[48];
    Buf    payload;
    event->fired = true;
    snprintf(key, sizeof key, "%zu %" PRId64, event->nth, c->since);
    buf_init(&payload);
    buf_printf(&payload, "{\"since\":%.3f}", (double)c->since / 1000.0);
    store_group_begin(store);
    event_fire(event, buf_slice(&payload), slice_of(key), NULL, NULL);
    remember(c);
    store_group_end(store);
    buf_drop(&payload);
}

static void holds(Condition *c, int64_t now_ms) {
    const Event *event = c->event;
    int64_t gap = 2 * interval(event) > event->lasting_ms ? 2 * interval(event) : event->lasting_ms;
    if (event->fired) return;
    if (!c->since || now_ms - c->seen > gap || now_ms < c->seen) c->since = now_ms;
    c->seen = now_ms;
    if (now_ms - c->since >= event->lasting_ms) fire(c);
    else remember(c);
}

static void ends(Condition *c) {
    if (!c->since && !c->event->fired) return;
    c->since = c->seen = 0;
    c->event->fired = false;
    remember(c);
}

static void arm(Condition *c, int64_t now_ms) {
    const Event *event = c->event;
    int64_t next = now_ms + interval(event), ripe = c->since + event->lasting_ms;
    if (c->since && !event->fired && ripe > now_ms && ripe < next) next = ripe;
    timer_start(event->job->sched->timers, &c->timer, next);
}

static void complain(Condition *c, const char *why) {
    const Event *event = c->event;
    if (!c->complained) sched_say(event->job->sched, "warn", event->job, "when %s: it cannot be told whether that holds: %s", event->subject, why);
    c->complained = true;
}

static Condition *find(Sched *sched, Slice name, size_t nth) {
    Job *job = sched_find(sched, name);
    for (size_t i = 0; job && i < job->event_count; i++)
        if (job->events[i].source == SOURCE_WHEN && job->events[i].nth == nth) return job->events[i].state;
    return NULL;
}

void sched_answer(Sched *sched, Slice job, size_t nth, SchedTruth truth, const char *why) {
    Condition *c = sched->closing ? NULL : find(sched, job, nth);
    if (!c || !c->asked) return;
    bool until = c->event->fired && c->event->rearms;
    int64_t now = wall(c);
    c->asked = false;
    if (truth == TRUTH_UNKNOWN) complain(c, why);
    else c->complained = false;
    if (truth == TRUTH_HOLDS && until) ends(c);
    else if (truth == TRUTH_HOLDS) holds(c, now);
    else if (truth == TRUTH_FAILS && !until) ends(c);
    arm(c, now);
    sched_tell(sched);
}

/* ------------------------------------------------------------------ its life */
static void due(Timer *timer) {
    Condition *c = timer->context;
    Event *event = c->event;
    Sched *sched = event->job->sched;
    if (event->job->disabled || event->job->paused) {
        arm(c, wall(c));
        return;
    }
    c->asked = true;
    sched->hooks.ask(sched->hooks.context, event->job->name, event->nth, event->fired && event->rearms);
}

void when_begin(Event *event) {
    Sched *sched = event->job->sched;
    Condition *c = event->state = mem_new(sizeof *c);
    *c = (Condition){ .event = event };
    timer_init(&c->timer, due, c);
    recall(c);
    timer_start(sched->timers, &c->timer, wall(c));
}

void when_end(Event *event) {
    Condition *c = event->state;
    if (!c) return;
    timer_stop(event->job->sched->timers, &c->timer);
    free(c);
    event->state = NULL;
}
