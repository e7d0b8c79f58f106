/* json_scan.h - is this one well-formed JSON text (RFC 8259), and what is it?
 *
 *     JsonScan scan = json_scan(text);
 *     if (scan.problem) say("byte %zu: %s", scan.at, scan.problem);
 *     if (scan.kind != JSON_LIST) ...
 *
 * For text of strangers that is only passed on: nothing is decoded. Repeated keys are not looked for.
 *
 * Floor:  base - libc only.   Memory: none; `problem` is a constant.
 */
#pragma once
#include "base/slice.h"

enum { JSON_SCAN_DEPTH = 64 };                          /* lists and maps in each other, at most */

typedef enum { JSON_NOTHING, JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_LIST, JSON_MAP } JsonKind;

typedef struct {
    JsonKind    kind;                                   /* of the whole text; JSON_NOTHING after a problem */
    const char *problem;                                /* NULL: well-formed; else what is wrong, in words */
    size_t      at;                                     /* at which byte, from 0 */
} JsonScan;

JsonScan json_scan(Slice text);
