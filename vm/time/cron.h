/* cron.h - cron patterns to a Pattern: the dialect of OCPS 1.0-1.3 and `+`.
 *
 *     Pattern p;
 *     if (!cron_parse(slice_of("0 9-17 * * mon-fri"), &p, err)) return false;
 *
 * Five fields (minute hour day month weekday), six (seconds first) or seven (year last,
 * 1970-2199). Lists, ranges, ranges that wrap (22-2, fri-mon), steps, names in any case,
 * `?` as `*`; in the day field `L`, `L-n`, `nW`, `LW`; in the weekday field `n#k`, `nL`
 * and `n#L`, 0 and 7 both Sunday; @yearly @annually @monthly @weekly @daily @midnight
 * @hourly. When both day fields restrict, either will do, as in every cron since 1987;
 * `+` before the weekday field asks for both.
 *
 * A pattern that can never come true (30 February) is refused here and not searched for later.
 *
 * Floor:  time - may use base.   Memory: plain values only.
 */
#pragma once
#include "time/pattern.h"

/* Fails with "invalid" and a sentence that names the field and the part that is wrong. */
bool cron_parse(Slice text, Pattern *out, Err *err);
