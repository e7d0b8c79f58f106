/* buf.h - bytes that grow.
 *
 *     Buf out;
 *     buf_init(&out);
 *     buf_printf(&out, "%d runs", n);
 *     use(buf_text(&out));
 *     buf_drop(&out);
 *
 * The bytes are always followed by a NUL that is not counted. Memory that cannot
 * be had ends the process: nothing above could continue honestly.
 *
 * Floor:  base - libc only.
 * Memory: a Buf owns its bytes from buf_init to buf_drop or buf_take.
 */
#pragma once
#include "base/slice.h"

typedef struct {
    char  *ptr;
    size_t len, cap;
} Buf;

void  buf_init(Buf *buf);
void  buf_drop(Buf *buf);
void  buf_clear(Buf *buf);                              /* keeps the memory */
void  buf_add(Buf *buf, const void *bytes, size_t len);
void  buf_add_byte(Buf *buf, char byte);
void  buf_add_text(Buf *buf, const char *text);
void  buf_add_slice(Buf *buf, Slice slice);
__attribute__((format(printf, 2, 3)))
void  buf_printf(Buf *buf, const char *fmt, ...);
char *buf_reserve(Buf *buf, size_t more);               /* room for `more` bytes; add them to len yourself */
char *buf_take(Buf *buf);                               /* the caller owns the result, free() it; buf is empty again */
const char *buf_text(const Buf *buf);                   /* never NULL */
static inline Slice buf_slice(const Buf *buf) { return slice_make(buf->ptr, buf->len); }

/* malloc and strdup that end the process instead of returning NULL. */
void *mem_new(size_t size);                             /* zeroed */
void *mem_resize(void *old, size_t size);
char *mem_copy(Slice text);                             /* NUL-terminated copy, free() it */
