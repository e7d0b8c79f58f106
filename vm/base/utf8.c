#include "base/utf8.h"

static bool is_tail(unsigned char byte) { return (byte & 0xC0) == 0x80; }

size_t utf8_step(const char *at, const char *end) {
    const unsigned char *s = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    if (left == 0) return 0;
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < 2 || !is_tail(s[1])) return 0;
    if (s[0] < 0xE0) return 2;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F)) return 0;   /* overlong, surrogate */
    if (left < 3 || !is_tail(s[2])) return 0;
    if (s[0] < 0xF0) return 3;
    if ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F)) return 0;   /* overlong, too high */
    return left >= 4 && is_tail(s[3]) ? 4 : 0;
}

bool utf8_is_valid(Slice text) {
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end) {
        uint64_t word;                                  /* eight ASCII bytes at a time */
        while (end - at >= 8 && (memcpy(&word, at, 8), (word & 0x8080808080808080u) == 0)) at += 8;
        if (at == end) break;
        size_t step = utf8_step(at, end);
        if (step == 0) return false;
        at += step;
    }
    return true;
}

Slice utf8_clip(Slice text, size_t max) {
    if (text.len <= max) return text;
    while (max > 0 && is_tail((unsigned char)text.ptr[max])) max--;
    return slice_make(text.ptr, max);
}

size_t utf8_put(uint32_t code, char *out) {
    if (code < 0x80) return (void)(out[0] = (char)code), 1;
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}
