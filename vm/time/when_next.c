#include "time/calendar.h"
#include "time/when.h"

/* The years 1 to 9999; beyond them nothing is due. */
static const int64_t FIRST_MS = -62135596800000, LAST_MS = 253402300799000;
enum { TRIES_MOST = 1000, DAY_S = CALENDAR_DAY_S };

typedef struct {
    const When *when;
    const Zone *zone;
    int64_t     anchor_ms;
    uint64_t    seed;
    int64_t     origin;                                 /* the local day of the anchor */
} Frame;

/* A well mixed number from two (splitmix64, Steele and others 2014). */
static uint64_t mix(uint64_t seed, uint64_t value) {
    uint64_t z = seed ^ (value * 0x9e3779b97f4a7c15u);
    for (int i = 0; i < 2; i++) {
        z += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        z ^= z >> 31;
    }
    return z;
}

static int64_t local_of(const Zone *zone, int64_t ms) { return calendar_floor(ms, 1000) + zone_offset(zone, ms); }

/* The first instant at which the wall shows local_s, or the first one after a gap that has it; ms. */
static int64_t instant_of(const Zone *zone, int64_t local_s) {
    ZoneTime t = zone_instants(zone, local_s);
    return (t.fit == ZONE_GAP ? t.edge_s : t.first_s) * 1000;
}

static bool window_holds(const Pattern *p, const Zone *zone, int64_t ms) {
    int second = (int)calendar_mod(local_of(zone, ms), DAY_S);
    if (p->open_s > p->close_s) return second >= p->open_s || second <= p->close_s;
    return second >= p->open_s && second <= p->close_s;
}

/* The first opening of the window after an instant outside it. */
static int64_t window_opens(const Pattern *p, const Zone *zone, int64_t ms) {
    int64_t local = local_of(zone, ms), day = calendar_floor(local, DAY_S);
    if (local - day * DAY_S >= p->open_s) day++;
    ZoneTime t = zone_instants(zone, day * DAY_S + p->open_s);
    int64_t  at = (t.fit == ZONE_GAP ? t.edge_s : t.first_s) * 1000;
    if (at <= ms) at = t.second_s * 1000;               /* in the second pass of an overlap */
    return at > ms ? at : ms + 1;
}

/* The first point of the anchor's grid at or after ms. */
static int64_t grid_from(int64_t anchor_ms, int64_t gap_ms, int64_t ms) {
    int64_t past = ms - anchor_ms;
    return past <= 0 ? anchor_ms : anchor_ms + (past / gap_ms + (past % gap_ms != 0)) * gap_ms;
}

static int64_t next_interval(const Frame *f, int64_t after_ms) {
    const Pattern *p = &f->when->pattern;
    int64_t at = grid_from(f->anchor_ms, f->when->gap_ms, after_ms + 1);
    for (int i = 0; i < TRIES_MOST; i++) {
        if (!p->windowed || window_holds(p, f->zone, at)) return at;
        at = grid_from(f->anchor_ms, f->when->gap_ms, window_opens(p, f->zone, at));
    }
    return WHEN_NEVER;
}

static int64_t next_spread(const Frame *f, int64_t after_ms) {
    const Pattern *p = &f->when->pattern;
    uint64_t room = (uint64_t)(f->when->gap_most_ms - f->when->gap_ms) + 1;
    int64_t  drawn = (int64_t)(mix(f->seed, (uint64_t)after_ms) % room);
    int64_t  at = after_ms + f->when->gap_ms + drawn;
    for (int i = 0; p->windowed && !window_holds(p, f->zone, at); i++) {
        if (i == TRIES_MOST) return WHEN_NEVER;
        at = window_opens(p, f->zone, at) + drawn;      /* spread over the opening as well, not all at its first second */
    }
    return at;
}

static int64_t next_pattern(const Frame *f, int64_t after_ms) {
    int64_t at = pattern_next(&f->when->pattern, f->zone, calendar_floor(after_ms, 1000), f->origin);
    return at == PATTERN_NEVER ? WHEN_NEVER : at * 1000;
}

/* How many days the window of `day` can lie in: 1, the week or the month. */
static int window_days_most(const When *w) { return w->period == WHEN_WEEK ? 7 : w->period == WHEN_MONTH && !w->has_on ? 31 : 1; }

static int window_days(const When *w, int64_t day) {
    int most = window_days_most(w);
    if (most < 31) return most;
    Civil c = calendar_date(day);
    return calendar_month_days(c.year, c.month);
}

/* The instant drawn for the window of a day, or WHEN_NEVER when that window has no length. */
static int64_t draw(const Frame *f, int64_t day) {
    const Pattern *p = &f->when->pattern;
    int      days = window_days(f->when, day);
    uint64_t chance = mix(f->seed, (uint64_t)day);
    int64_t  open = day * DAY_S, close = (day + days) * DAY_S;
    if (p->windowed) {
        day += (int64_t)(mix(chance, 1) % (uint64_t)days);
        open = day * DAY_S + p->open_s;
        close = (day + (p->close_s < p->open_s)) * DAY_S + p->close_s;
    }
    ZoneTime t = zone_instants(f->zone, open);
    if (t.fit == ZONE_GAP && t.first_s - t.second_s > PATTERN_GAP_MOST_S) return WHEN_NEVER;
    open = (t.fit == ZONE_GAP ? t.edge_s : t.first_s) * 1000;
    close = instant_of(f->zone, close);
    if (open <= f->anchor_ms && f->anchor_ms < close) open = f->anchor_ms + 1;
    return close > open ? open + (int64_t)(chance % (uint64_t)(close - open)) : WHEN_NEVER;
}

static int64_t next_window(const Frame *f, int64_t after_ms) {
    int64_t day = calendar_floor(local_of(f->zone, after_ms), DAY_S) - window_days_most(f->when) - 1;   /* it may go past midnight */
    for (int i = 0; i < TRIES_MOST && days_next(&f->when->pattern.days, day, f->origin, &day); i++, day++) {
        int64_t at = draw(f, day);
        if (at > after_ms && at != WHEN_NEVER) return at;
    }
    return WHEN_NEVER;
}

static int64_t later(int64_t at, int64_t after_ms) { return at > after_ms ? at : WHEN_NEVER; }

static int64_t next_of(const Frame *f, int64_t after_ms) {
    switch (f->when->kind) {
    case WHEN_INTERVAL: return next_interval(f, after_ms);
    case WHEN_SPREAD: return next_spread(f, after_ms);
    case WHEN_CALENDAR:
    case WHEN_CRON: return next_pattern(f, after_ms);
    case WHEN_WINDOW: return next_window(f, after_ms);
    case WHEN_DATE: return later(instant_of(f->zone, f->when->from_local_s), after_ms);
    case WHEN_TIME: return later(next_pattern(f, f->anchor_ms), after_ms);
    case WHEN_DELAY: return later(f->anchor_ms + f->when->gap_ms, after_ms);
    }
    return WHEN_NEVER;
}

static int64_t clamp(int64_t ms) { return ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms; }

int64_t when_next(const When *when, int64_t after_ms, const Zone *zone, int64_t anchor_ms, uint64_t seed) {
    Frame   f = { when, zone, clamp(anchor_ms), seed, 0 };
    int64_t start = FIRST_MS;                           /* nothing is due before it */
    if (after_ms >= LAST_MS) return WHEN_NEVER;
    after_ms = clamp(after_ms);
    if (when->once) start = f.anchor_ms + 1;
    if (when->has_from) {
        f.anchor_ms = instant_of(zone, when->from_local_s);
        if (f.anchor_ms > start) start = f.anchor_ms;
    }
    f.origin = calendar_floor(local_of(zone, f.anchor_ms), DAY_S);
    if (when->once) return later(next_of(&f, start - 1), after_ms);
    int64_t at = next_of(&f, after_ms < start - 1 ? start - 1 : after_ms);
    return at > LAST_MS ? WHEN_NEVER : at;
}
