#include "host/sim_clock.h"
#include "lua/engine.h"
#include "time/calendar.h"

static int64_t wall(void *context) { return ((SimClock *)context)->now_ms; }
static int64_t mono(void *context) { return ((SimClock *)context)->passed_us; }

static void chance(void *context, void *out, size_t len) {
    (void)context;
    seam_random(seam_real(), out, len);
}

bool sim_clock_open(SimClock *clock, const char *iso, Err *err) {
    *clock = (SimClock){ .seam = { clock, wall, mono, chance } };
    return calendar_parse(slice_of(iso), &clock->now_ms, err);
}

void sim_clock_jump(void *engine, int64_t to_ms) {
    SimClock *clock = ((Engine *)engine)->seam->ctx;
    if (to_ms <= clock->now_ms) return;
    clock->passed_us += (to_ms - clock->now_ms) * 1000;
    clock->now_ms = to_ms;
}

void sim_clock_set(void *engine, int64_t to_ms) { ((SimClock *)((Engine *)engine)->seam->ctx)->now_ms = to_ms; }
