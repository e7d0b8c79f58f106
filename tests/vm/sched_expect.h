/* sched_expect.h - what the database and the log of a World must say.
 *
 *     expect(w, 12, "SELECT count(*) FROM run");
 *     expect_text(w, "completed", "SELECT status FROM jobs");
 *     expect_said(w, "crash-loop", 1);
 */
#pragma once
#include "sched_world.h"

static inline DbStmt *ask(World *w, const char *sql) {
    DbStmt *stmt;
    Err     err;
    bool    row = false;
    if (!db_prepare(store_reader(w->store), sql, &stmt, &err) || !db_step(stmt, &row, &err)) fail_msg("%s: %s", sql, err.text);
    if (!row) fail_msg("%s: no row", sql);
    return stmt;
}

#define expect(w, want, sql) expect_at(w, want, sql, __FILE__, __LINE__)
static inline void expect_at(World *w, int64_t want, const char *sql, const char *file, int line) {
    settle(w);
    DbStmt *stmt = ask(w, sql);
    int64_t got = db_int(stmt, 0);
    db_release(stmt);
    if (got != want) {
        print_message("# %s: %lld, not %lld\n# said: %s\n", sql, (long long)got, (long long)want, buf_text(&w->said));
        _fail(file, line);
    }
}

#define expect_text(w, want, sql) expect_text_at(w, want, sql, __FILE__, __LINE__)
static inline void expect_text_at(World *w, const char *want, const char *sql, const char *file, int line) {
    settle(w);
    DbStmt *stmt = ask(w, sql);
    Slice got = db_text(stmt, 0);
    bool  same = slice_is(got, want);
    if (!same) print_message("# %s: '%.*s', not '%s'\n", sql, (int)got.len, got.ptr ? got.ptr : "NULL", want);
    db_release(stmt);
    if (!same) _fail(file, line);
}

static inline void expect_said(World *w, const char *part, int times) {
    int n = 0;
    for (const char *at = buf_text(&w->said); (at = strstr(at, part)); at++) n++;
    if (n != times) fail_msg("'%s' was said %d times, not %d, in: %s", part, n, times, buf_text(&w->said));
}
