#include "base/buf.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void out_of_memory(void) {
    static const char text[] = "aios: out of memory\n";
    fwrite(text, 1, sizeof text - 1, stderr);
    abort();
}

void *mem_new(size_t size) {
    void *ptr = calloc(1, size ? size : 1);
    if (!ptr) out_of_memory();
    return ptr;
}

void *mem_resize(void *old, size_t size) {
    void *ptr = realloc(old, size ? size : 1);
    if (!ptr) out_of_memory();
    return ptr;
}

char *mem_copy(Slice text) {
    char *copy = mem_new(text.len + 1);
    if (text.len) memcpy(copy, text.ptr, text.len);
    return copy;
}

void buf_init(Buf *buf) { *buf = (Buf){ 0 }; }

void buf_drop(Buf *buf) {
    free(buf->ptr);
    *buf = (Buf){ 0 };
}

void buf_clear(Buf *buf) {
    buf->len = 0;
    if (buf->ptr) buf->ptr[0] = 0;
}

char *buf_reserve(Buf *buf, size_t more) {
    size_t need = buf->len + more + 1;
    if (need < more) out_of_memory();
    if (need > buf->cap) {
        size_t cap = buf->cap ? buf->cap : 64;
        while (cap < need) cap = cap > SIZE_MAX / 2 ? need : cap * 2;
        buf->ptr = mem_resize(buf->ptr, cap);
        buf->cap = cap;
    }
    return buf->ptr + buf->len;
}

void buf_add(Buf *buf, const void *bytes, size_t len) {
    char *at = buf_reserve(buf, len);
    if (len) memcpy(at, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = 0;
}

void buf_add_byte(Buf *buf, char byte) {
    char *at = buf_reserve(buf, 1);
    at[0] = byte;
    at[1] = 0;
    buf->len++;
}

void buf_add_text(Buf *buf, const char *text) { buf_add(buf, text, strlen(text)); }
void buf_add_slice(Buf *buf, Slice slice) { buf_add(buf, slice.ptr, slice.len); }

void buf_printf(Buf *buf, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) return;
    char *at = buf_reserve(buf, (size_t)len);
    va_start(args, fmt);
    vsnprintf(at, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)len;
}

char *buf_take(Buf *buf) {
    buf_reserve(buf, 0);
    buf->ptr[buf->len] = 0;
    char *ptr = buf->ptr;
    *buf = (Buf){ 0 };
    return ptr;
}

const char *buf_text(const Buf *buf) { return buf->ptr ? buf->ptr : ""; }
