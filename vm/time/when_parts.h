/* when_parts.h - what the files of when.h share: the draft of a schedule while its words are
 * read, and the step from a draft to a When.
 *
 *     Draft draft = { .out = out };
 *     ... read the words into it ...
 *     return when_settle(&draft, &words);
 *
 * Floor:  time.   Memory: a Draft lives on the parser's stack.
 */
#pragma once
#include "time/when.h"
#include "time/when_words.h"

typedef struct {
    When *out;
    bool  has_time, has_random, has_between;
    bool  named_days;                                   /* the period is one or more names of days */
    bool  working;                                      /* weekday or weekend */
    bool  all_days;                                     /* day */
} Draft;

extern const char *const WHEN_WEEKDAYS[];               /* sunday .. saturday, NULL */
extern const char *const WHEN_PERIODS[];                /* by WhenPeriod, [0] empty */
extern const char *const WHEN_ORDINALS[];               /* last (DAYS_LAST), first .. fifth, NULL */

/* Decides what the words mean together, and refuses what has no meaning. */
bool when_settle(Draft *draft, const Words *words);

/* The clauses after the first words of `every`: at, on, between, in, from. */
bool when_read_clauses(Draft *draft, Words *words);
bool when_read_zone(Draft *draft, Words *words);        /* the string after `in` */

/* DATE [TIME] at the current word, as local seconds. */
bool when_read_date(Words *words, int64_t *local_s);
bool when_read_time(Words *words, int32_t *second);
