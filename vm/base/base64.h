/* base64.h - bytes as text (RFC 4648 section 4, with padding).
 *
 *     base64_add(&out, bytes);
 *     if (!base64_decode(text, &bytes)) ...
 *
 * Decoding is strict: one text for each run of bytes. No spaces, padding required,
 * unused bits zero.
 *
 * Floor:  base - libc only.   Memory: the caller's Buf.
 */
#pragma once
#include "base/buf.h"

void base64_add(Buf *out, Slice bytes);

/* Appends the bytes; false, with `out` as it was, when `text` is not base64. */
bool base64_decode(Slice text, Buf *out);
