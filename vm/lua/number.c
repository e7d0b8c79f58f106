#include "lua/number.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t number_format_integer(int64_t integer, char out[NUMBER_SIZE]) {
    char digits[24];
    size_t n = 0, len = 0;
    uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    do digits[n++] = (char)('0' + rest % 10); while (rest /= 10);
    if (integer < 0) out[len++] = '-';
    while (n > 0) out[len++] = digits[--n];
    out[len] = 0;
    return len;
}

size_t number_format(double real, char out[NUMBER_SIZE]) {
    if (fabs(real) < 1e15 && real == (double)(int64_t)real && !(real == 0 && signbit(real))) {
        size_t len = number_format_integer((int64_t)real, out);
        memcpy(out + len, ".0", 3);
        return len + 2;
    }
    /* 15 digits are never too many for a normal double, but may be for a subnormal one */
    int len = 0;
    for (int digits = fabs(real) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        len = snprintf(out, NUMBER_SIZE, "%.*g", digits, real);
        if (strtod(out, NULL) == real) break;
    }
    if (strpbrk(out, ".e")) return (size_t)len;
    memcpy(out + len, ".0", 3);
    return (size_t)len + 2;
}

static size_t refuse(Number *out, const char *why) {
    out->why = why;
    return 0;
}

static const char *skip_digits(const char *at, const char *end) {
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at;
}

/* A whole number beyond int64: a float only when a float is exactly that number. */
static size_t parse_huge(const char *text, size_t len, Number *out) {
    char exact[400];
    out->is_integer = false;
    out->real = strtod(text, NULL);
    if (!isfinite(out->real)) return refuse(out, "this number is too large");
    snprintf(exact, sizeof exact, "%.0f", out->real);
    if (strcmp(exact, text) != 0) return refuse(out, "this whole number is beyond 64 bits and would lose digits; send it as text");
    return len;
}

static bool parse_integer(const char *at, size_t len, Number *out) {
    bool negative = *at == '-';
    uint64_t sum = 0, limit = (uint64_t)INT64_MAX + negative;
    for (size_t i = negative; i < len; i++) {
        uint64_t digit = (uint64_t)(at[i] - '0');
        if (sum > (limit - digit) / 10) return false;
        sum = sum * 10 + digit;
    }
    out->is_integer = true;
    out->integer = (int64_t)(negative ? 0 - sum : sum);
    return true;
}

static bool has_value(const char *at, size_t len) {
    for (size_t i = 0; i < len && at[i] != 'e' && at[i] != 'E'; i++)
        if (at[i] >= '1' && at[i] <= '9') return true;
    return false;
}

/* Up to 15 digits and a small power of ten: one exact division gives the right double. */
static bool parse_short(const char *at, size_t len, double *out) {
    static const double TENS[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    uint64_t sum = 0;
    size_t places = 0;
    if (len > 17) return false;
    for (size_t i = *at == '-'; i < len; i++) {
        if (at[i] == '.') { places = len - 1 - i; continue; }
        if (at[i] > '9') return false;                  /* an exponent */
        sum = sum * 10 + (uint64_t)(at[i] - '0');
    }
    if (sum > 999999999999999u || places > 15) return false;
    *out = (double)sum / TENS[places];
    if (*at == '-') *out = -*out;
    return true;
}

size_t number_parse(const char *at, const char *end, Number *out) {
    const char *p = at + (*at == '-'), *digits = p;
    p = skip_digits(p, end);
    if (p == digits) return refuse(out, "a digit must follow '-'");
    if (*digits == '0' && p - digits > 1) return refuse(out, "a number does not begin with 0");
    bool whole = true;
    if (p < end && *p == '.') {
        whole = false;
        const char *from = ++p;
        if ((p = skip_digits(p, end)) == from) return refuse(out, "a digit must follow '.'");
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        whole = false;
        if (++p < end && (*p == '+' || *p == '-')) p++;
        const char *from = p;
        if ((p = skip_digits(p, end)) == from) return refuse(out, "a digit must follow 'e'");
    }
    size_t len = (size_t)(p - at);
    if (len > NUMBER_LENGTH_MAX) return refuse(out, "this number is too long");
    out->is_integer = false;
    if (whole && parse_integer(at, len, out)) return len;
    if (!whole && parse_short(at, len, &out->real)) return len;
    char text[NUMBER_LENGTH_MAX + 1];
    memcpy(text, at, len);
    text[len] = 0;
    if (whole) return parse_huge(text, len, out);
    out->real = strtod(text, NULL);
    if (!isfinite(out->real)) return refuse(out, "this number is too large");
    if (out->real == 0 && has_value(at, len)) return refuse(out, "this number is too small to be told from 0");
    return len;
}
