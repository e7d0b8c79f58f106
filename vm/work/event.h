/* event.h - what `on` may wait for, and which events are meant. Pure.
 *
 *     if (!event_known(slice_of("file.created"))) ...
 *     event_matches(slice_of("file.created"), "/home/ann/in/" "*.pdf", slice_of("file.created"), "/home/ann/in/a.pdf")
 *
 * kind and subject: file.created|changed|removed|moved and a path, webhook.get|post|… and the path of a URL, db.insert|update|delete
 * and a table, event and a name, line.matching and a path, process.exited and a name. A job's subject is a pattern. idle and when: the words behind `when`; they come from the scheduler alone.
 *
 * Floor:  work - uses os.   Thread: any.   Memory: plain values.
 */
#pragma once
#include "base/slice.h"

typedef enum { SOURCE_NONE, SOURCE_FILE, SOURCE_WEBHOOK, SOURCE_DB, SOURCE_EMIT, SOURCE_IDLE, SOURCE_WHEN, SOURCE_LINE, SOURCE_PROCESS } SourceKind;

/* Where events of this kind come from; SOURCE_NONE: there is no such kind. */
SourceKind event_source(Slice kind);

/* Is an event of `kind` about `subject` one of those a job waits for? */
bool event_matches(Slice wanted_kind, const char *pattern, Slice kind, const char *subject);

/* `*` in names of events stands for any letters. */
bool event_name_matches(const char *pattern, Slice name);
