/* logs.h - every line a program says, as a row.
 *
 *     logs_append(store, &(LogLine){ .level = slice_of("info"), .message = text, .job = name, .run = uid });
 *
 * Other programs read this table: timestamp is epoch seconds.
 *
 * Floor:  store.   Memory: copies.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t t;                                          /* Unix ms; 0 = now */
    Slice   level, message, device, job, run;           /* ptr NULL = none */
    Slice   fields;                                     /* JSON object */
} LogLine;

void logs_append(Store *store, const LogLine *line);
