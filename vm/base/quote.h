/* quote.h - a string as JSON writes it: quoted, with the fewest escapes (as RFC 8785).
 *
 *     quote_add(&out, slice_of("a\n"));        "a\n", with its quotes
 *
 * The text must be UTF-8: quoting does not look.
 *
 * Floor:  base - libc only.   Memory: the caller's Buf.
 */
#pragma once
#include "base/buf.h"

void quote_add(Buf *out, Slice text);
