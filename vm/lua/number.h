/* number.h - JSON numbers: text to int64 or double and back, without loss.
 *
 *     char text[NUMBER_SIZE];
 *     size_t len = number_format(0.1, text);          "0.1"
 *     size_t used = number_parse(at, end, &n);        0: n.why says what is wrong
 *
 * Floor:  lua - libc only. The process must stay in the "C" numeric locale, as Lua itself needs.
 * Memory: the caller's.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBER_SIZE = 32, NUMBER_LENGTH_MAX = 1100 };    /* the longest exact double has 1,077 characters */

typedef struct {
    bool        is_integer;
    int64_t     integer;
    double      real;
    const char *why;            /* set when number_parse returns 0 */
} Number;

/* Shortest text that reads back as `real`, with '.' or 'e' so that it stays a float. Finite only. */
size_t number_format(double real, char out[NUMBER_SIZE]);
size_t number_format_integer(int64_t integer, char out[NUMBER_SIZE]);

/* Reads the number at `at` by the grammar of RFC 8259; returns the bytes used. */
size_t number_parse(const char *at, const char *end, Number *out);
