#include "lua/engine_parts.h"
#include "lua/run.h"
#include "store/code.h"
#include <malloc.h>
#include <stdlib.h>

enum { LEAVERS_A_COLLECTION = 512 };

/* ------------------------------------------------------------------ which program a run belongs to */
Program *engine_add_program(Engine *engine, const char *path, Slice lua, Slice modules, Slice source,
                            const unsigned char hash[HASH_SIZE], size_t cap, Err *err) {
    Program *program = program_open(engine, path, lua, modules, source, hash, cap, err);
    if (!program) return NULL;
    program->next = engine->programs;
    engine->programs = program;
    return program;
}

Program *engine_program_for(Engine *engine, const RunRow *row, Err *err) {
    for (Program *program = engine->programs; program; program = program->next)
        if (memcmp(program->hash, row->code, HASH_SIZE) == 0) return program;
    char *source;
    size_t size;
    if (!code_get(store_reader(engine->store), row->code, &source, &size, err)) return NULL;
    Buf lua = { 0 }, modules = { 0 };
    Program *program = NULL;
    if (engine->hooks.version(engine->hooks.context, engine->job->path, slice_make(source, size), &lua, &modules, err))
        program = engine_add_program(engine, engine->job->path, buf_slice(&lua), buf_slice(&modules), slice_make(source, size), row->code,
                              engine->job->cap_bytes, err);
    buf_drop(&lua);
    buf_drop(&modules);
    free(source);
    return program;
}

static void resume_row(Engine *engine, const RunRow *row) {
    Err err;
    Program *program = engine_program_for(engine, row, &err);
    bool is_load = slice_is(row->name, engine->main->name);
    if (program && is_load && engine_is_load(engine, row)) engine->main = program;     /* it may be of an older text */
    if (program && engine->sched && !is_load) sched_run_began(engine->sched, row->name, row->id);
    if (program && run_resume(program, engine->store, row, &err)) return;
    Buf text = { 0 };
    buf_printf(&text, "cannot continue the run: %s", err.text);
    runs_set_state(engine->store, row->id, &(RunChange){ .state = RUN_PAUSED, .reason = buf_slice(&text) });
    engine->hooks.report(engine->hooks.context, row, is_load, RUN_PAUSED, NULL, buf_text(&text));
    engine->exit_code = 1;
    buf_drop(&text);
}

/* A run whose load run is still at work, or in doubt, waits for its end: the record it must follow is not whole yet. */
static bool is_early(const Engine *engine, const RunRow *row) {
    RunRow *load;
    Err ignored;
    if (!row->parent || program_has_load(engine->main, row->parent) || !runs_find_id(store_reader(engine->store), row->parent, &load, &ignored)) return false;
    bool early = load->state < RUN_DONE;
    free(load);
    return early;
}

void engine_resume_id(void *context, int64_t run_id) {
    Engine *engine = context;
    RunRow *row;
    Err err;
    if (engine->stage == STAGE_STOPPED || engine_is_taken(engine, run_id)) return;
    if (!runs_find_id(store_reader(engine->store), run_id, &row, &err)) {
        engine->hooks.say(engine->hooks.context, "error", "", err.text);
        return;
    }
    if (row->state < RUN_DONE && !is_early(engine, row)) resume_row(engine, row);
    free(row);
}

/* ------------------------------------------------------------------ sleepers */
void engine_add_id(IdList *list, int64_t id) {
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->ids = mem_resize(list->ids, list->cap * sizeof *list->ids);
    }
    list->ids[list->count++] = id;
}

bool engine_collect(void *list, const RunRow *row) {
    engine_add_id(list, row->id);
    return true;
}

bool engine_is_hasty(const Engine *engine) { return engine->job->until_idle || engine->job->once; }

static void arm(void *context, const Err *failed) {
    Engine *engine = context;
    int64_t wake = 0, now = seam_wall_ms(engine->seam);
    Err err;
    engine->starting--;
    if (failed || engine->stage == STAGE_STOPPED) return;
    if (runs_next_wake(store_reader(engine->store), slice_of(engine->job->path), engine_is_hasty(engine) ? now : INT64_MAX, &wake, &err) && wake)
        timer_start(engine->timers, &engine->wake, wake);
    else timer_stop(engine->timers, &engine->wake);
    engine_check_done(engine);
}

/* Not at once: the reader would still see those as sleeping that have just been woken. */
void engine_arm_wake(Engine *engine) {
    if (!engine->store || engine->stage == STAGE_STOPPED) return;
    engine->starting++;
    store_sync(engine->store, arm, engine);
}

void engine_wake_due(Timer *timer) {
    Engine *engine = timer->context;
    IdList due = { 0 };
    Err err;
    if (runs_due(store_reader(engine->store), slice_of(engine->job->path), seam_wall_ms(engine->seam), engine_collect, &due, &err))
        for (size_t i = 0; i < due.count && !engine_is_crowded(engine); i++) engine_resume_id(engine, due.ids[i]);
    free(due.ids);
    engine_arm_wake(engine);                     /* for those left out too */
}

/* Runs that have left memory leave garbage that nobody would collect before the next one wakes. */
static void give_memory_back(Engine *engine) {
    for (Program *program = engine->programs; program; program = program->next) lua_gc(program->vm.L, LUA_GCCOLLECT);
    lua_gc(engine->host->L, LUA_GCCOLLECT);
    malloc_trim(0);
}

void engine_run_sleeps(Engine *engine, int64_t wake_ms) {
    if (++engine->left_memory % LEAVERS_A_COLLECTION == 0 || !engine_runs_in_memory(engine)) give_memory_back(engine);
    if (!engine->wake.place || wake_ms < engine->wake.due_ms) timer_start(engine->timers, &engine->wake, wake_ms);
    engine_begin_waiting(engine);
}
