/* engine_end.c - runs that must not begin again.
 *
 * The reader sees what is committed: a run that is at work here may still look queued, one that is over
 * here may still look as if it ran. Until its end is on disk the engine remembers it. */
#include "lua/engine_parts.h"
#include "lua/run.h"
#include <stdlib.h>

bool engine_is_taken(const Engine *engine, int64_t id) {
    for (const Program *program = engine->programs; program; program = program->next)
        for (const Run *run = program->runs; run; run = run->next)
            if (run->ledger.row.id == id) return true;
    for (size_t i = 0; i < engine->ending.count; i++)
        if (engine->ending.ids[i] == id) return true;
    return false;
}

typedef struct {
    Engine *engine;
    int64_t id;
    bool    others;                     /* a load run beside the one of this start: its workflows begin behind it */
} Ending;

static void end_is_safe(void *context, const Err *failed) {
    Ending ending = *(Ending *)context;
    Engine *engine = ending.engine;
    IdList *list = &engine->ending;
    Err err;
    free(context);
    for (size_t i = 0; i < list->count; i++)
        if (list->ids[i] == ending.id) list->ids[i] = list->ids[--list->count];
    engine->heard = true;               /* those who wait for its end */
    uv_idle_start(&engine->look, engine_look);
    if (!ending.others) return;
    engine->starting--;
    if (failed || engine->stage != STAGE_LIVING) return;
    if (!engine_begin_queued(engine, &err)) engine->hooks.say(engine->hooks.context, "error", "", err.text);
    engine_check_done(engine);
}

void engine_remember_end(Engine *engine, const Run *run) {
    if (!ledger_is_open(&run->ledger) || engine->stage == STAGE_STOPPED) return;
    Ending *ending = mem_new(sizeof *ending);
    *ending = (Ending){ engine, run->ledger.row.id, run->is_load && !engine_is_load(engine, &run->ledger.row) };
    if (ending->others) engine->starting++;
    engine_add_id(&engine->ending, ending->id);
    store_sync(engine->store, end_is_safe, ending);
}
