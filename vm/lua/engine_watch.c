#include "lua/engine_watch.h"
#include "lua/engine_parts.h"
#include "lua/run.h"
#include "store/asks.h"
#include "work/row_watch.h"
#include <stdlib.h>

enum { SOON_MS = 1000 };                /* a program that ends sooner is not watched */

struct Watch {
    Engine   *engine;                   /* NULL: closed */
    RowWatch *rows;
    uv_timer_t soon;
    Ear      *ears, *next_ear;          /* next_ear: whose turn it is while all look */
    bool      begun, held, looking, gone_timer, gone_rows;
};

static void let_go(struct Watch *watch) {
    if (watch->gone_timer && watch->gone_rows) free(watch);
}

static void timer_gone(uv_handle_t *handle) {
    struct Watch *watch = handle->data;
    watch->gone_timer = true;
    let_go(watch);
}

static void rows_gone(void *context) {
    struct Watch *watch = context;
    watch->gone_rows = true;
    let_go(watch);
}

/* ------------------------------------------------------------------ looking */
static void end_run(Engine *engine, int64_t id) {
    Run *run = engine_run(engine, id);
    if (run) run_cancel(run, run_end_reason(run));
    else engine_begin(engine, id);      /* it is told when it goes on */
}

static void end_those_asked(Engine *engine) {
    IdList ids = { 0 };
    Err err;
    if (!asks_cancelled(store_reader(engine->store), slice_of(engine->job->path), engine_collect, &ids, &err))
        engine->hooks.say(engine->hooks.context, "error", "", err.text);
    for (size_t i = 0; i < ids.count; i++) end_run(engine, ids.ids[i]);
    free(ids.ids);
}

static void wake_those_due(Engine *engine) {
    int64_t wake = 0;
    Err err;
    if (!runs_next_wake(store_reader(engine->store), slice_of(engine->job->path), INT64_MAX, &wake, &err)) return;
    if (wake && wake <= seam_wall_ms(engine->seam)) engine_wake_due(&engine->wake);
}

static void look(void *context) {
    struct Watch *watch = context;
    Engine *engine = watch->engine;
    if (!engine || !engine->store || watch->looking || engine->stage == STAGE_STOPPED) return;
    watch->looking = true;
    for (Ear *ear = watch->ears; ear; ear = watch->next_ear) {
        watch->next_ear = ear->next;
        ear->look(ear);
    }
    end_those_asked(engine);
    wake_those_due(engine);
    watch->looking = false;
}

void engine_watch_look(Engine *engine) {
    if (engine->watch) look(engine->watch);
}

/* ------------------------------------------------------------------ its life */
static void begin(struct Watch *watch) {
    if (watch->begun) return;
    watch->begun = true;
    row_watch_begin(watch->rows);
}

static void soon(uv_timer_t *timer) { begin(timer->data); }

void engine_watch_open(Engine *engine) {
    struct Watch *watch = engine->watch = mem_new(sizeof *watch);
    Buf log = { 0 };
    watch->engine = engine;
    buf_printf(&log, "%s-wal", engine->db_path);
    watch->rows = row_watch_new(engine->loop, buf_text(&log), look, rows_gone, watch);
    buf_drop(&log);
    uv_timer_init(engine->loop, &watch->soon);
    watch->soon.data = watch;
    uv_timer_start(&watch->soon, soon, SOON_MS, 0);
    uv_unref((uv_handle_t *)&watch->soon);
}

void engine_watch_close(Engine *engine) {
    struct Watch *watch = engine->watch;
    if (!watch) return;
    engine->watch = NULL;
    watch->engine = NULL;
    uv_close((uv_handle_t *)&watch->soon, timer_gone);
    row_watch_free(watch->rows);
}

void engine_watch_hold(Engine *engine, bool hold) {
    struct Watch *watch = engine->watch;
    if (!watch || watch->held == hold) return;
    if (hold) begin(watch);
    watch->held = hold;
    row_watch_hold(watch->rows, hold);
}

/* ------------------------------------------------------------------ ears */
void engine_watch_listen(Ear *ear, Engine *engine, void (*heard)(Ear *ear)) {
    struct Watch *watch = engine->watch;
    ear->watch = watch;
    ear->look = heard;
    ear->next = watch->ears;
    ear->link = &watch->ears;
    if (ear->next) ear->next->link = &ear->next;
    watch->ears = ear;
    begin(watch);
}

void engine_watch_deafen(Ear *ear) {
    if (!ear->link) return;
    if (ear->watch->next_ear == ear) ear->watch->next_ear = ear->next;
    *ear->link = ear->next;
    if (ear->next) ear->next->link = ear->link;
    ear->link = NULL;
    ear->next = NULL;
}

/* ------------------------------------------------------------------ what is waited for */
Expects engine_expects(Engine *engine) {
    bool letter = false, answer = false;
    Err err;
    if (engine->store && !asks_expected(store_reader(engine->store), slice_of(engine->job->path), &letter, &answer, &err))
        engine->hooks.say(engine->hooks.context, "error", "", err.text);
    return answer ? EXPECTS_ANSWER : letter ? EXPECTS_LETTER : EXPECTS_NOTHING;
}
