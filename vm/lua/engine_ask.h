/* engine_ask.h - questions of runs, put to the person at the terminal, one after the other. The answer may as well come
 * from elsewhere (`aios approve`); the first one counts.
 *
 *     engine_ask(engine, id);             // nothing happens where there is no terminal
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: freed by engine_ask_close, when the loop has run once more.
 */
#pragma once
#include "lua/engine.h"

void engine_ask(Engine *engine, const char *id);
bool engine_is_asking(const Engine *engine);
void engine_ask_close(Engine *engine);
