/* ticker.h - a tick every few milliseconds of processor time that one thread burns.
 *
 * Nothing ticks while the thread sleeps, so an idle loop pays nothing. The tick runs
 * as a signal handler on the very thread that started it: it may only set flags and
 * call what is safe there (lua_sethook is).
 *
 *     ticker_start(&ticker, 10, tick, context, err);
 *
 * Floor:  os.   Memory: owns a POSIX timer until ticker_stop.
 */
#pragma once
#include "base/err.h"

typedef struct Ticker Ticker;

bool ticker_start(Ticker **out, int every_ms, void (*tick)(void *context), void *context, Err *err);
void ticker_stop(Ticker *ticker);                       /* NULL is fine */
