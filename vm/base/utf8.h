/* utf8.h - is this UTF-8 (RFC 3629), and how many bytes has the next character?
 *
 *     size_t n = utf8_step(at, end);      0: not a character
 *
 * Overlong forms, surrogates and anything above U+10FFFF are not characters.
 *
 * Floor:  base - libc only.   Memory: none.
 */
#pragma once
#include <stdint.h>
#include "base/slice.h"

/* Bytes of the character at `at` (1 to 4), 0 when the bytes up to `end` do not begin with one. */
size_t utf8_step(const char *at, const char *end);
bool   utf8_is_valid(Slice text);

/* The text cut to at most `max` bytes, between two characters. */
Slice  utf8_clip(Slice text, size_t max);

/* Writes a code point (up to 0x10FFFF, no surrogate) to `out`, which has room for 4; returns its bytes. */
size_t utf8_put(uint32_t code, char *out);
