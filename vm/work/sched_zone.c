/* Zones of schedules, each opened once: ten thousand jobs of one city share its table. */
#include "work/sched_parts.h"
#include <stdlib.h>

struct ZoneKept {
    char     *name;
    Zone     *zone;
    ZoneKept *next;
};

bool sched_zone(Sched *sched, const char *name, Zone **out, Err *err) {
    for (ZoneKept *k = sched->zones; k; k = k->next)
        if (strcmp(k->name, name) == 0) {
            *out = k->zone;
            return true;
        }
    if (!zone_open(name, out, err)) return false;
    ZoneKept *kept = mem_new(sizeof *kept);
    *kept = (ZoneKept){ mem_copy(slice_of(name)), *out, sched->zones };
    sched->zones = kept;
    return true;
}

void sched_zones_free(Sched *sched) {
    for (ZoneKept *k = sched->zones, *next; k; k = next) {
        next = k->next;
        zone_free(k->zone);
        free(k->name);
        free(k);
    }
    sched->zones = NULL;
}
