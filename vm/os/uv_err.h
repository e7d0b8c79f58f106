/* uv_err.h - the platform's error numbers in our own words.
 *
 * Scripts and messages see "not_found" and a sentence, never ENOENT.
 *
 *     if (fd < 0) return err_errno(err, errno, "%s: cannot open", path);
 *
 * Floor:  os - libuv and base.   Memory: none.
 */
#pragma once
#include "base/err.h"

/* Fills err from a libuv status (negative); `doing` says what was tried. Always false. */
bool err_uv(Err *err, int status, const char *doing);

/* The same from an errno number; the sentence is "<doing>: <reason>". Always false. */
__attribute__((format(printf, 3, 4)))
bool err_errno(Err *err, int number, const char *fmt, ...);
