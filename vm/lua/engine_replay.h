/* engine_replay.h - a run gone through again from its record alone: nothing is done, nothing is written.
 *
 *     ReplayWish wish = { .path = program, .run = uid };
 *     ReplayEnd end = { 0 };
 *     if (!engine_replay(engine, &wish, &end, err)) ...
 *     ... end.how, end.text ...
 *     replay_end_drop(&end);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: the texts of an end are its own.
 */
#pragma once
#include "lua/engine.h"

typedef enum {
    REPLAY_ENDED,                       /* as the run did: state, output or error */
    REPLAY_OPEN_END,                    /* the record is at its end, the run was not */
    REPLAY_THERE,                       /* the step that was asked for begins */
    REPLAY_DIFFERS                      /* the program does something else than the record says */
} ReplayHow;

typedef struct {
    Slice       run;                    /* uid */
    Slice       until;                  /* path of the step to stop before; ptr NULL: none */
    Slice       source;                 /* the text to go through; ptr NULL: the one the run is pinned to */
} ReplayWish;

typedef struct {
    ReplayHow how;
    RunState  state;                    /* ENDED */
    Buf       output, text;             /* JSON of the value; what differs, or JSON of the error */
    Buf       locals;                   /* JSON: of the innermost function of the program, where it stopped; empty: it had gone */
    int       line;                     /* in the program, of that place; 0: unknown */
} ReplayEnd;

typedef struct Replaying {
    const ReplayWish *wish;
    ReplayEnd *end;
    bool       over, there;
} Replaying;

/* engine->job says where the program is; the engine must not be at work. Errors: "not_found", "corrupt", "syntax". */
bool engine_replay(Engine *engine, const ReplayWish *wish, ReplayEnd *end, Err *err);
void replay_end_drop(ReplayEnd *end);

/* From the run: a call at `path` is about to be made. true: this is the step that was asked for. */
bool replaying_comes_to(Run *run, lua_State *L, Slice path);

/* The run is over, or cannot go on from its record. */
void replaying_ended(Run *run, RunState state, Slice output, const char *error, const char *reason);

/* Where a fiber that will not go on stands. */
void replaying_look(Run *run, lua_State *co);
