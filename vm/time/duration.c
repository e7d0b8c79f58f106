#include "time/duration.h"
#include <stdio.h>

typedef struct {
    const char *name;
    int64_t     ms;
} Unit;

static const Unit UNITS[] = { { "w", 604800000 }, { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };
enum { UNIT_COUNT = sizeof UNITS / sizeof UNITS[0] };

static bool wrong(Slice text, const char *why, Err *err) {
    return err_set(err, "invalid", "'%.*s' is not a duration: %s; write 90s, 5m, 1h30m or 500ms", (int)(text.len < 60 ? text.len : 60), text.ptr, why);
}

static const Unit *unit_find(Slice word) {
    for (int i = 0; i < UNIT_COUNT; i++)
        if (slice_is(word, UNITS[i].name)) return &UNITS[i];
    return NULL;
}

bool duration_parse(Slice text, int64_t *ms, Err *err) {
    int64_t sum = 0;
    size_t  i = 0;
    if (text.len == 0) return wrong(text, "it is empty", err);
    while (i < text.len) {
        int64_t count = 0, part;
        size_t  digits = i;
        for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
            if (__builtin_mul_overflow(count, 10, &count) || __builtin_add_overflow(count, text.ptr[i] - '0', &count)) return wrong(text, "it is too long", err);
        if (i == digits) return wrong(text, "a number is missing", err);
        size_t start = i;
        while (i < text.len && (text.ptr[i] < '0' || text.ptr[i] > '9')) i++;
        if (i == start) return wrong(text, "its last number has no unit", err);
        const Unit *unit = unit_find(slice_make(text.ptr + start, i - start));
        if (!unit) return wrong(text, "the units are ms s m h d w", err);
        if (__builtin_mul_overflow(count, unit->ms, &part) || __builtin_add_overflow(sum, part, &sum)) return wrong(text, "it is too long", err);
    }
    *ms = sum;
    return true;
}

void duration_format(int64_t ms, char out[DURATION_TEXT]) {
    /* unsigned, so that the most negative number has a size too */
    uint64_t left = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
    int      n = 0, first = left % (uint64_t)UNITS[0].ms == 0 && left > 0 ? 0 : 1;
    if (ms < 0) out[n++] = '-';
    out[n] = '\0';
    if (ms == 0) snprintf(out, DURATION_TEXT, "0s");
    for (int i = first; i < UNIT_COUNT && left > 0; i++) {
        uint64_t count = left / (uint64_t)UNITS[i].ms;
        left %= (uint64_t)UNITS[i].ms;
        if (count > 0) n += snprintf(out + n, DURATION_TEXT - (size_t)n, "%llu%s", (unsigned long long)count, UNITS[i].name);
    }
}
