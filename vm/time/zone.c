#include "time/zone.h"
#include "base/buf.h"
#include "time/zone_build.h"
#include <stdlib.h>

struct Zone {
    char     name[ZONE_NAME];
    size_t   count;                                     /* changes of offset in the table */
    int64_t *at_s;                                      /* [count], rising */
    int32_t *offset_s;                                  /* [count + 1]: [0] before the first change, [i + 1] after change i */
    bool     has_rule;
    ZoneRule rule;                                      /* in force from the last change of the table on */
};

typedef struct {
    uint32_t utc, standard, leaps, times, types, chars; /* the six counts of a TZif header, in file order */
    char     version;
} Header;

enum { HEADER_SIZE = 44, TABLE_MOST = 100000, OFFSET_MOST_S = 26 * 3600 };

static uint64_t big_endian(const char *at, int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++) value = value << 8 | (unsigned char)at[i];
    return value;
}

static bool header_read(Slice bytes, Header *out) {
    if (bytes.len < HEADER_SIZE || memcmp(bytes.ptr, "TZif", 4) != 0) return false;
    uint32_t *field[] = { &out->utc, &out->standard, &out->leaps, &out->times, &out->types, &out->chars };
    out->version = bytes.ptr[4];
    for (int i = 0; i < 6; i++) {
        *field[i] = (uint32_t)big_endian(bytes.ptr + 20 + 4 * i, 4);
        if (*field[i] > TABLE_MOST) return false;
    }
    return true;
}

static size_t body_size(const Header *h, size_t time_size) {
    return h->times * time_size + h->times + h->types * 6u + h->chars + h->leaps * (time_size + 4) + h->standard + h->utc;
}

static bool corrupt(const char *what, Err *err) { return err_set(err, "corrupt", "not a usable time zone file: %s", what); }

/* Fills the table from a version 2 body; changes that keep the offset (a new name only) are left out. */
static bool table_read(Zone *zone, const Header *h, const char *body, Err *err) {
    const char *index = body + h->times * 8u, *types = index + h->times;
    zone->at_s = mem_new((h->times + 1) * sizeof *zone->at_s);
    zone->offset_s = mem_new((h->times + 1) * sizeof *zone->offset_s);
    for (uint32_t i = 0; i < h->types; i++) {
        int32_t offset = (int32_t)big_endian(types + 6 * i, 4);
        if (offset > OFFSET_MOST_S || offset < -OFFSET_MOST_S) return corrupt("an offset of more than 26 hours", err);
    }
    int64_t last = INT64_MIN;
    zone->offset_s[0] = (int32_t)big_endian(types, 4);
    for (uint32_t i = 0; i < h->times; i++) {
        int64_t  at = (int64_t)big_endian(body + 8u * i, 8);
        unsigned type = (unsigned char)index[i];
        if (type >= h->types) return corrupt("a change to a type that is not there", err);
        if (i > 0 && at <= last) return corrupt("its changes are not in order", err);
        last = at;
        int32_t offset = (int32_t)big_endian(types + 6 * type, 4);
        if (offset == zone->offset_s[zone->count]) continue;
        zone->at_s[zone->count++] = at;
        zone->offset_s[zone->count] = offset;
    }
    return true;
}

static bool footer_read(Zone *zone, Slice rest, Err *err) {
    if (rest.len < 2 || rest.ptr[0] != '\n') return corrupt("no footer", err);
    const char *end = memchr(rest.ptr + 1, '\n', rest.len - 1);
    if (!end) return corrupt("its footer has no end", err);
    Slice rule = slice_make(rest.ptr + 1, (size_t)(end - rest.ptr - 1));
    zone->has_rule = rule.len > 0;                      /* empty: the last offset of the table stays */
    return !zone->has_rule || zone_rule_parse(rule, &zone->rule, err);
}

bool zone_load(Slice tzif, Zone **out, Err *err) {
    Header h;
    if (!header_read(tzif, &h)) return corrupt("no TZif header", err);
    if (h.version < '2') return corrupt("version 1 has no rule for the future", err);
    size_t skip = HEADER_SIZE + body_size(&h, 4);
    if (skip >= tzif.len) return corrupt("it is cut short", err);
    Slice rest = slice_make(tzif.ptr + skip, tzif.len - skip);
    if (!header_read(rest, &h) || h.types == 0) return corrupt("no second header", err);
    if (h.leaps > 0) return corrupt("it counts leap seconds", err);
    size_t size = HEADER_SIZE + body_size(&h, 8);
    if (size >= rest.len) return corrupt("it is cut short", err);
    Zone *zone = mem_new(sizeof *zone);
    if (!table_read(zone, &h, rest.ptr + HEADER_SIZE, err) || !footer_read(zone, slice_make(rest.ptr + size, rest.len - size), err)) {
        zone_free(zone);
        return false;
    }
    *out = zone;
    return true;
}

void zone_free(Zone *zone) {
    if (!zone) return;
    free(zone->at_s);
    free(zone->offset_s);
    free(zone);
}

Zone *zone_from_rule(const ZoneRule *rule) {
    Zone *zone = mem_new(sizeof *zone);
    zone->offset_s = mem_new(sizeof *zone->offset_s);
    zone->offset_s[0] = rule->standard_s;
    zone->has_rule = true;
    zone->rule = *rule;
    return zone;
}

void zone_set_name(Zone *zone, const char *name) {
    size_t len = strnlen(name, ZONE_NAME - 1);
    memcpy(zone->name, name, len);
    zone->name[len] = '\0';
}

const char *zone_name(const Zone *zone) { return zone ? zone->name : "UTC"; }

/* How many changes of the table lie at or before at_s. */
static size_t changes_until(const Zone *zone, int64_t at_s) {
    size_t low = 0, high = zone->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->at_s[middle] <= at_s) low = middle + 1;
        else high = middle;
    }
    return low;
}

ZoneSpan zone_span(const Zone *zone, int64_t at_s) {
    ZoneSpan span = { INT64_MIN, INT64_MAX, 0, 0 };
    if (!zone) return span;
    size_t passed = changes_until(zone, at_s);
    span.offset_s = span.before_s = zone->offset_s[passed];
    if (passed > 0) span.before_s = zone->offset_s[passed - 1];
    if (passed > 0) span.from_s = zone->at_s[passed - 1];
    if (passed < zone->count) {
        span.until_s = zone->at_s[passed];
        return span;
    }
    if (!zone->has_rule) return span;
    ZoneSpan rule = zone_rule_span(&zone->rule, at_s);
    if (rule.from_s > span.from_s) return rule;
    span.until_s = rule.until_s;
    span.offset_s = rule.offset_s;
    return span;
}

int zone_offset(const Zone *zone, int64_t ms) {
    int64_t at_s = ms / 1000 - (ms % 1000 < 0);
    return zone_span(zone, at_s).offset_s;
}

ZoneTime zone_instants(const Zone *zone, int64_t local_s) {
    ZoneTime out = { ZONE_GAP, 0, 0, 0 };
    int      found = 0;
    ZoneSpan span = zone_span(zone, local_s - OFFSET_MOST_S);
    for (;;) {
        int64_t at = local_s - span.offset_s;
        if (at >= span.from_s && at < span.until_s && found < 2) {
            if (found++ == 0) out.first_s = out.edge_s = at;
            out.second_s = at;
        }
        if (span.until_s > local_s + OFFSET_MOST_S) break;
        ZoneSpan next = zone_span(zone, span.until_s);
        if (found == 0 && local_s >= span.until_s + span.offset_s && local_s < span.until_s + next.offset_s)
            out = (ZoneTime){ ZONE_GAP, local_s - span.offset_s, local_s - next.offset_s, span.until_s };
        span = next;
    }
    if (found) out.fit = found == 1 ? ZONE_UNIQUE : ZONE_OVERLAP;
    return out;
}
