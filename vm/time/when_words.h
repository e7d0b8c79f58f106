/* when_words.h - the words of a schedule, one at a time; for the parser of when.h alone.
 *
 *     Words words;
 *     words_init(&words, text, err);
 *     if (words_take(&words, "every")) ...
 *     return words_wrong(&words, "a period", "every day at 08:00");
 *
 * Floor:  time.   Memory: borrows the text; a plain value.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"

typedef enum { WORD_END, WORD_NAME, WORD_NUMBER, WORD_STRING, WORD_COMMA, WORD_OTHER } WordKind;

typedef struct {
    WordKind kind;
    Slice    text;                                      /* a string without its quotes */
    size_t   at;
} Word;

typedef struct {
    Slice  text;
    size_t next;
    Word   word;                                        /* the current one */
    Err   *err;
} Words;

void words_init(Words *words, Slice text, Err *err);
void words_skip(Words *words);                          /* on to the next word */
bool words_is(const Words *words, const char *name);
bool words_take(Words *words, const char *name);        /* skips it if it is that */
bool words_take_separator(Words *words);                /* `,` or `and` */

/* Always false. "'fortnight': expected a period ...; try: every 2 weeks" */
bool words_wrong(const Words *words, const char *expected, const char *try_this);

/* The same with "did you mean", when one of `names` (NULL at the end) is close. */
bool words_unknown(const Words *words, const char *const *names, const char *expected, const char *try_this);
