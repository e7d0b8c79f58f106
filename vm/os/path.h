/* path.h - paths as text: made absolute, and matched against patterns. Touches no disk.
 *
 *     char full[PATH_SIZE];
 *     if (!path_absolute(cwd, home, "~/mail/../notes", full, err)) return false;
 *     if (path_matches("/home/ann/notes/" "**", full)) ...
 *
 * Floor:  os - base only.   Memory: the caller's arrays.
 */
#pragma once
#include "base/err.h"

enum { PATH_SIZE = 4096 };                              /* a path and its NUL, as in the kernel */

/* `path` from the root on, without ".", "..", double or trailing slashes; "~" and "~/x" are
 * `home` (may be NULL: then "~" is a failure). ".." goes up in the text, before any link is
 * followed. Fails with "invalid" when it is empty or too long. */
bool path_absolute(const char *cwd, const char *home, const char *path, char out[PATH_SIZE], Err *err);

/* Does the pattern cover the whole path? `?` is one character and `*` any number of them, both
 * except "/"; `**` is anything. A pattern that ends in slash-star-star covers the directory itself
 * too, and star-star between slashes may be no directory at all. Time is linear in the path for a
 * given pattern, whatever the two contain. */
bool path_matches(const char *pattern, const char *path);

/* The part after the last slash. */
const char *path_name(const char *path);
