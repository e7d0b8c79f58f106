#include "time/pattern.h"
#include "time/calendar.h"

/* CLOSE_S: two offsets always differ by less. */
enum { CLOSE_S = 3 * CALENDAR_DAY_S, HOPS_MOST = 2000 };

/* The lowest bit at or above `from`, or -1. */
static int bit_from(uint64_t bits, int from) {
    bits = from < 64 ? bits >> from << from : 0;
    return bits ? __builtin_ctzll(bits) : -1;
}

static int field_time(const Pattern *p, int second) {
    int hour = second / 3600, minute = second / 60 % 60;
    int at = bit_from(p->seconds, second % 60);
    if (at < 0) minute++;
    int m = p->hours >> hour & 1 ? bit_from(p->minutes, minute) : -1;
    if (m >= 0) return hour * 3600 + m * 60 + (m == second / 60 % 60 && at >= 0 ? at : bit_from(p->seconds, 0));
    hour = bit_from(p->hours, hour + 1);
    return hour < 0 ? -1 : hour * 3600 + bit_from(p->minutes, 0) * 60 + bit_from(p->seconds, 0);
}

static int any_time(const Pattern *p, int second) {
    if (second >= CALENDAR_DAY_S) return -1;
    if (p->time_count == 0) return field_time(p, second);
    for (int i = 0; i < p->time_count; i++)
        if (p->times[i] >= second) return p->times[i];
    return -1;
}

int pattern_time(const Pattern *p, int second) {
    int at = any_time(p, second);
    if (!p->windowed || at < 0) return at;
    if (p->open_s > p->close_s) return at > p->close_s && at < p->open_s ? any_time(p, p->open_s) : at;
    if (at < p->open_s) at = any_time(p, p->open_s);
    return at <= p->close_s ? at : -1;
}

int64_t pattern_local(const Pattern *p, int64_t local_s, int64_t origin) {
    int64_t day = calendar_floor(local_s, CALENDAR_DAY_S), found;
    if (!days_next(&p->days, day, origin, &found)) return PATTERN_NEVER;
    int at = pattern_time(p, found == day ? (int)(local_s - day * CALENDAR_DAY_S) : 0);
    if (at >= 0) return found * CALENDAR_DAY_S + at;
    if (!days_next(&p->days, found + 1, origin, &found)) return PATTERN_NEVER;
    return found * CALENDAR_DAY_S + pattern_time(p, 0);
}

static bool gap_swallows(const Pattern *p, const ZoneSpan *span, int64_t origin) {
    if (!p->plain_hours || span->offset_s <= span->before_s || span->offset_s - span->before_s > PATTERN_GAP_MOST_S) return false;
    return pattern_local(p, span->from_s + span->before_s, origin) < span->from_s + span->offset_s;
}

int64_t pattern_next(const Pattern *p, const Zone *zone, int64_t after_s, int64_t origin) {
    int64_t passed = after_s;                           /* nothing up to here is due any more */
    for (int hops = 0; hops < HOPS_MOST; hops++) {
        ZoneSpan span = zone_span(zone, passed + 1);
        if (passed + 1 == span.from_s && gap_swallows(p, &span, origin)) return span.from_s;
        int64_t local = passed + 1 + span.offset_s;
        if (p->plain && span.before_s > span.offset_s && local < span.from_s + span.before_s) local = span.from_s + span.before_s;
        int64_t found = pattern_local(p, local, origin);
        if (found != PATTERN_NEVER && found - span.offset_s < span.until_s) return found - span.offset_s;
        bool far = span.until_s == INT64_MAX || span.until_s - passed > CLOSE_S;
        if (found == PATTERN_NEVER && far) return PATTERN_NEVER;
        passed = span.until_s - 1;
        /* no wall time before `found` can come again: go there at once, with room for a change of offset */
        if (far && found - CLOSE_S > passed) passed = found - CLOSE_S;
    }
    return PATTERN_NEVER;                               /* such as 02:30 on days that never have one */
}
