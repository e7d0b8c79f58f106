/* Part of asks.h. */
#include "store/asks.h"
#include "store/audit.h"
#include "store/code.h"
#include "store/journal.h"
#include "store/store_parts.h"
#include <stdlib.h>

typedef struct {
    DbJob   base;
    int64_t id, now, from_seq;
    Slice   program, source;                            /* ptr NULL = it goes on with its own */
    unsigned char code[HASH_SIZE];                      /* zeroes = the same */
    bool    changed;
} Retry;

static bool forget_rows(Db *db, const Retry *job, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, "DELETE FROM journal WHERE run = $1 AND seq >= $2", &s, err)) return false;
    db_bind_int(s, 1, job->id);
    db_bind_int(s, 2, job->from_seq);
    return db_finish(s, err);
}

static bool run_retry(Db *db, void *ctx, Err *err) {
    Retry *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "UPDATE run SET state = 1, wake = $1, finished = NULL, error = NULL, error_big = NULL, reason = 'a person asked to try it again',"
                        " code = coalesce($2, code) WHERE id = $3 AND state IN (4, 5, 8) AND undone = 0", &s, err))
        return false;
    db_bind_int(s, 1, job->now);
    bind_hash(s, 2, job->code);
    db_bind_int(s, 3, job->id);
    if (!db_finish(s, err)) return false;
    job->changed = db_changes(db) == 1;
    if (job->changed && job->source.ptr && !code_insert(db, job->code, job->program, job->source, job->now, err)) return false;
    return !job->changed || forget_rows(db, job, err);
}

static bool is_of(const JournalLoad *past, size_t from, Slice path) {
    for (size_t i = from; i < past->count; i++)
        if (slice_eq(past->rows[i].path, path)) return true;
    return false;
}

/* What failed last, with the steps around it that failed for it: the rows at the end of the record. */
static size_t failed_from(const JournalLoad *past) {
    size_t from = past->count;
    for (size_t at = past->count; at > 0; at--) {
        const JournalRow *row = &past->rows[at - 1];
        bool failed = row->kind == ENTRY_RESULT && row->status == ENTRY_ERROR;
        if (failed || (row->kind != ENTRY_RESULT && row->kind != ENTRY_CLOCK && is_of(past, from, row->path))) from = at - 1;
        else if (row->kind != ENTRY_CLOCK) break;
    }
    return from;
}

bool asks_retry(Store *store, const RunRow *run, Slice source, char **step, Err *err) {
    JournalLoad *past;
    *step = NULL;
    if (!journal_load(store_reader(store), run->id, &past, err)) return false;
    size_t from = run->state == RUN_DIVERGED || run->state == RUN_PAUSED ? past->count : failed_from(past);
    Retry *job = store_job(sizeof *job, 0, run_retry);
    job->id = run->id;
    job->now = seam_wall_ms(store->seam);
    job->from_seq = from < past->count ? past->rows[from].seq : INT64_MAX;
    if (source.ptr) {
        hash_bytes(source, job->code);
        job->program = run->program;
        job->source = source;
    }
    if (from < past->count) *step = mem_copy(past->rows[from].path);
    AuditRow row = { .run = run->uid, .program = run->program, .path = slice_of(*step), .tool = slice_of("retry"), .args = run->error,
                     .decision = slice_of("settle"), .reason = slice_of("a person asked to try it again") };
    bool good = store_write_now(store, &job->base, err);
    if (good && !job->changed) good = err_set(err, "invalid", "run %.*s cannot go on: it has not failed, or what it had finished was undone",
                                              (int)run->uid.len, run->uid.ptr);
    if (good) audit_append(store, &row);
    journal_free(past);
    free(job);
    if (!good) {
        free(*step);
        *step = NULL;
    }
    return good;
}
