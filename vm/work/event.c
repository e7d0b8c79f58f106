#include "work/event.h"
#include "os/path.h"
#include <stdint.h>
#include <strings.h>

typedef struct {
    const char *kind;
    SourceKind  source;
} Known;

static const Known KNOWN[] = {
    { "file.created", SOURCE_FILE }, { "file.changed", SOURCE_FILE }, { "file.removed", SOURCE_FILE }, { "file.moved", SOURCE_FILE },
    { "webhook.get", SOURCE_WEBHOOK }, { "webhook.post", SOURCE_WEBHOOK }, { "webhook.put", SOURCE_WEBHOOK }, { "webhook.patch", SOURCE_WEBHOOK },
    { "webhook.delete", SOURCE_WEBHOOK }, { "webhook.any", SOURCE_WEBHOOK }, { "db.insert", SOURCE_DB }, { "db.update", SOURCE_DB },
    { "db.delete", SOURCE_DB }, { "event", SOURCE_EMIT }, { "line.matching", SOURCE_LINE }, { "process.exited", SOURCE_PROCESS },
    { "idle", SOURCE_IDLE }, { "when", SOURCE_WHEN },
};

SourceKind event_source(Slice kind) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (slice_is(kind, KNOWN[i].kind)) return KNOWN[i].source;
    return SOURCE_NONE;
}

/* Linear by remembering only the last star. */
bool event_name_matches(const char *pattern, Slice name) {
    size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
    while (j < name.len) {
        if (pattern[i] == '*') {
            star = i++;
            mark = j;
        } else if (pattern[i] && pattern[i] == name.ptr[j]) {
            i++;
            j++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            j = ++mark;
        } else return false;
    }
    while (pattern[i] == '*') i++;
    return pattern[i] == '\0';
}

bool event_matches(Slice wanted_kind, const char *pattern, Slice kind, const char *subject) {
    SourceKind source = event_source(wanted_kind);
    bool any = slice_is(wanted_kind, "webhook.any") && event_source(kind) == SOURCE_WEBHOOK;
    if (!any && !slice_eq(wanted_kind, kind)) return false;
    switch (source) {
    case SOURCE_FILE: return path_matches(pattern, subject);
    case SOURCE_EMIT: return event_name_matches(pattern, slice_of(subject));
    case SOURCE_DB: return strcasecmp(pattern, subject) == 0;
    case SOURCE_LINE: case SOURCE_PROCESS: case SOURCE_WEBHOOK: return strcmp(pattern, subject) == 0;
    case SOURCE_IDLE: case SOURCE_WHEN: case SOURCE_NONE: break;
    }
    return false;
}
