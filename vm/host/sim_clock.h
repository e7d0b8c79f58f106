/* sim_clock.h - a clock that stands still until nothing but alarms is left, then jumps to the next one.
 *
 * AIOS_CLOCK=2026-03-02T07:59:00Z makes a process live from that instant on: schedules fire and
 * sleeps pass at once. For tests and rehearsals; effects are real.
 *
 * Floor:  host.   Memory: the caller's struct.
 */
#pragma once
#include "base/err.h"
#include "base/seam.h"

typedef struct {
    Seam    seam;                       /* context points back to this struct */
    int64_t now_ms, passed_us;
} SimClock;

bool sim_clock_open(SimClock *clock, const char *iso, Err *err);

/* `engine` is the context of the timers, whose seam is a SimClock's. */
void sim_clock_jump(void *engine, int64_t to_ms);       /* time passes */
void sim_clock_set(void *engine, int64_t to_ms);        /* only the wall clock changes */
