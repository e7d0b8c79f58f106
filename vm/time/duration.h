/* duration.h - lengths of time as people write them: 1h30m, 500ms, 2w.
 *
 *     int64_t ms;
 *     if (!duration_parse(slice_of("1h30m"), &ms, err)) return false;     5400000
 *     duration_format(ms, text);                                          "1h30m"
 *
 * Units: ms s m h d w; a day is 24 hours, a week 7 days, always (elapsed time).
 *
 * Floor:  time - may use base.   Memory: plain values only.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include <stdint.h>

enum { DURATION_TEXT = 48 };

/* One or more digits-and-unit pairs to milliseconds. Fails on other text, a missing
   unit, or more than about 290 million years. */
bool duration_parse(Slice text, int64_t *ms, Err *err);

/* The shortest pairs that add up to `ms`; "0s" for nothing, a minus sign in front of a
   negative length. Weeks are used only when nothing else is left. */
void duration_format(int64_t ms, char out[DURATION_TEXT]);
