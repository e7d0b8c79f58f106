/* zone_rule.h - the POSIX TZ rule at the end of a zone file: what the clocks do for ever after.
 *
 *     ZoneRule rule;
 *     if (!zone_rule_parse(slice_of("CET-1CEST,M3.5.0,M10.5.0/3"), &rule, err)) return false;
 *     ZoneSpan span = zone_rule_span(&rule, at_s);
 *
 * Floor:  time - may use base.   Memory: plain values only.
 */
#pragma once
#include "time/zone.h"

typedef enum { RULE_JULIAN, RULE_DAY, RULE_WEEKDAY } RuleKind;   /* Jn (no 29 February), n (0-365), Mm.w.d */

typedef struct {
    RuleKind kind;
    int      day, month, week;                          /* week 5: the last one of the month */
    int      time_s;                                    /* after 00:00 of that day, may be negative */
} RuleDate;

typedef struct {
    int      standard_s, summer_s;                      /* seconds east of UTC */
    bool     has_summer;
    RuleDate start, end;                                /* summer time starts, ends */
} ZoneRule;

/* The whole text must be one rule (RFC 8536 3.3.1, hours to 167). Fails with "corrupt". */
bool zone_rule_parse(Slice text, ZoneRule *out, Err *err);

ZoneSpan zone_rule_span(const ZoneRule *rule, int64_t at_s);
