/* engine_start.c - what a start stands for: a new load run, one that an earlier process left, or none. */
#include "base/id.h"
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdlib.h>
#include <unistd.h>

/* The unfinished load run with the same arguments, if an earlier process left one, goes on; so does everything else. */
static bool recover(Engine *engine, Err *err) {
    IdList open = { 0 };
    bool good = runs_open(store_reader(engine->store), slice_of(engine->job->path), engine_collect, &open, err);
    for (size_t i = 0; good && i < open.count; i++) {
        RunRow *row;
        if (!runs_find_id(store_reader(engine->store), open.ids[i], &row, err)) continue;
        bool is_load = slice_is(row->name, engine->main->name);
        bool same = is_load && slice_eq(row->input, engine->job->args) && (!engine->job->uid || slice_is(row->uid, engine->job->uid));
        if (same && !engine->continued) {
            engine->continued = true;
            engine->load_run = row->id;
            engine->load_uid = mem_copy(row->uid);
            if (memcmp(row->code, engine->main->hash, HASH_SIZE) != 0)
                engine->hooks.say(engine->hooks.context, "warn", "", "the file has changed since this run began; it goes on with the text it began with");
        }
        free(row);
    }
    free(open.ids);
    good = good && engine_begin_queued(engine, err);
    engine_arm_wake(engine);
    return good;
}

/* The named run is over, but not all that it began: that goes on, or still waits for a person's word. */
static void follow_up(Engine *engine, const RunRow *row, int exit_code) {
    Err err;
    bool same;
    engine->exit_code = exit_code;
    engine->load_run = row->id;
    engine->stage = STAGE_LIVING;
    if (!engine_tell_doubts(engine, &same, &err) || !engine_begin_queued(engine, &err)) engine->hooks.say(engine->hooks.context, "error", "", err.text);
    engine_arm_wake(engine);
}

/* --id names a run that has ended or waits for a person: it is told, and nothing begins. */
static bool known_uid(Engine *engine) {
    RunRow *row;
    Err err;
    if (!engine->job->uid || !runs_find(store_reader(engine->store), slice_of(engine->job->uid), &row, &err)) return false;
    bool done = row->state >= RUN_DONE, ended = done || row->state == RUN_PAUSED || row->state == RUN_DIVERGED;
    bool ours = slice_is(row->program, engine->job->path) && slice_is(row->name, engine->main->name);
    if (!ours) {
        err_set(&engine->broken, "exists", "--id %s is the name of a run of %.*s in %.*s; choose another one", engine->job->uid,
                (int)row->name.len, row->name.ptr, (int)row->program.len, row->program.ptr);
        engine_stop(engine, 1);
    } else if (ended) {
        char *error = row->error.ptr ? mem_copy(row->error) : NULL, *reason = mem_copy(row->reason);
        engine->hooks.report(engine->hooks.context, row, true, row->state, error, done ? "already ran" : reason);
        if (done) follow_up(engine, row, engine_exit_code(row->state, error));
        else engine_stop(engine, 1);
        free(error);
        free(reason);
    }
    ended = ended || !ours;
    free(row);
    return ended;
}

static bool begin_load(Engine *engine, Err *err) {
    char uid[ID_SIZE];
    uint64_t seed;
    const EngineJob *job = engine->job;
    id_new(engine->seam, uid);
    seam_random(engine->seam, &seed, sizeof seed);
    RunRow row = { .uid = slice_of(job->uid ? job->uid : uid), .program = slice_of(job->path), .name = slice_of(engine->main->name),
                   .engine = 1, .state = RUN_RUNNING, .seed = (int64_t)(seed >> 1), .cause = slice_of(job->cause), .input = job->args,
                   .created = seam_wall_ms(engine->seam) };
    memcpy(row.code, engine->main->hash, HASH_SIZE);
    engine->load_uid = mem_copy(row.uid);
    return run_start(engine->main, &row, err);
}

bool engine_load(Engine *engine, Err *err) {
    const EngineJob *job = engine->job;
    unsigned char hash[HASH_SIZE];
    hash_bytes(job->source, hash);
    engine->main = engine_add_program(engine, job->path, job->lua, job->modules, job->source, hash, job->cap_bytes, err);
    if (!engine->main) return false;
    if (job->for_ms) timer_start(engine->timers, &engine->deadline, seam_wall_ms(engine->seam) + job->for_ms);
    if (job->uid || access(engine->db_path, F_OK) == 0) {       /* a start with a name must be seen by the next one */
        bool in_doubt = false;
        if (!engine_store(engine, err)) return false;
        if (known_uid(engine)) return true;
        if (!engine_tell_doubts(engine, &in_doubt, err)) return false;
        if (in_doubt) {
            engine_stop(engine, 1);
            return true;
        }
        if (!recover(engine, err)) return false;
    }
    return engine->continued || begin_load(engine, err);
}
