/* slice.h - a borrowed run of bytes: pointer and length, passed by value.
 *
 *     if (slice_is(word, "every")) ...
 *
 * Floor:  base - libc only.
 * Memory: never owns what it points to.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *ptr;
    size_t      len;
} Slice;

static inline Slice slice_of(const char *text) { return (Slice){ text, text ? strlen(text) : 0 }; }
static inline Slice slice_make(const void *ptr, size_t len) { return (Slice){ ptr, len }; }
static inline bool  slice_eq(Slice a, Slice b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); }
static inline bool  slice_begins(Slice a, const char *text) { return a.len >= strlen(text) && memcmp(a.ptr, text, strlen(text)) == 0; }
static inline bool  slice_is(Slice a, const char *text) { return slice_eq(a, slice_of(text)); }

/* Order by bytes: below, at or above 0, as memcmp. */
static inline int slice_order(Slice a, Slice b) {
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : a.len < b.len ? -1 : a.len > b.len;
}
