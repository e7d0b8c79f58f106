/* err.h - one way to say what went wrong.
 *
 * A function that can fail returns bool and takes `Err *err` last.
 * false means *err is filled; true means *err is untouched.
 *
 *     if (!file_read(path, &text, err)) return false;
 *     return err_set(err, "bad_manifest", "%s: no name", path);
 *
 * Floor:  base - libc only.
 * Memory: owns nothing; an Err is a plain value on the caller's stack.
 */
#pragma once
#include <stdbool.h>

typedef struct {
    const char *code;      /* stable word for programs: "not_found"; a string constant */
    char        text[500]; /* sentence for people */
} Err;

/* Fills err; always returns false, so a failure is one line. */
__attribute__((format(printf, 3, 4)))
bool err_set(Err *err, const char *code, const char *fmt, ...);
