#include "base/base64.h"
#include <stdint.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(Buf *out, Slice bytes) {
    const unsigned char *s = (const unsigned char *)bytes.ptr;
    char *at = buf_reserve(out, (bytes.len + 2) / 3 * 4), *start = at;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t group = (uint32_t)s[i] << 16 | (left > 1 ? (uint32_t)s[i + 1] << 8 : 0) | (left > 2 ? s[i + 2] : 0u);
        *at++ = DIGITS[group >> 18];
        *at++ = DIGITS[group >> 12 & 63];
        *at++ = left > 1 ? DIGITS[group >> 6 & 63] : '=';
        *at++ = left > 2 ? DIGITS[group & 63] : '=';
    }
    *at = 0;
    out->len += (size_t)(at - start);
}

static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(Slice text, Buf *out) {
    if (text.len % 4 != 0) return false;
    size_t pad = 0, before = out->len;
    while (pad < 2 && pad < text.len && text.ptr[text.len - 1 - pad] == '=') pad++;
    char *at = buf_reserve(out, text.len / 4 * 3);
    uint32_t group = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = i >= text.len - pad ? 0 : digit_of(text.ptr[i]);
        if (digit < 0) return false;
        group = group << 6 | (uint32_t)digit;
        if (i % 4 != 3) continue;
        *at++ = (char)(group >> 16);
        *at++ = (char)(group >> 8);
        *at++ = (char)group;
    }
    /* the bits behind the padding must be zero, else two texts would mean the same bytes */
    if ((pad == 1 && (group & 0xFF)) || (pad == 2 && (group & 0xFFFF))) return false;
    out->len = before + text.len / 4 * 3 - pad;
    if (out->ptr) out->ptr[out->len] = 0;
    return true;
}
