/* answers.h - what runs replied to updates, by the run and the key of the update. Read through report.h ("answer").
 *
 *     answers_put(store, &(Answer){ .run = id, .key = key, .good = true, .body = json });
 *
 * Floor:  store.   Thread: the loop thread.   Memory: put copies.
 */
#pragma once
#include "store/store.h"

typedef struct {
    int64_t run;
    Slice   key;                        /* of the letter */
    bool    good;                       /* false: body is an error */
    Slice   body;                       /* JSON */
} Answer;

/* Queued; the first answer to an update stays. */
void answers_put(Store *store, const Answer *answer);
