#include "work/job.h"

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

Overlap job_overlap(bool given, Overlap overlap, JobCause cause) {
    if (given) return overlap;
    return cause == JOB_SLOT ? OVERLAP_SKIP : OVERLAP_QUEUE;
}

bool job_has_room(Overlap overlap, size_t active, size_t limit) {
    if (limit == 0) return active == 0 || overlap == OVERLAP_ALLOW;
    return active < limit;
}

JobMove job_move(Overlap overlap, size_t active, size_t limit) {
    if (job_has_room(overlap, active, limit)) return JOB_START;
    switch (overlap) {
    case OVERLAP_SKIP: return JOB_SKIP;
    case OVERLAP_QUEUE: return JOB_HOLD;
    case OVERLAP_REPLACE: return JOB_REPLACE;
    case OVERLAP_ALLOW: break;          /* there is a limit, and it is reached */
    }
    return JOB_HOLD;
}

MissedRule job_missed_rule(Missed policy, int64_t within_ms, const When *when) {
    bool single = when_is_single(when);
    if (policy == MISSED_DEFAULT) {
        bool drop = !single && (when_is_interval(when) || when->kind == WHEN_WINDOW);
        policy = drop ? MISSED_SKIP : MISSED_ONCE;
    }
    if (within_ms <= 0) within_ms = policy == MISSED_ONCE && !single ? DAY_MS : INT64_MAX;
    return (MissedRule){ policy, within_ms };
}

/* How many of the newest slots are not too old, at most `most`. */
static size_t young(const MissedRule *rule, const DueSlots *slots, int64_t now_ms, size_t most) {
    size_t n = 0;
    while (n < slots->count && n < most && now_ms - slots->recent[slots->count - 1 - n] <= rule->within_ms) n++;
    return n;
}

CatchUp job_catch_up(const MissedRule *rule, const DueSlots *slots, int64_t now_ms, bool late) {
    size_t  run = 0;
    bool    all = rule->policy == MISSED_ALL;
    int64_t own = late ? 0 : 1;
    if (rule->policy != MISSED_SKIP) run = young(rule, slots, now_ms, all ? JOB_CATCH_UP_MOST : 1);
    if (late && run == 0 && slots->count > 0) run = 1;
    return (CatchUp){
        .run = run, .skip = slots->total - (int64_t)run,
        .missed_newest = all ? own : slots->total - 1 + own, .missed_older = 1,
    };
}

bool job_is_missed(int64_t due_ms, int64_t now_ms) { return now_ms - due_ms > HOUR_MS; }

const char *job_kind(const When *when) {
    switch (when->kind) {
    case WHEN_INTERVAL:
    case WHEN_SPREAD: return "interval";
    case WHEN_CALENDAR: return when_is_interval(when) ? "interval" : "daily";
    case WHEN_WINDOW: return "daily";
    case WHEN_CRON: return "cron";
    case WHEN_DATE:
    case WHEN_TIME: return "at";
    case WHEN_DELAY: break;
    }
    return "in";
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool has_tag(Slice list, Slice tag) {
    for (size_t at = 0; at <= list.len; at++) {
        size_t start = at;
        while (at < list.len && list.ptr[at] != ',') at++;
        size_t end = at;
        while (start < end && is_blank(list.ptr[start])) start++;
        while (end > start && is_blank(list.ptr[end - 1])) end--;
        if (end > start && slice_eq(slice_make(list.ptr + start, end - start), tag)) return true;
    }
    return false;
}

bool job_tags_fit(const Slice *tags, size_t count, Slice device_tags) {
    for (size_t i = 0; i < count; i++)
        if (!has_tag(device_tags, tags[i])) return false;
    return true;
}
