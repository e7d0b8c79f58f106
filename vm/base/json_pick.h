/* json_pick.h - one value out of a well-formed JSON text, by the names that lead to it.
 *
 *     Slice customer = json_pick(text, slice_of("event.order.customer"));     // its own text: "acme" with its quotes, 12, null
 *     if (!customer.ptr) ...                                                  // there is no such value
 *
 * Names are compared as written, places in lists count from 0. Nothing is decoded.
 *
 * Floor:  base - libc only.   Memory: the result is a piece of the text.
 */
#pragma once
#include "base/slice.h"

Slice json_pick(Slice text, Slice path);
