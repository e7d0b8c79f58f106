/* run_inspect.h - how a run stands, seen from outside: its record is followed to the end, and a function of the run is asked.
 *
 * Nothing begins and nothing is written, so it may be at work elsewhere meanwhile, wait, or be over: what is seen is what is
 * on disk.
 *
 *     bool good;
 *     if (!engine_inspect(engine, uid, name, args, &good, &json, err)) ...
 *
 * Floor:  lua.   Thread: loop thread only; blocks.   Memory: the run and its program are gone afterwards.
 */
#pragma once
#include "lua/engine.h"

/* What came of the question. */
struct Inspect {
    Buf  answer;                        /* JSON: what the function gave, or its error */
    bool good, over;
};

/* Asks query `name` of the run with this uid, with `args` (JSON). *good: the answer is its value; else an error
 * { code, message }. False: the run, its program or the database cannot be read. Before engine_execute, or instead of it. */
bool engine_inspect(Engine *engine, Slice uid, Slice name, Slice args, bool *good, Buf *answer, Err *err);
