#include "work/slots.h"

enum { COUNT_MOST = 10000 };

int64_t slots_next(const SlotGrid *grid, int64_t after_ms) {
    int64_t at = when_next(grid->when, after_ms, grid->zone, grid->anchor_ms, grid->seed);
    return at == WHEN_NEVER ? 0 : at;
}

/* Counts from `first_ms` on, keeping the newest in a ring; returns the first slot it did not count. */
static int64_t walk(const SlotGrid *grid, int64_t first_ms, int64_t now_ms, DueSlots *out) {
    int64_t ring[JOB_SLOTS_KEPT], at = first_ms, n = 0;
    for (; at && at <= now_ms && n < COUNT_MOST; at = slots_next(grid, at)) ring[n++ % JOB_SLOTS_KEPT] = at;
    out->total = n;
    out->count = (size_t)(n < JOB_SLOTS_KEPT ? n : JOB_SLOTS_KEPT);
    for (size_t i = 0; i < out->count; i++) out->recent[i] = ring[(n - (int64_t)out->count + (int64_t)i) % JOB_SLOTS_KEPT];
    return at;
}

/* Looks back from now in ever longer steps until enough slots are seen. */
static int64_t newest(const SlotGrid *grid, int64_t first_ms, int64_t now_ms, DueSlots *out) {
    int64_t next = 0;
    for (int64_t back = 64; back < now_ms - first_ms; back *= 2) {
        next = walk(grid, slots_next(grid, now_ms - back), now_ms, out);
        if (out->count == JOB_SLOTS_KEPT) break;
    }
    return next && next <= now_ms ? slots_next(grid, now_ms) : next;
}

int64_t slots_due(const SlotGrid *grid, int64_t first_ms, int64_t now_ms, DueSlots *out) {
    const When *when = grid->when;
    if (when->kind == WHEN_SPREAD || when_is_single(when)) {        /* only one is ever planned */
        *out = (DueSlots){ .recent = { first_ms }, .count = 1, .total = 1 };
        return when_is_single(when) ? 0 : slots_next(grid, now_ms);
    }
    int64_t next = walk(grid, first_ms, now_ms, out);
    if (!next || next > now_ms) return next;
    next = newest(grid, first_ms, now_ms, out);
    out->total = COUNT_MOST;
    if (when->kind == WHEN_INTERVAL && !when->pattern.windowed) out->total = (out->recent[out->count - 1] - first_ms) / when->gap_ms + 1;
    return next;
}
