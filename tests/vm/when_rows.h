/* when_rows.h - what the tests of schedules share: wall times in, wall times out.
 *
 *     static const Row ROWS[] = { { "every day at 08:00", "UTC", "2026-03-02 09:00", { "2026-03-03T08:00" } } };
 *     check_rows(ROWS, COUNT(ROWS));
 *
 * Floor:  tests.   Memory: open_zone's result is the caller's.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "time/calendar.h"
#include "time/when.h"
#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static inline Zone *open_zone(const char *name) {
    Zone *zone = NULL;
    Err   err;
    if (!zone_open(name, &zone, &err)) fail_msg("%s", err.text);
    return zone;
}

static inline When when(const char *text) {
    When w;
    Err  err;
    if (!when_parse(slice_of(text), &w, &err)) fail_msg("%s: %s", text, err.text);
    return w;
}

/* A wall time of the zone, "2026-03-29 02:30[:00]"; one with Z or an offset is that instant. */
static inline int64_t instant(const char *text, const Zone *zone) {
    int64_t ms = 0;
    Err     err;
    char    iso[48];
    size_t  len = strlen(text);
    bool    absolute = text[len - 1] == 'Z' || (len > 19 && strchr("+-", text[len - 6]));
    snprintf(iso, sizeof iso, "%s%s", text, absolute ? "" : "Z");
    if (!calendar_parse(slice_of(iso), &ms, &err)) fail_msg("%s", err.text);
    return absolute ? ms : zone_instants(zone, ms / 1000).first_s * 1000;
}

typedef struct {
    const char *text, *zone, *after, *next[5];          /* anchor = after; "-" ends with WHEN_NEVER */
} Row;

static inline void check_row(const Row *row, const char *anchor) {
    When    w = when(row->text);
    Zone   *zone = open_zone(w.zone[0] ? w.zone : row->zone);
    int64_t at = instant(row->after, zone), start = anchor ? instant(anchor, zone) : at;
    for (int i = 0; i < 5 && row->next[i]; i++) {
        char got[CALENDAR_TEXT] = "-";
        at = when_next(&w, at, zone, start, 1);
        if (at != WHEN_NEVER) calendar_format(at, zone_offset(zone, at), got);
        if (strncmp(got, row->next[i], strlen(row->next[i])) != 0) fail_msg("%s (%s) after %s: [%d] is %s, expected %s", row->text, row->zone, row->after, i, got, row->next[i]);
    }
    zone_free(zone);
}

static inline void check_rows(const Row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) check_row(&rows[i], NULL);
}
