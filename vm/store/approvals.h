/* approvals.h - questions that a run asks of a person, and the answers.
 *
 *     approvals_digest(&row, hex);                     // of exactly what will be shown
 *     approvals_ask(store, &row);
 *     approvals_answer(store, &answer, done, ctx);     // once; the answer is a letter to the run
 *     approvals_close(store, id, closed, ctx);         // the time is over: nobody may answer any more
 *
 * An answer is given to a digest. When the row does not fit it any more, the question was changed after it was
 * asked, and the answer is refused.
 *
 * Floor:  store.   Thread: the loop thread.   Memory: arguments are copied.
 */
#pragma once
#include "base/hash.h"
#include "store/inbox.h"

typedef enum { APPROVAL_OPEN = 1, APPROVAL_YES, APPROVAL_NO, APPROVAL_EXPIRED } ApprovalState;

typedef struct {
    Slice   id;                                         /* short, for people */
    int64_t run;
    Slice   path, question;                             /* the step of the run; what is asked */
    Slice   detail;                                     /* JSON; ptr NULL = none */
    Slice   who;                                        /* should answer; ptr NULL = anybody */
    int64_t until;                                      /* Unix ms; 0 = for good */
} Approval;

typedef struct {
    Slice id;
    Slice digest;                                       /* hex, of what the person has seen */
    bool  yes;
    Slice by, why;                                      /* who says so; why.ptr NULL = no reason */
} ApprovalAnswer;

/* Of run, path, question, detail and who. */
void approvals_digest(const Approval *approval, char hex[HASH_TEXT]);

/* Queued; the same id again adds nothing. */
void approvals_ask(Store *store, const Approval *approval);

/* err: "not_found", "closed" (answered, too late, or its run is over), "corrupt" (it was changed after it was asked), or a
 * broken store. NULL: durable, and the run has the letter "approval ID" {"yes":…,"by":…,"at":seconds,"why":…,"digest":…}. */
void approvals_answer(Store *store, const ApprovalAnswer *answer, LetterDone done, void *ctx);

/* answered: a person was faster, the letter is in the inbox. */
typedef void (*ApprovalClosed)(void *ctx, bool answered, const Err *err);
void approvals_close(Store *store, Slice id, ApprovalClosed done, void *ctx);
