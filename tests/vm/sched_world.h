/* sched_world.h - a scheduler with a real database and a clock that is advanced by hand; for sched_*_test.c.
 *
 *     World *w = world_new("/srv/report.aios", MONDAY_8);
 *     add(w, (JobSpec){ .name = slice_of("a"), SCHEDULES("every 5m") });
 *     begin(w);
 *     advance(w, HOUR);
 *     assert_int_equal(w->count, 12);
 *     world_free(w);
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "store/jobs.h"
#include "store/schedules.h"
#include "store/store.h"
#include "store/triggers.h"
#include "work/sched.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MONDAY_8 1772438400000LL                        /* 2026-03-02T08:00:00Z */
#define SCHEDULES(...) .schedules = (const Slice[]){ __VA_ARGS__ }, .schedule_count = COUNT(((const Slice[]){ __VA_ARGS__ }))
#define TRIGGERS(...) .triggers = (const Slice[]){ __VA_ARGS__ }, .trigger_count = COUNT(((const Slice[]){ __VA_ARGS__ }))
#define TAGS(...) .tags = (const Slice[]){ __VA_ARGS__ }, .tag_count = COUNT(((const Slice[]){ __VA_ARGS__ }))
#define S(text) { text, sizeof(text) - 1 }

enum { RUNS_MOST = 2000, HOLD = -1 };

typedef struct World World;

typedef struct {
    World  *world;
    int64_t id, began;
    char    name[40], uid[120];
    Timer   end;
    bool    over;
} Run;

struct World {
    uv_loop_t loop;
    int64_t   wall, mono_us;
    uint64_t  chance;
    Seam      seam;
    Timers   *timers;
    Store    *store;
    Sched    *sched;
    const char *program;
    char      dir[40], path[60];
    bool      frozen, settled, real;
    int64_t   length_ms;                /* of every run: 0 ends at once, HOLD: until finish() */
    RunState  ends_as;
    Run      *runs;
    size_t    count;
    int       cancels, changes;
    Buf       said;
    const char *free_on;                /* the hook that frees the scheduler */
    SchedTruth truth;                   /* of every condition */
    int       asked, until_asked;
    size_t    idlers;                   /* runs begun by `when idle` that are at work */
    int       parked, released;         /* how often they were told to */
    bool      at_work;                  /* another run is doing something */
};

static inline int64_t world_wall(void *ctx) { return ((World *)ctx)->wall; }
static inline int64_t world_mono(void *ctx) { return ((World *)ctx)->mono_us; }
static inline void world_random(void *ctx, void *out, size_t len) {
    World *w = ctx;
    for (size_t i = 0; i < len; i++) {
        w->chance = w->chance * 6364136223846793005u + 1442695040888963407u;
        ((unsigned char *)out)[i] = (unsigned char)(w->chance >> 56);
    }
}
static inline bool world_idle(void *ctx) {
    World *w = ctx;
    return !w->frozen && !(w->sched && sched_is_writing(w->sched));
}
static inline void world_jump(void *ctx, int64_t to_ms) {
    World *w = ctx;
    w->mono_us += (to_ms - w->wall) * 1000;
    w->wall = to_ms;
}

static inline void finish_run(Run *run, RunState state) {
    World *w = run->world;
    if (run->over) return;
    run->over = true;
    timer_stop(w->timers, &run->end);
    runs_set_state(w->store, run->id, &(RunChange){ .state = state, .finished = w->wall });
    sched_run_ended(w->sched, slice_of(run->name), run->id, state);
}

static inline void run_time_over(Timer *timer) { finish_run(timer->context, ((Run *)timer->context)->world->ends_as); }

static inline void maybe_free(World *w, const char *hook) {
    if (!w->free_on || strcmp(w->free_on, hook) != 0 || !w->sched) return;
    sched_free(w->sched);
    w->sched = NULL;
}

static inline void on_start(void *ctx, int64_t id) {
    World  *w = ctx;
    RunRow *row;
    Err     err;
    assert_true(w->count < RUNS_MOST);
    if (!runs_find_id(store_reader(w->store), id, &row, &err)) fail_msg("a run began that is not written: %s", err.text);
    Run *run = &w->runs[w->count++];
    *run = (Run){ .world = w, .id = id, .began = w->wall };
    snprintf(run->name, sizeof run->name, "%.*s", (int)row->name.len, row->name.ptr);
    snprintf(run->uid, sizeof run->uid, "%.*s", (int)row->uid.len, row->uid.ptr);
    free(row);
    timer_init(&run->end, run_time_over, run);
    maybe_free(w, "start");
    if (!w->sched) return;
    if (w->length_ms == 0) finish_run(run, w->ends_as);
    else if (w->length_ms > 0) timer_start(w->timers, &run->end, w->wall + w->length_ms);
}

static inline void on_cancel(void *ctx, int64_t id) {
    World *w = ctx;
    w->cancels++;
    for (size_t i = 0; i < w->count; i++)
        if (w->runs[i].id == id) finish_run(&w->runs[i], RUN_CANCELLED);
}

static inline void on_say(void *ctx, const char *level, const char *job, const char *text) {
    World *w = ctx;
    buf_printf(&w->said, "%s %s: %s\n", level, job, text);
    maybe_free(w, "say");
}

static inline void on_failed(void *ctx) { ((World *)ctx)->frozen = true; }

static inline void on_changed(void *ctx) {
    ((World *)ctx)->changes++;
    maybe_free(ctx, "changed");
}

static inline void on_ask(void *ctx, const char *job, size_t nth, bool until) {
    World *w = ctx;
    w->asked++;
    w->until_asked += until;
    sched_answer(w->sched, slice_of(job), nth, w->truth, "nobody knows");
}

static inline size_t on_idlers(void *ctx, const char *job, IdlersMove move) {
    World *w = ctx;
    (void)job;
    w->parked += move == IDLERS_PARK;
    w->released += move == IDLERS_RELEASE && w->idlers;
    return w->idlers;
}

static inline bool on_at_work(void *ctx) { return ((World *)ctx)->at_work; }

static inline void on_broken(void *ctx, const Err *err) {
    (void)ctx;
    fail_msg("the store broke: %s", err->text);
}

static inline void open_world(World *w) {
    Err err;
    StoreHooks store_hooks = { .on_broken = on_broken };
    SchedHooks hooks = { w, on_start, on_cancel, on_say, on_failed, on_changed, on_ask, on_idlers, on_at_work };
    SchedProgram program = { .program = slice_of(w->program), .code = { 1 }, .load_run = 77 };
    if (!store_open(&w->store, &w->loop, &w->seam, w->path, &store_hooks, &err)) fail_msg("%s", err.text);
    w->sched = sched_new(w->timers, &w->seam, w->store, &program, &hooks);
}

static inline void close_world(World *w) {
    Err err;
    for (size_t i = 0; i < w->count; i++) timer_stop(w->timers, &w->runs[i].end);
    sched_free(w->sched);
    w->sched = NULL;
    if (!store_close(w->store, &err)) fail_msg("%s", err.text);
    w->frozen = true;
    for (int i = 0; i < 3; i++) uv_run(&w->loop, UV_RUN_NOWAIT);
    w->frozen = false;
}

static inline World *world_at(const char *program, int64_t wall, bool real) {
    World *w = mem_new(sizeof *w);
    *w = (World){ .wall = wall, .mono_us = 5000000, .chance = 1, .program = program, .ends_as = RUN_DONE, .real = real };
    w->runs = mem_new(RUNS_MOST * sizeof *w->runs);
    w->seam = real ? *seam_real() : (Seam){ w, world_wall, world_mono, world_random };
    buf_init(&w->said);
    strcpy(w->dir, "/tmp/sched.XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/a.db", w->dir);
    setenv("TZ", "UTC", 1);
    uv_loop_init(&w->loop);
    w->timers = timers_new(&w->loop, &w->seam, real ? NULL : &(TimerJump){ .context = w, .is_idle = world_idle, .jump = world_jump });
    open_world(w);
    return w;
}

static inline World *world_new(const char *program, int64_t wall) { return world_at(program, wall, false); }

static inline void world_free(World *w) {
    close_world(w);
    timers_free(w->timers);
    uv_run(&w->loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&w->loop), 0);
    unlink(w->path);
    rmdir(w->dir);
    buf_drop(&w->said);
    free(w->runs);
    free(w);
}

static inline void add(World *w, JobSpec spec) {
    Err err;
    if (!sched_add(w->sched, &spec, &err)) fail_msg("%s", err.text);
}

static inline void synced(void *ctx, const Err *err) {
    assert_null(err);
    ((World *)ctx)->settled = true;
}

/* Everything that is queued is written and answered; the clock stands still. */
static inline void settle(World *w) {
    w->frozen = true;
    do {
        w->settled = false;
        store_sync(w->store, synced, w);
        while (!w->settled) uv_run(&w->loop, UV_RUN_ONCE);
    } while (w->sched && sched_is_writing(w->sched));
    w->frozen = false;
}

static inline void begin(World *w) {
    sched_begin(w->sched);
    settle(w);
}

static inline void time_is_over(Timer *timer) { uv_stop(timer->context); }

static inline void advance(World *w, int64_t ms) {
    Timer stop;
    timer_init(&stop, time_is_over, &w->loop);
    timer_start(w->timers, &stop, w->wall + ms);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    settle(w);
}

/* Another process on the same database, `away_ms` later. The runs of the old one are gone. */
static inline void restart(World *w, int64_t away_ms) {
    close_world(w);
    world_jump(w, w->wall + away_ms);
    w->count = 0;
    open_world(w);
}

static inline void finish(World *w, size_t i, RunState state) {
    finish_run(&w->runs[i], state);
    settle(w);
}

/* A row as a stranger writes it: job, args, kwargs (NULL: SQL's), seconds ago (0: no time). */
typedef struct {
    DbJob       base;
    const char *job, *args, *kwargs;
    double      created;
} Insert;

static inline bool insert_run(Db *db, void *ctx, Err *err) {
    Insert *in = ctx;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO triggers(job_name, args, kwargs, created) VALUES($1, $2, $3, $4)", &s, err)) return false;
    db_bind_text(s, 1, slice_of(in->job));
    db_bind_text(s, 2, slice_of(in->args));
    db_bind_text(s, 3, slice_of(in->kwargs));
    if (in->created > 0) db_bind_real(s, 4, in->created);
    else db_bind_null(s, 4);
    return db_finish(s, err);
}

static inline void trigger(World *w, const char *job, const char *args, const char *kwargs, double seconds_ago) {
    Insert in = { .job = job, .args = args, .kwargs = kwargs, .created = seconds_ago < 0 ? 0 : (double)seam_wall_ms(&w->seam) / 1000 - seconds_ago };
    Err    err;
    in.base = (DbJob){ .run = insert_run, .ctx = &in };
    if (!store_write_now(w->store, &in.base, &err)) fail_msg("%s", err.text);
}

static inline void look(World *w) {
    sched_look(w->sched);
    settle(w);
}
