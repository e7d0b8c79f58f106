#include "os/timer.h"
#include "base/buf.h"
#include <stdlib.h>

enum { LONGEST_SLEEP_MS = 60000 };      /* so that a stepped wall clock is noticed */

struct Timers {
    uv_timer_t   alarm;
    uv_prepare_t prepare;               /* only with a simulated clock */
    uv_idle_t    spin;                  /* keeps the loop from sleeping then */
    const Seam  *seam;
    TimerJump    jump;
    Timer      **heap;
    size_t       count, cap;
    uint64_t     started;               /* so far */
    int          handles;
};

/* Of the same instant and rank, the one that was started first. */
static bool is_before(const Timer *a, const Timer *b) {
    if (a->due_ms != b->due_ms) return a->due_ms < b->due_ms;
    return a->rank != b->rank ? a->rank > b->rank : a->order < b->order;
}

static void put(Timers *t, size_t at, Timer *timer) {
    t->heap[at] = timer;
    timer->place = at + 1;
}

static void sift_up(Timers *t, size_t at) {
    Timer *timer = t->heap[at];
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (!is_before(timer, t->heap[parent])) break;
        put(t, at, t->heap[parent]);
        at = parent;
    }
    put(t, at, timer);
}

static void sift_down(Timers *t, size_t at) {
    Timer *timer = t->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= t->count) break;
        if (child + 1 < t->count && is_before(t->heap[child + 1], t->heap[child])) child++;
        if (!is_before(t->heap[child], timer)) break;
        put(t, at, t->heap[child]);
        at = child;
    }
    put(t, at, timer);
}

static void arm(Timers *t);

/* A late one comes alone: what the others begin may have more due at the same instant. */
static void fire_due(Timers *t) {
    bool alone = true, late = false;
    for (size_t most = t->count; most && !late && t->count && t->heap[0]->due_ms <= seam_wall_ms(t->seam); most--) {
        Timer *timer = t->heap[0];
        late = timer->rank == TIMER_LATE;
        if (late && !alone) break;
        alone = false;
        timer_stop(t, timer);
        timer->due(timer);
    }
    arm(t);
}

static void on_alarm(uv_timer_t *alarm) { fire_due(alarm->data); }

static void on_prepare(uv_prepare_t *prepare) {
    Timers *t = prepare->data;
    if (!t->count || !t->jump.is_idle(t->jump.context)) return;
    if (t->heap[0]->due_ms > seam_wall_ms(t->seam)) t->jump.jump(t->jump.context, t->heap[0]->due_ms);
    fire_due(t);
}

static void on_spin(uv_idle_t *spin) { (void)spin; }

static void arm(Timers *t) {
    if (t->jump.jump) {
        if (t->count) uv_idle_start(&t->spin, on_spin);
        else uv_idle_stop(&t->spin);
        return;
    }
    if (!t->count) {
        uv_timer_stop(&t->alarm);
        return;
    }
    int64_t left = t->heap[0]->due_ms - seam_wall_ms(t->seam);
    if (left < 0) left = 0;
    if (left > LONGEST_SLEEP_MS) left = LONGEST_SLEEP_MS;
    uv_update_time(t->alarm.loop);
    uv_timer_start(&t->alarm, on_alarm, (uint64_t)left, 0);
}

Timers *timers_new(uv_loop_t *loop, const Seam *seam, const TimerJump *jump) {
    Timers *t = mem_new(sizeof *t);
    t->seam = seam;
    if (jump) t->jump = *jump;
    uv_timer_init(loop, &t->alarm);
    uv_prepare_init(loop, &t->prepare);
    uv_idle_init(loop, &t->spin);
    t->alarm.data = t->prepare.data = t->spin.data = t;
    t->handles = 3;
    if (jump) {
        uv_prepare_start(&t->prepare, on_prepare);
        uv_unref((uv_handle_t *)&t->prepare);
    }
    return t;
}

static void closed(uv_handle_t *handle) {
    Timers *t = handle->data;
    if (--t->handles) return;
    free(t->heap);
    free(t);
}

void timers_free(Timers *t) {
    if (!t) return;
    uv_close((uv_handle_t *)&t->alarm, closed);
    uv_close((uv_handle_t *)&t->prepare, closed);
    uv_close((uv_handle_t *)&t->spin, closed);
}

size_t timers_count(const Timers *t) { return t->count; }
uv_loop_t *timers_loop(const Timers *t) { return t->alarm.loop; }

void timers_set_clock(Timers *t, int64_t to_ms) {
    t->jump.set(t->jump.context, to_ms);
    arm(t);
}

bool timers_are_simulated(const Timers *t) { return t->jump.jump != NULL; }

void timer_init(Timer *timer, void (*due)(Timer *timer), void *context) {
    *timer = (Timer){ .due = due, .context = context };
}

void timer_start(Timers *t, Timer *timer, int64_t due_ms) {
    timer_stop(t, timer);
    if (t->count == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 16;
        t->heap = mem_resize(t->heap, t->cap * sizeof *t->heap);
    }
    timer->order = ++t->started;
    timer->due_ms = due_ms;
    put(t, t->count++, timer);
    sift_up(t, t->count - 1);
    if (timer->place == 1) arm(t);
}

void timer_stop(Timers *t, Timer *timer) {
    if (!timer->place) return;
    size_t at = timer->place - 1;
    timer->place = 0;
    Timer *last = t->heap[--t->count];
    if (last != timer) {
        put(t, at, last);
        sift_up(t, at);
        sift_down(t, last->place - 1);
    }
    if (at == 0 || !t->count) arm(t);
}
