/* engine_begin.c - runs that may begin: at once, or as soon as those on their way out of memory have left it.
 *
 * A run that goes to sleep keeps its fiber until its row is durable. A thousand starts in one commit would
 * all be in memory at that moment, so no more begin than CROWD can wait for the disk together. */
#include "lua/engine_parts.h"
#include <stdlib.h>

enum { CROWD = 256 };

bool engine_is_crowded(const Engine *engine) { return engine->leaving >= CROWD; }

void engine_begin_waiting(Engine *engine) {
    while (engine->begun < engine->waiting.count && !engine_is_crowded(engine) && engine->stage != STAGE_STOPPED)
        engine_resume_id(engine, engine->waiting.ids[engine->begun++]);
    if (engine->begun == engine->waiting.count) engine->begun = engine->waiting.count = 0;
}

void engine_begin(Engine *engine, int64_t id) {
    for (size_t i = engine->begun; i < engine->waiting.count; i++)
        if (engine->waiting.ids[i] == id) return;
    engine_add_id(&engine->waiting, id);
    engine_begin_waiting(engine);
}

static bool may_begin(Engine *engine, int64_t id) {
    RunRow *row;
    Err ignored;
    if (engine_is_taken(engine, id) || !runs_find_id(store_reader(engine->store), id, &row, &ignored)) return false;
    bool sleeps = row->wake > seam_wall_ms(engine->seam);
    free(row);
    return !sleeps;
}

bool engine_begin_queued(Engine *engine, Err *err) {
    IdList open = { 0 };
    bool good = runs_open(store_reader(engine->store), slice_of(engine->job->path), engine_collect, &open, err);
    for (size_t i = 0; good && i < open.count && engine->stage != STAGE_STOPPED; i++)
        if (may_begin(engine, open.ids[i])) engine_begin(engine, open.ids[i]);
    free(open.ids);
    return good;
}
