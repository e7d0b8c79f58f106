/* zone_build.h - making a Zone by hand, for zone_open.c alone.
 *
 *     Zone *zone = zone_from_rule(&rule);
 *     zone_set_name(zone, "UTC");
 *
 * Floor:  time.   Memory: the caller frees the Zone.
 */
#pragma once
#include "time/zone_rule.h"

Zone *zone_from_rule(const ZoneRule *rule);             /* that rule at all times */
void  zone_set_name(Zone *zone, const char *name);      /* cut to ZONE_NAME */
