#include "work/replay.h"
#include <stdlib.h>

static size_t hash_path(Slice path) {
    size_t h = 1469598103934665603u;    /* FNV-1a, 64 bits */
    for (size_t i = 0; i < path.len; i++) h = (h ^ (unsigned char)path.ptr[i]) * 1099511628211u;
    return h;
}

static bool is_clock(const JournalRow *row) { return row->kind == ENTRY_CLOCK; }

/* Something that is delivered: a result, or a person's word. */
static bool is_delivered(const JournalRow *row) { return row->kind == ENTRY_RESULT || row->kind == ENTRY_CANCEL; }

/* A row that nobody waits for any more is held by the replay itself. */
static bool is_gone(const Replay *replay, size_t at) { return replay->holders && replay->holders[at] == replay; }

static void build_index(Replay *replay) {
    size_t size = 16;
    while (size < replay->count * 2) size *= 2;
    replay->index = mem_new(size * sizeof *replay->index);
    replay->mask = size - 1;
    for (size_t i = 0; i < replay->count; i++) {
        if (is_clock(&replay->rows[i])) continue;
        size_t at = hash_path(replay->rows[i].path) & replay->mask;
        while (replay->index[at] && !slice_eq(replay->rows[replay->index[at] - 1].path, replay->rows[i].path))
            at = (at + 1) & replay->mask;
        replay->index[at] = (uint32_t)i + 1;            /* the last row of a path wins: a result over its intent */
    }
}

static size_t find(Replay *replay, Slice path) {
    if (!replay->count) return SIZE_MAX;
    if (!replay->index) build_index(replay);
    for (size_t at = hash_path(path) & replay->mask; replay->index[at]; at = (at + 1) & replay->mask)
        if (slice_eq(replay->rows[replay->index[at] - 1].path, path)) return replay->index[at] - 1;
    return SIZE_MAX;
}

/* The clock is read beside the order of deliveries. */
static void skip_clocks(Replay *replay) {
    while (replay->reached < replay->count && is_clock(&replay->rows[replay->reached])) replay->reached++;
}

/* What is begun is not delivered: it is passed when more is delivered behind it, or when it has been seen. */
static bool is_passed(const Replay *replay, size_t at) {
    const JournalRow *row = &replay->rows[at];
    if (is_clock(row)) return true;
    if (is_delivered(row)) return is_gone(replay, at);
    return at < replay->last_result || at < replay->opened;
}

static void skip_passed(Replay *replay) {
    while (replay->reached < replay->count && is_passed(replay, replay->reached)) replay->reached++;
}

/* The row that the next call in recorded order would get; SIZE_MAX when it is not this path. */
static size_t guess(Replay *replay, Slice path) {
    skip_clocks(replay);
    size_t at = replay->reached;
    if (at >= replay->count || !slice_eq(replay->rows[at].path, path)) return SIZE_MAX;
    if (replay->rows[at].kind == ENTRY_RESULT) return at;
    size_t next = at + 1;
    while (next < replay->count && is_clock(&replay->rows[next])) next++;
    if (next < replay->count && replay->rows[next].kind == ENTRY_RESULT && slice_eq(replay->rows[next].path, path)) return next;
    return SIZE_MAX;
}

void replay_init(Replay *replay, const JournalRow *rows, size_t count) {
    *replay = (Replay){ .rows = rows, .count = count, .clock_end = count };
    while (replay->clock_end > 0 && !is_clock(&rows[replay->clock_end - 1])) replay->clock_end--;
    replay->last_result = count;
    while (replay->last_result > 0 && !is_delivered(&rows[replay->last_result - 1])) replay->last_result--;
    skip_clocks(replay);
}

void replay_drop(Replay *replay) {
    free(replay->index);
    free(replay->holders);
    *replay = (Replay){ 0 };
}

static bool same_arguments(const JournalRow *row, const unsigned char *ahash) {
    return !ahash || memcmp(row->ahash, ahash, HASH_SIZE) == 0;
}

static ReplayVerdict verdict_of(const JournalRow *row) {
    if (row->kind == ENTRY_RESULT) return REPLAY_RECORDED;
    return row->kind == ENTRY_RETRY ? REPLAY_AGAIN : REPLAY_OPEN;
}

ReplayAnswer replay_ask(Replay *replay, Slice path, Slice name, const unsigned char *ahash) {
    size_t at = guess(replay, path);
    if (at == SIZE_MAX) at = find(replay, path);
    if (at == SIZE_MAX) return (ReplayAnswer){ REPLAY_LIVE, NULL };
    const JournalRow *row = &replay->rows[at];
    if (!slice_eq(row->name, name) || !same_arguments(row, ahash)) return (ReplayAnswer){ REPLAY_DIVERGED, row };
    if (at >= replay->reached) replay->reached = at + 1;
    skip_clocks(replay);
    return (ReplayAnswer){ verdict_of(row), row };
}

ReplayAnswer replay_look(Replay *replay, Slice path, Slice name, const unsigned char *ahash) {
    size_t at = find(replay, path);
    if (at == SIZE_MAX) return (ReplayAnswer){ REPLAY_LIVE, NULL };
    const JournalRow *row = &replay->rows[at];
    if (!slice_eq(row->name, name) || !same_arguments(row, ahash)) return (ReplayAnswer){ REPLAY_DIVERGED, row };
    return (ReplayAnswer){ verdict_of(row), row };
}

static size_t place_of(const Replay *replay, const JournalRow *row) { return (size_t)(row - replay->rows); }

bool replay_is_next(Replay *replay, const JournalRow *row) {
    skip_passed(replay);
    return replay->reached == place_of(replay, row);
}

void replay_hold(Replay *replay, const JournalRow *row, void *holder) {
    if (!replay->holders) replay->holders = mem_new(replay->count * sizeof *replay->holders);
    replay->holders[place_of(replay, row)] = holder;
}

void replay_let_go(Replay *replay, const JournalRow *row) {
    replay_hold(replay, row, replay);
    skip_passed(replay);
}

void replay_opened(Replay *replay, const JournalRow *row) {
    size_t at = place_of(replay, row);
    if (at >= replay->opened) replay->opened = at + 1;
    skip_passed(replay);
}

/* Inside a scope that will not be entered again, because what came of it is recorded. */
static bool is_inside_recorded(Replay *replay, Slice path) {
    while (path.len > 1) {
        path.len--;
        if (path.ptr[path.len] != '/' && path.ptr[path.len] != '.') continue;
        size_t at = find(replay, path);
        if (at != SIZE_MAX && replay->rows[at].kind == ENTRY_RESULT) return true;
    }
    return false;
}

ReplayNext replay_next(Replay *replay, const JournalRow **row, void **holder) {
    for (skip_passed(replay); replay->reached < replay->count; skip_passed(replay)) {
        *row = &replay->rows[replay->reached];
        *holder = replay->holders ? replay->holders[replay->reached] : NULL;
        if (!*holder && !is_inside_recorded(replay, (*row)->path)) return REPLAY_STUCK;
        replay->reached++;
        if (*holder) return REPLAY_TURN;
    }
    return REPLAY_OVER;
}

const JournalRow *replay_first(const Replay *replay, EntryKind kind) {
    for (size_t i = 0; i < replay->count; i++)
        if (replay->rows[i].kind == kind) return &replay->rows[i];
    return NULL;
}

bool replay_is_over(const Replay *replay) { return replay->reached >= replay->count; }

bool replay_clock(Replay *replay, Slice path, int reading, int64_t *ms) {
    while (replay->next_clock < replay->clock_end && !is_clock(&replay->rows[replay->next_clock])) replay->next_clock++;
    for (size_t at = replay->next_clock; at < replay->clock_end; at++) {
        const JournalRow *row = &replay->rows[at];
        if (!is_clock(row) || !slice_eq(row->path, path) || row->line < reading) continue;     /* of a scope that was not entered */
        if (row->line > reading) return false;
        *ms = row->t;
        replay->next_clock = at + 1;
        return true;
    }
    return false;
}

int64_t replay_top_calls(const Replay *replay) {
    int64_t top = 0;
    for (size_t i = 0; i < replay->count; i++) {
        Slice path = replay->rows[i].path;
        if (is_clock(&replay->rows[i]) || path.len < 2 || memchr(path.ptr + 1, '/', path.len - 1)) continue;
        int64_t n = 0;
        for (size_t j = 1; j < path.len && path.ptr[j] >= '0' && path.ptr[j] <= '9'; j++) n = n * 10 + (path.ptr[j] - '0');
        if (n > top) top = n;
    }
    return top;
}
