/* engine_doubt.c - what a new start of the program says of runs that wait for a person's word. */
#include "lua/engine_parts.h"
#include <stdlib.h>

typedef struct {
    Engine *engine;
    bool    same;
} Doubts;

static bool tell(void *context, const RunRow *row) {
    Doubts *doubts = context;
    Engine *engine = doubts->engine;
    const EngineJob *job = engine->job;
    bool is_load = slice_is(row->name, engine->main->name);
    char *reason = mem_copy(row->reason), *name = mem_copy(is_load ? slice_of("") : row->name);
    if (is_load && slice_eq(row->input, job->args) && (!job->uid || slice_is(row->uid, job->uid))) {
        doubts->same = true;
        engine->hooks.report(engine->hooks.context, row, true, RUN_IN_DOUBT, NULL, reason);
    } else {
        Buf text = { 0 };
        buf_printf(&text, "run %.*s is still in doubt: %s", (int)row->uid.len, row->uid.ptr, reason);
        engine->hooks.say(engine->hooks.context, "warn", name, buf_text(&text));
        buf_drop(&text);
    }
    free(reason);
    free(name);
    return true;
}

bool engine_tell_doubts(Engine *engine, bool *same, Err *err) {
    Doubts doubts = { .engine = engine };
    bool good = runs_in_doubt(store_reader(engine->store), slice_of(engine->job->path), tell, &doubts, err);
    *same = doubts.same;
    return good;
}
