/* zone.h - the wall clocks of the world: TZif files (RFC 8536), read once, never the process's TZ.
 *
 *     Zone *zone = NULL;
 *     if (!zone_open("Europe/Berlin", &zone, err)) return false;
 *     int offset_s = zone_offset(zone, ms);                   3600 or 7200, east is positive
 *     ZoneTime t = zone_instants(zone, local_s);              which instants show this wall time?
 *     zone_free(zone);
 *
 * A NULL zone is UTC in every function here. Times after a file's table follow its POSIX
 * footer rule for ever. Seconds are Unix seconds; files that count leap seconds are refused.
 *
 * Floor:  time - may use base.   Thread: any; a Zone never changes.
 * Memory: zone_load and zone_open make a Zone, the caller frees it.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include <stdint.h>

enum { ZONE_NAME = 64 };

typedef struct Zone Zone;

/* Reads the bytes of a TZif file of version 2 or later. Fails with "corrupt". */
bool zone_load(Slice tzif, Zone **out, Err *err);

/* Opens an IANA name from /usr/share/zoneinfo, "UTC" always, or "local": what TZ says, else
   /etc/localtime, else UTC. Fails with "not_found" (unknown name), "corrupt" or "io". */
bool zone_open(const char *iana_name, Zone **out, Err *err);

void zone_free(Zone *zone);                             /* NULL is fine */

/* The IANA name it was opened by, or that "local" stands for; "UTC", or "" when unknown. */
const char *zone_name(const Zone *zone);

/* Seconds east of UTC at an instant in ms. */
int zone_offset(const Zone *zone, int64_t ms);

/* A stretch of time with one offset. */
typedef struct {
    int64_t from_s, until_s;                            /* Unix seconds, until_s not included; INT64_MIN/MAX: open */
    int     offset_s;
    int     before_s;                                   /* the offset just before from_s */
} ZoneSpan;

/* The stretch that holds the Unix second `at_s`. */
ZoneSpan zone_span(const Zone *zone, int64_t at_s);

typedef enum { ZONE_UNIQUE, ZONE_GAP, ZONE_OVERLAP } ZoneFit;

typedef struct {
    ZoneFit fit;
    int64_t first_s, second_s;                          /* Unix seconds; equal when unique */
    int64_t edge_s;                                     /* gap: the first instant after it; else first_s */
} ZoneTime;

/* The instants at which this zone's clocks show `local_s` (calendar_seconds). Overlap: both,
   in order. Gap: `first_s` reads the time by the offset before the gap (so it lies after
   it), `second_s` by the offset after it. */
ZoneTime zone_instants(const Zone *zone, int64_t local_s);
