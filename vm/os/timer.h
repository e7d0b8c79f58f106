/* timer.h - wall-clock alarms of one loop: a heap of due times over one uv_timer.
 *
 * Due times are Unix milliseconds, so an alarm survives in a database and a stepped
 * clock is noticed within a minute. With a simulated clock (`jump` given) the loop
 * never sleeps: when nothing else is left to do the clock is set to the next due time.
 *
 *     timer_init(&alarm, on_alarm, context);
 *     timer_start(timers, &alarm, due_ms);
 *
 * Floor:  os.   Thread: loop thread only.
 * Memory: a Timer lives in its owner; stop it before freeing the owner.
 */
#pragma once
#include "base/err.h"
#include "base/seam.h"
#include <limits.h>
#include <stddef.h>
#include <uv.h>

typedef struct Timers Timers;
typedef struct Timer Timer;
struct Timer {
    void  (*due)(Timer *timer);
    void   *context;
    int64_t due_ms;
    int     rank;                       /* of two that are due together the higher comes first; set before timer_start */
    uint64_t order;                     /* of two that are also of one rank the one started first comes first */
    size_t  place;                      /* 1 + index in the heap; 0 = not started */
};

enum { TIMER_LATE = INT_MIN };           /* the rank of one that comes when all else of its instant has happened; simulated clock only */

/* How a simulated clock moves: `is_idle` says whether only alarms are left, `jump` sets the clock. */
typedef struct {
    void  *context;
    bool (*is_idle)(void *context);
    void (*jump)(void *context, int64_t to_ms);
    void (*set)(void *context, int64_t to_ms);          /* also back; the time that passes does not notice */
} TimerJump;

Timers *timers_new(uv_loop_t *loop, const Seam *seam, const TimerJump *jump /* NULL: real time */);
void    timers_free(Timers *timers);    /* the loop must run once more afterwards */
size_t  timers_count(const Timers *timers);
uv_loop_t *timers_loop(const Timers *timers);
void    timers_set_clock(Timers *timers, int64_t to_ms); /* of a simulated clock */
bool    timers_are_simulated(const Timers *timers);     /* a jump was given */

void timer_init(Timer *timer, void (*due)(Timer *timer), void *context);
void timer_start(Timers *timers, Timer *timer, int64_t due_ms); /* again: moves it */
void timer_stop(Timers *timers, Timer *timer);                  /* not started: nothing */
