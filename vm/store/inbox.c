#include "store/inbox.h"
#include "store/blob.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob      base;
    Letter     letter;
    int64_t    now;
    Err        refused;                                 /* code NULL = none; the store is not broken by it */
    LetterDone done;
    void      *ctx;
} Put;

/* A run that waits for this name is due now. */
static bool wake(Db *db, int64_t run, Slice name, int64_t now_ms, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET wake = $1 WHERE id = $2 AND state = 3 AND instr(', ' || wait_on || ', ', ', ' || $3 || ', ') > 0", &s, err))
        return false;
    db_bind_int(s, 1, now_ms);
    db_bind_int(s, 2, run);
    db_bind_text(s, 3, name);
    return db_finish(s, err);
}

bool inbox_insert(Db *db, int64_t run, const Letter *letter, int64_t now_ms, Err *err) {
    unsigned char hash[HASH_SIZE];
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO inbox(run, mid, name, body, big, t, n) VALUES($1, $2, $3, $4, $5, $6,"
                        " (SELECT coalesce(max(n), 0) + 1 FROM inbox WHERE run = $1)) ON CONFLICT DO NOTHING", &s, err))
        return false;
    db_bind_int(s, 1, run);
    db_bind_text(s, 2, letter->mid);
    db_bind_text(s, 3, letter->name);
    db_bind_int(s, 6, now_ms);
    return blob_bind(db, s, 4, 5, letter->body, hash, err) && db_finish(s, err) && (db_changes(db) == 0 || wake(db, run, letter->name, now_ms, err));
}

/* *state: of the run; 0 = there is none. *known: the letter is there already. */
static bool look(Db *db, const Letter *letter, int64_t *run, int64_t *state, bool *known, Err *err) {
    DbStmt *s;
    bool found;
    if (!db_prepare(db, "SELECT id, state, (SELECT count(*) FROM inbox i WHERE i.run = r.id AND i.mid = $1) FROM run r WHERE uid = $2", &s, err))
        return false;
    db_bind_text(s, 1, letter->mid);
    db_bind_text(s, 2, letter->run);
    bool ok = db_step(s, &found, err);
    *state = ok && found ? db_int(s, 1) : 0;
    *run = *state ? db_int(s, 0) : 0;
    *known = *state && db_int(s, 2) > 0;
    db_release(s);
    return ok;
}

static bool run_put(Db *db, void *ctx, Err *err) {
    Put *job = ctx;
    const Letter *letter = &job->letter;
    int64_t run, state;
    bool known;
    if (!look(db, letter, &run, &state, &known, err)) return false;
    if (known) return true;
    if (!state) err_set(&job->refused, "not_found", "there is no run %.*s", (int)letter->run.len, letter->run.ptr);
    else if (state >= 7) err_set(&job->refused, "closed", "run %.*s is over", (int)letter->run.len, letter->run.ptr);
    else return inbox_insert(db, run, letter, job->now, err);
    return true;
}

static void put_done(void *ctx, const Err *err) {
    Put *job = ctx;
    if (job->done) job->done(job->ctx, err ? err : job->refused.code ? &job->refused : NULL);
    free(job);
}

static Letter keep(char *at, const Letter *letter) {
    return (Letter){ .run = slice_keep(&at, letter->run), .mid = slice_keep(&at, letter->mid), .name = slice_keep(&at, letter->name),
                     .body = slice_keep(&at, letter->body), .n = letter->n };
}

static size_t text_of(const Letter *letter) { return letter->run.len + letter->mid.len + letter->name.len + letter->body.len; }

void inbox_put(Store *store, const Letter *letter, LetterDone done, void *ctx) {
    Put *job = store_job(sizeof *job, text_of(letter), run_put);
    job->letter = keep((char *)(job + 1), letter);
    job->base.done = put_done;
    job->now = seam_wall_ms(store->seam);
    job->done = done;
    job->ctx = ctx;
    store_submit(store, &job->base);
}

static bool is_among(int64_t n, const int64_t *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (list[i] == n) return true;
    return false;
}

bool inbox_next(Db *db, int64_t run, Slice name, const int64_t *skip, size_t skip_count, Letter **out, Err *err) {
    DbStmt *s;
    bool more, ok;
    *out = NULL;
    if (!db_prepare(db, "SELECT n, mid, coalesce(body, (SELECT data FROM blob WHERE hash = big)) FROM inbox WHERE run = $1 AND seq IS NULL AND name = $2 ORDER BY n", &s, err)) return false;
    db_bind_int(s, 1, run);
    db_bind_text(s, 2, name);
    while ((ok = db_step(s, &more, err)) && more) {
        Letter letter = { .n = db_int(s, 0), .mid = db_text(s, 1), .body = db_text(s, 2) };
        if (is_among(letter.n, skip, skip_count)) continue;
        *out = mem_new(sizeof letter + text_of(&letter));
        **out = keep((char *)(*out + 1), &letter);
        break;
    }
    db_release(s);
    return ok;
}

typedef struct {
    DbJob   base;
    int64_t run, n, seq;
} HandOver;

static bool run_hand_over(Db *db, void *ctx, Err *err) {
    const HandOver *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE inbox SET seq = $1 WHERE run = $2 AND n = $3", &s, err)) return false;
    db_bind_int(s, 1, job->seq);
    db_bind_int(s, 2, job->run);
    db_bind_int(s, 3, job->n);
    return db_finish(s, err);
}

void inbox_hand_over(Store *store, int64_t run, int64_t n, int64_t seq) {
    HandOver *job = store_job(sizeof *job, 0, run_hand_over);
    job->run = run;
    job->n = n;
    job->seq = seq;
    store_submit(store, &job->base);
}
