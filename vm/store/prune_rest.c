/* What is left of runs that are gone, whoever removed them. */
#include "store/prune_parts.h"
#include "store/store_parts.h"
#include <stdio.h>

enum { ROWS_A_COMMIT = 1000, NAMES_A_COMMIT = 100, PAGES_A_COMMIT = 2000 };

static bool read_number(Db *db, const char *sql, int64_t *out, Err *err) {
    DbStmt *s;
    bool row;
    if (!db_prepare(db, sql, &s, err)) return false;
    bool ok = db_step(s, &row, err);
    *out = ok && row ? db_int(s, 0) : 0;
    db_release(s);
    return ok;
}

/* ------------------------------------------------------------------ journals */
typedef struct {
    DbJob   base;
    int64_t rows;
    bool    more;
} Rows;

static bool exec_of(Db *db, const char *sql, int64_t run, Err *err) {
    DbStmt *s;
    if (!db_prepare(db, sql, &s, err)) return false;
    db_bind_int(s, 1, run);
    return db_finish(s, err);
}

static bool run_rows(Db *db, void *ctx, Err *err) {
    Rows *job = ctx;
    int64_t run;
    job->rows = 0;
    job->more = true;
    while (job->rows < ROWS_A_COMMIT) {
        if (!read_number(db, "SELECT run FROM tag WHERE k = 'pruned' LIMIT 1", &run, err)) return false;
        job->more = run != 0;
        if (!run) return true;
        if (!exec_of(db, "DELETE FROM journal WHERE run = $1 AND seq < (SELECT min(seq) FROM journal WHERE run = $1) + 1000", run, err)) return false;
        int64_t gone = db_changes(db);
        job->rows += gone;
        if (gone == 0 && !exec_of(db, "DELETE FROM tag WHERE k = 'pruned' AND run = $1", run, err)) return false;
    }
    return true;
}

/* ------------------------------------------------------------------ what has a name */
#define UNNAMED_BLOB "NOT EXISTS (SELECT 1 FROM journal j WHERE j.big = hash) AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.big = hash)" \
    " AND NOT EXISTS (SELECT 1 FROM run r WHERE r.input_big = hash) AND NOT EXISTS (SELECT 1 FROM run r WHERE r.output_big = hash)" \
    " AND NOT EXISTS (SELECT 1 FROM run r WHERE r.error_big = hash)"
#define UNNAMED_CODE "NOT EXISTS (SELECT 1 FROM run r WHERE r.code = hash)"

typedef struct { const char *find, *remove; } Named;

static const Named BLOBS = { "SELECT hash FROM blob WHERE " UNNAMED_BLOB, "DELETE FROM blob WHERE hash = $1 AND " UNNAMED_BLOB };
static const Named CODES = { "SELECT hash FROM code WHERE " UNNAMED_CODE, "DELETE FROM code WHERE hash = $1 AND " UNNAMED_CODE };

typedef struct {
    DbJob       base;
    const Named *named;
    const char *hashes;
    size_t      count;
    int64_t     gone;
} Names;

static bool run_names(Db *db, void *ctx, Err *err) {
    Names *job = ctx;
    job->gone = 0;
    for (size_t i = 0; i < job->count; i++) {
        DbStmt *s;
        if (!db_prepare(db, job->named->remove, &s, err)) return false;
        db_bind_blob(s, 1, slice_make(job->hashes + i * HASH_SIZE, HASH_SIZE));
        if (!db_finish(s, err)) return false;
        job->gone += db_changes(db);
    }
    return true;
}

static bool find_names(Db *db, const char *sql, Buf *hashes, Err *err) {
    DbStmt *s;
    bool row, ok;
    if (!db_prepare(db, sql, &s, err)) return false;
    while ((ok = db_step(s, &row, err)) && row)
        if (db_blob(s, 0).len == HASH_SIZE) buf_add_slice(hashes, db_blob(s, 0));
    db_release(s);
    return ok;
}

/* Found by reading, which disturbs nobody; looked at once more when they are removed. */
static bool remove_unnamed(Store *store, const Named *named, int64_t *gone, Err *err) {
    Buf hashes = { 0 };
    bool good = find_names(store_reader(store), named->find, &hashes, err);
    size_t count = hashes.len / HASH_SIZE;
    for (size_t at = 0; good && at < count; at += NAMES_A_COMMIT) {
        size_t few = count - at < NAMES_A_COMMIT ? count - at : NAMES_A_COMMIT;
        Names job = { .base = { .run = run_names, .ctx = &job, .bytes = sizeof job }, .named = named, .hashes = hashes.ptr + at * HASH_SIZE, .count = few };
        good = store_write_now(store, &job.base, err);
        *gone += job.gone;
    }
    buf_drop(&hashes);
    return good;
}

/* ------------------------------------------------------------------ the file */
typedef struct {
    DbJob   base;
    int64_t pages;                                      /* that are free now */
} Pages;

static bool run_pages(Db *db, void *ctx, Err *err) {
    Pages *job = ctx;
    DbStmt *s;
    bool row = true, ok;
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA incremental_vacuum(%d)", PAGES_A_COMMIT);
    if (!db_prepare(db, sql, &s, err)) return false;
    while ((ok = db_step(s, &row, err)) && row) {}
    db_release(s);
    return ok && read_number(db, "SELECT freelist_count FROM pragma_freelist_count", &job->pages, err);
}

static bool give_pages_back(Store *store, int64_t *bytes, Err *err) {
    int64_t first = 0, size = 0, left;
    if (!read_number(store_reader(store), "SELECT freelist_count FROM pragma_freelist_count", &first, err)
        || !read_number(store_reader(store), "SELECT page_size FROM pragma_page_size", &size, err))
        return false;
    Pages job = { .pages = first };
    do {
        left = job.pages;
        if (!left) break;
        job.base = (DbJob){ .run = run_pages, .ctx = &job, .bytes = sizeof job };
        if (!store_write_now(store, &job.base, err)) return false;
    } while (job.pages < left);                         /* a file of an earlier version keeps its pages, for later rows */
    *bytes += (first - job.pages) * size;
    return true;
}

bool prune_rest(Store *store, PruneCount *count, Err *err) {
    Rows job = { .more = true };
    while (job.more) {
        job.base = (DbJob){ .run = run_rows, .ctx = &job, .bytes = sizeof job };
        if (!store_write_now(store, &job.base, err)) return false;
        count->rows += job.rows;
    }
    return remove_unnamed(store, &BLOBS, &count->blobs, err) && remove_unnamed(store, &CODES, &count->texts, err)
        && give_pages_back(store, &count->bytes, err);
}
