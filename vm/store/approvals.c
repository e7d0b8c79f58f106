#include "store/approvals.h"
#include "base/quote.h"
#include "store/store_parts.h"
#include <stdlib.h>

/* ------------------------------------------------------------------ the question */
void approvals_digest(const Approval *a, char hex[HASH_TEXT]) {
    unsigned char hash[HASH_SIZE];
    Buf all = { 0 };
    buf_printf(&all, "%lld ", (long long)a->run);
    quote_add(&all, a->path);
    quote_add(&all, a->question);
    quote_add(&all, a->detail);
    quote_add(&all, a->who);
    hash_bytes(buf_slice(&all), hash);
    hash_text(hash, hex);
    buf_drop(&all);
}

typedef struct {
    DbJob    base;
    Approval row;
    int64_t  now;
    char     digest[HASH_TEXT];
} Ask;

static bool run_ask(Db *db, void *ctx, Err *err) {
    const Ask *job = ctx;
    const Approval *a = &job->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO approvals(id, run, path, question, detail, who, digest, state, created, until)"
                        " VALUES($1, $2, $3, $4, $5, $6, $7, 1, $8, $9) ON CONFLICT DO NOTHING", &s, err))
        return false;
    db_bind_text(s, 1, a->id);
    db_bind_int(s, 2, a->run);
    db_bind_text(s, 3, a->path);
    db_bind_text(s, 4, a->question);
    db_bind_text(s, 5, a->detail);
    db_bind_text(s, 6, a->who);
    db_bind_text(s, 7, slice_of(job->digest));
    db_bind_int(s, 8, job->now);
    bind_some(s, 9, a->until);
    return db_finish(s, err);
}

void approvals_ask(Store *store, const Approval *a) {
    Ask *job = store_job(sizeof *job, a->id.len + a->path.len + a->question.len + a->detail.len + a->who.len, run_ask);
    char *at = (char *)(job + 1);
    job->row = (Approval){ .id = slice_keep(&at, a->id), .run = a->run, .path = slice_keep(&at, a->path), .question = slice_keep(&at, a->question),
                           .detail = slice_keep(&at, a->detail), .who = slice_keep(&at, a->who), .until = a->until };
    job->now = seam_wall_ms(store->seam);
    approvals_digest(a, job->digest);
    store_submit(store, &job->base);
}

/* ------------------------------------------------------------------ the answer */
typedef struct {
    DbJob          base;
    ApprovalAnswer answer;
    int64_t        now;
    Err            refused;
    LetterDone     done;
    void          *ctx;
} Answer;

/* What stands in the way, in job->refused; the run in *run. */
static bool may_answer(Db *db, Answer *job, int64_t *run, Err *err) {
    DbStmt *s;
    bool found;
    char digest[HASH_TEXT];
    Slice id = job->answer.id;
    if (!db_prepare(db, "SELECT a.run, a.path, a.question, a.detail, a.who, a.digest, a.state, a.until, r.state"
                        " FROM approvals a JOIN run r ON r.id = a.run WHERE a.id = $1", &s, err))
        return false;
    db_bind_text(s, 1, id);
    bool ok = db_step(s, &found, err);
    if (ok && found) {
        Approval row = { .run = db_int(s, 0), .path = db_text(s, 1), .question = db_text(s, 2), .detail = db_text(s, 3), .who = db_text(s, 4) };
        ApprovalState state = (ApprovalState)db_int(s, 6);
        int64_t until = db_int(s, 7);
        *run = row.run;
        approvals_digest(&row, digest);
        if (!slice_eq(slice_of(digest), job->answer.digest) || !slice_eq(db_text(s, 5), job->answer.digest))
            err_set(&job->refused, "corrupt", "the question %.*s was changed after it was asked; nothing was answered", (int)id.len, id.ptr);
        else if (state == APPROVAL_YES || state == APPROVAL_NO)
            err_set(&job->refused, "closed", "the question %.*s was answered already", (int)id.len, id.ptr);
        else if (state == APPROVAL_EXPIRED || (until && job->now >= until))
            err_set(&job->refused, "closed", "the time for an answer to %.*s is over", (int)id.len, id.ptr);
        else if (db_int(s, 8) >= 7) err_set(&job->refused, "closed", "the run that asked %.*s is over", (int)id.len, id.ptr);
    } else if (ok) err_set(&job->refused, "not_found", "there is no question %.*s", (int)id.len, id.ptr);
    db_release(s);
    return ok;
}

static bool mark(Db *db, const Answer *job, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE approvals SET state = $1, answered = $2, answered_by = $3, why = $4 WHERE id = $5", &s, err)) return false;
    db_bind_int(s, 1, job->answer.yes ? APPROVAL_YES : APPROVAL_NO);
    db_bind_int(s, 2, job->now);
    db_bind_text(s, 3, job->answer.by);
    db_bind_text(s, 4, job->answer.why);
    db_bind_text(s, 5, job->answer.id);
    return db_finish(s, err);
}

static bool run_answer(Db *db, void *ctx, Err *err) {
    Answer *job = ctx;
    int64_t run = 0;
    Buf name = { 0 }, body = { 0 };
    if (!may_answer(db, job, &run, err)) return false;
    if (job->refused.code) return true;
    buf_printf(&name, "approval %.*s", (int)job->answer.id.len, job->answer.id.ptr);
    buf_printf(&body, "{\"at\":%lld.%03d,\"by\":", (long long)(job->now / 1000), (int)(job->now % 1000));
    quote_add(&body, job->answer.by);
    buf_add_text(&body, ",\"digest\":");
    quote_add(&body, job->answer.digest);
    if (job->answer.why.ptr) {
        buf_add_text(&body, ",\"why\":");
        quote_add(&body, job->answer.why);
    }
    buf_printf(&body, ",\"yes\":%s}", job->answer.yes ? "true" : "false");
    Letter letter = { .mid = buf_slice(&name), .name = buf_slice(&name), .body = buf_slice(&body) };
    bool good = mark(db, job, err) && inbox_insert(db, run, &letter, job->now, err);
    buf_drop(&name);
    buf_drop(&body);
    return good;
}

static void answer_done(void *ctx, const Err *err) {
    Answer *job = ctx;
    if (job->done) job->done(job->ctx, err ? err : job->refused.code ? &job->refused : NULL);
    free(job);
}

void approvals_answer(Store *store, const ApprovalAnswer *answer, LetterDone done, void *ctx) {
    Answer *job = store_job(sizeof *job, answer->id.len + answer->digest.len + answer->by.len + answer->why.len, run_answer);
    char *at = (char *)(job + 1);
    job->answer = (ApprovalAnswer){ .id = slice_keep(&at, answer->id), .digest = slice_keep(&at, answer->digest), .yes = answer->yes,
                                    .by = slice_keep(&at, answer->by), .why = slice_keep(&at, answer->why) };
    job->base.done = answer_done;
    job->now = seam_wall_ms(store->seam);
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

/* ------------------------------------------------------------------ the end of its time */
typedef struct {
    DbJob          base;
    Slice          id;
    bool           answered;
    ApprovalClosed done;
    void          *ctx;
} Close;

static bool run_close(Db *db, void *ctx, Err *err) {
    Close *job = ctx;
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "UPDATE approvals SET state = 4 WHERE id = $1 AND state = 1", &s, err)) return false;
    db_bind_text(s, 1, job->id);
    if (!db_finish(s, err)) return false;
    if (!db_prepare(db, "SELECT 1 FROM approvals WHERE id = $1 AND state IN (2, 3)", &s, err)) return false;
    db_bind_text(s, 1, job->id);
    bool ok = db_step(s, &found, err);
    job->answered = ok && found;
    db_release(s);
    return ok;
}

static void close_done(void *ctx, const Err *err) {
    Close *job = ctx;
    if (job->done) job->done(job->ctx, job->answered, err);
    free(job);
}

void approvals_close(Store *store, Slice id, ApprovalClosed done, void *ctx) {
    Close *job = store_job(sizeof *job, id.len, run_close);
    char *at = (char *)(job + 1);
    job->id = slice_keep(&at, id);
    job->base.done = close_done;
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}
