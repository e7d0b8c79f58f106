/* engine_watch.h - notices what people and other processes write for the runs of this program: letters, ends that are
 * asked for, runs that are due before their time.
 *
 *     engine_watch_open(engine);          // when the store is open; looks by itself from then on
 *     engine_watch_listen(&op->ear, engine, look);     // an operation that waits for a letter
 *     engine_watch_look(engine);          // something was written here
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: an Ear lives in what listens; engine_watch_deafen before that goes.
 */
#pragma once
#include "lua/engine.h"

typedef struct Ear Ear;
struct Ear {
    void (*look)(Ear *ear);             /* may deafen itself, and others */
    struct Watch *watch;
    Ear *next, **link;
};

void engine_watch_open(Engine *engine);
void engine_watch_close(Engine *engine);
void engine_watch_look(Engine *engine);

void engine_watch_listen(Ear *ear, Engine *engine, void (*look)(Ear *ear));
void engine_watch_deafen(Ear *ear);

/* What runs of the program that are not in memory wait for besides time. */
typedef enum { EXPECTS_NOTHING, EXPECTS_LETTER, EXPECTS_ANSWER } Expects;
Expects engine_expects(Engine *engine);

/* Whether the watch alone keeps the loop running. */
void engine_watch_hold(Engine *engine, bool hold);
