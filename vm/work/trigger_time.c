/* Schedules: a slot becomes due, is decided on by job.h, and becomes a row. */
#include "base/hash.h"
#include "time/calendar.h"
#include "work/trigger.h"
#include <stdio.h>
#include <stdlib.h>

static SlotGrid grid_of(const Plan *plan) { return (SlotGrid){ &plan->when, plan->zone, plan->anchor, plan->seed }; }

static int64_t wall(const Plan *plan) { return seam_wall_ms(plan->job->sched->seam); }

static Overlap overlap_of(const Job *job) { return job_overlap(job->overlap_given, job->overlap, JOB_SLOT); }

/* The first slot that is not settled: what the database must not forget. */
static int64_t unsettled(const Plan *plan) { return plan->backlog_count ? plan->backlog[0].due_ms : plan->next; }

static void slot_uid(const Plan *plan, int64_t due_ms, Buf *out) {
    char at[CALENDAR_TEXT];
    calendar_format(due_ms, 0, at);
    buf_init(out);
    buf_printf(out, "%s@%.*sZ", plan->id, (int)(strlen(at) - 6), at);
}

static void slot_cause(const Plan *plan, const Slot *slot, Buf *out) {
    char at[CALENDAR_TEXT];
    calendar_format(slot->due_ms, zone_offset(plan->zone, slot->due_ms), at);
    buf_init(out);
    buf_printf(out, "schedule %s, due %s", plan->words, at);
    if (slot->missed > 1) buf_printf(out, ", and %lld before it", (long long)(slot->missed - 1));
}

/* One commit: the row of the slot, and the step of the schedule over it. */
static void write_slot(Plan *plan, const Slot *slot, RunState state, const char *reason) {
    Job *job = plan->job;
    Store *store = job->sched->store;
    Buf  uid, cause, input;
    slot_uid(plan, slot->due_ms, &uid);
    slot_cause(plan, slot, &cause);
    buf_init(&input);
    RunRow row = run_row(job, buf_text(&uid), buf_text(&cause), state);
    row.schedule = slice_of(plan->id);
    row.nominal = slot->due_ms;
    row.reason = slice_of(reason);
    if (slot->missed > 0) {
        buf_printf(&input, "{\"args\":[],\"kwargs\":{},\"missed\":%lld}", (long long)slot->missed);
        row.input = buf_slice(&input);
    }
    schedules_fire(store, slice_of(plan->id), slot->due_ms, unsettled(plan), &row, start_done, start_new(job, &row, 0));
    if (slot->due_ms < plan->last) schedules_set_next(store, slice_of(plan->id), unsettled(plan), 0);
    else plan->last = slot->due_ms;
    buf_drop(&uid);
    buf_drop(&cause);
    buf_drop(&input);
}

static void skip_slot(Plan *plan, const Slot *slot, const char *reason) {
    write_slot(plan, slot, RUN_SKIPPED, reason);
    job_note(plan->job, NULL, NULL, reason);
}

static void begin_slot(Plan *plan, const Slot *slot) {
    if (job_is_late(plan->job, slot->due_ms)) skip_slot(plan, slot, "expired");
    else if (job_take_turn(plan->job)) write_slot(plan, slot, RUN_QUEUED, NULL);
    else skip_slot(plan, slot, "limit");
}

static void push(Plan *plan, const Slot *slot) {
    plan->backlog = mem_resize(plan->backlog, (plan->backlog_count + 1) * sizeof *plan->backlog);
    plan->backlog[plan->backlog_count++] = *slot;
}

/* Waits behind the runs before it. Of slots that wait only because of an overlap the latest is kept. */
static void hold(Plan *plan, const Slot *slot) {
    Slot *tail = plan->backlog_count ? &plan->backlog[plan->backlog_count - 1] : NULL;
    if (tail && !tail->catch_up && !slot->catch_up) {
        Slot old = *tail;
        *tail = *slot;
        skip_slot(plan, &old, "overlap");
    } else push(plan, slot);
}

static size_t before_it(const Job *job) {
    size_t count = job_active(job);
    for (size_t i = 0; i < job->plan_count; i++) count += job->plans[i].backlog_count;
    return count;
}

static void settle(Plan *plan, const Slot *slot) {
    Job *job = plan->job;
    if (plan->paused || job->disabled) {
        skip_slot(plan, slot, plan->paused ? "paused" : "disabled");
        return;
    }
    Overlap overlap = overlap_of(job);
    JobMove move = job_move(slot->catch_up && overlap != OVERLAP_ALLOW ? OVERLAP_QUEUE : overlap, before_it(job), job_room(job));
    if (move == JOB_START && job_throttled(job)) move = JOB_HOLD;
    switch (move) {
    case JOB_START: begin_slot(plan, slot); break;
    case JOB_SKIP: skip_slot(plan, slot, "overlap"); break;
    case JOB_HOLD:
        hold(plan, slot);
        if (job_throttled(job)) job_look_at(job, job_throttled(job));
        break;
    case JOB_REPLACE:
        hold(plan, slot);
        job_cancel_running(job);
        break;
    }
}

bool time_start_waiting(Job *job) {
    Plan *first = NULL;
    for (size_t i = 0; i < job->plan_count && !job->paused; i++) {
        Plan *plan = &job->plans[i];
        if (plan->backlog_count && (!first || plan->backlog[0].due_ms < first->backlog[0].due_ms)) first = plan;
    }
    if (!first) return false;
    if (job_throttled(job)) {
        job_look_at(job, job_throttled(job));
        return false;
    }
    Slot slot = first->backlog[0];
    memmove(first->backlog, first->backlog + 1, --first->backlog_count * sizeof slot);
    begin_slot(first, &slot);
    return true;
}

static void due(Timer *timer);

/* How much later than planned its next slot begins. */
static int64_t delay(const Plan *plan) {
    const Job *job = plan->job;
    unsigned char hash[HASH_LONG_SIZE];
    uint64_t chance;
    int64_t  slot = job->jitter_fresh ? plan->next : 0;
    if (!job->jitter_ms) return 0;
    hash_long(slice_make(&plan->seed, sizeof plan->seed), slice_make(&slot, sizeof slot), hash);
    memcpy(&chance, hash, sizeof chance);
    return (int64_t)(chance % (uint64_t)(job->jitter_ms + 1));
}

static void arm(Plan *plan) {
    Timers *timers = plan->job->sched->timers;
    if (plan->next && !plan->job->sched->closing) timer_start(timers, &plan->timer, plan->next + delay(plan));
    else timer_stop(timers, &plan->timer);
}

/* In a random window whose drawn time was missed: a time in what is left of it, 0 if nothing is. */
static int64_t draw_again(const Plan *plan, int64_t now_ms) {
    SlotGrid grid = grid_of(plan);
    if (plan->when.kind != WHEN_WINDOW || plan->when.count != 1) return 0;
    int64_t planned = slots_next(&grid, now_ms);
    grid.anchor_ms = now_ms;
    int64_t drawn = slots_next(&grid, now_ms);
    return drawn && (!planned || drawn < planned) ? drawn : 0;
}

static void settle_due(Plan *plan, int64_t now_ms, bool late) {
    DueSlots slots;
    SlotGrid grid = grid_of(plan);
    const Job *job = plan->job;
    MissedRule rule = job_missed_rule(job->missed, job->within_ms, &plan->when);
    plan->next = slots_due(&grid, plan->next, now_ms, &slots);
    CatchUp up = job_catch_up(&rule, &slots, now_ms, late);
    size_t  first = slots.count - up.run;
    bool    in_turn = rule.policy == MISSED_ALL && (up.run > 1 || !late);
    int64_t after = plan->next;
    if (up.skip > 0) {
        Slot left_out = { .due_ms = slots.recent[first - 1], .missed = up.skip };
        if (up.run) plan->next = slots.recent[first];
        skip_slot(plan, &left_out, "missed");
    }
    for (size_t i = first; i < slots.count; i++) {          /* `next` is the slot behind: a crash forgets none */
        bool newest = i + 1 == slots.count;
        Slot slot = { .due_ms = slots.recent[i], .missed = newest ? up.missed_newest : up.missed_older, .catch_up = in_turn };
        plan->next = newest ? after : slots.recent[i + 1];
        settle(plan, &slot);
    }
    plan->next = after;
}

static void catch_up(Plan *plan, int64_t now_ms, bool late) {
    Sched  *sched = plan->job->sched;
    int64_t again = late ? 0 : draw_again(plan, now_ms);
    if (again) {
        plan->next = again;
        schedules_set_next(sched->store, slice_of(plan->id), again, 0);
    } else {
        settle_due(plan, now_ms, late);
    }
    arm(plan);
}

static void due(Timer *timer) {
    Plan   *plan = timer->context;
    int64_t now = wall(plan) - delay(plan);
    if (plan->job->paused) return;
    if (plan->next > now) {
        arm(plan);
        return;
    }
    catch_up(plan, now, !job_is_missed(plan->next, now));
    sched_tell(plan->job->sched);
}

static void declare(Plan *plan) {
    const Job *job = plan->job;
    schedules_declare(job->sched->store, &(ScheduleRow){
        .id = slice_of(plan->id), .name = slice_of(job->name), .program = slice_of(job->sched->program), .spec = slice_of(plan->spec),
        .tz = plan->tz, .overlap = (int)overlap_of(job), .catchup = (int)job->missed, .anchor = plan->anchor, .next = plan->next });
}

/* The first enabling, or other words than before: the grid starts now. */
static void plan_anew(Plan *plan, int64_t now_ms) {
    plan->anchor = now_ms;
    SlotGrid grid = grid_of(plan);
    plan->next = slots_next(&grid, now_ms);
    if (!plan->next) sched_say(plan->job->sched, "warn", plan->job, "'%s' lies in the past: it never begins", plan->words);
}

/* A time that the clock cannot have planned was planned before it was set back. */
static bool clock_went_back(Plan *plan, int64_t now_ms) {
    SlotGrid grid = grid_of(plan);
    if (plan->anchor > now_ms) grid.anchor_ms = now_ms;
    int64_t fresh = slots_next(&grid, now_ms);
    if (!fresh || !plan->next || fresh >= plan->next || (plan->when.kind == WHEN_SPREAD && plan->anchor <= now_ms)) return false;
    plan->anchor = grid.anchor_ms;
    plan->next = fresh;
    return true;
}

static bool same_words(const Plan *plan, const ScheduleRow *row) {
    return slice_is(row->spec, plan->spec) && slice_eq(row->tz, plan->tz) && row->anchor;
}

void time_begin(Plan *plan, const ScheduleRow *row) {
    Sched  *sched = plan->job->sched;
    int64_t now = wall(plan);
    timer_init(&plan->timer, due, plan);
    plan->timer.rank = plan->job->priority;
    if (row && row->paused) plan->paused = true;
    if (row) plan->last = row->last;
    if (!row || !same_words(plan, row)) {
        plan_anew(plan, now);
        declare(plan);
        if (row) schedules_set_next(sched->store, slice_of(plan->id), plan->next, plan->anchor);
        arm(plan);
        return;
    }
    plan->anchor = row->anchor;
    plan->next = row->next;
    declare(plan);
    SlotGrid grid = grid_of(plan);
    bool over = when_is_single(&plan->when) && row->last;
    if (!plan->next && !over) plan->next = slots_next(&grid, now);
    if (plan->next && (clock_went_back(plan, now) || !row->next)) schedules_set_next(sched->store, slice_of(plan->id), plan->next, plan->anchor);
    if (plan->next && plan->next + delay(plan) <= now && !plan->job->paused) catch_up(plan, now - delay(plan), false);
    else arm(plan);
}

void time_resume(Plan *plan) {
    int64_t now = wall(plan);
    if (plan->next && plan->next + delay(plan) <= now) catch_up(plan, now - delay(plan), false);
    else arm(plan);
}

void time_clock_back(Plan *plan) {
    if (!plan->id || !plan->anchor || !clock_went_back(plan, wall(plan))) return;
    schedules_set_next(plan->job->sched->store, slice_of(plan->id), unsettled(plan), plan->anchor);
    arm(plan);
}

void time_clock_set(Plan *plan) {
    if (!plan->id || !plan->anchor) return;
    plan_anew(plan, wall(plan));
    plan->backlog_count = 0;
    schedules_set_next(plan->job->sched->store, slice_of(plan->id), plan->next, plan->anchor);
    arm(plan);
}
