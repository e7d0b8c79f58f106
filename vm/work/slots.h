/* slots.h - which slots of a schedule have become due, however many.
 *
 *     SlotGrid grid = { &when, zone, anchor_ms, seed };
 *     int64_t next = slots_due(&grid, planned_ms, now_ms, &slots);
 *
 * Pure and bounded: ten years of a schedule of every second cost a few milliseconds.
 *
 * Floor:  work - uses time.   Thread: any.   Memory: borrows what the grid points to.
 */
#pragma once
#include "work/job.h"

typedef struct {
    const When *when;
    const Zone *zone;
    int64_t     anchor_ms;
    uint64_t    seed;
} SlotGrid;

/* The first slot after `after_ms`; 0: no more. */
int64_t slots_next(const SlotGrid *grid, int64_t after_ms);

/* Fills in the slots from `first_ms` (one that was planned) to `now_ms`; returns the first one after
   now, 0: no more. Of more than 10,000 slots the total is exact for plain intervals only, else 10,000. */
int64_t slots_due(const SlotGrid *grid, int64_t first_ms, int64_t now_ms, DueSlots *out);
