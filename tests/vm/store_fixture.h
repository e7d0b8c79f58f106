/* A database in a directory of its own, for the tests of vm/db and vm/store. */
#pragma once
#include "store/schema.h"
#include "store/store.h"
#include "db/migrate.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct {
    char      dir[64], path[96];
    uv_loop_t loop;
    Store    *store;
    Err       err;
    int       broken;                                   /* calls of on_broken */
    Err       broken_err;
} Fixture;

#define S(text) slice_of(text)
#define MUST(f, call) do { if (!(call)) fail_msg("%s: %s", (f)->err.code, (f)->err.text); } while (0)

static inline void fixture_broken(void *ctx, const Err *err) {
    Fixture *f = ctx;
    f->broken++;
    f->broken_err = *err;
}

static inline bool fixture_try_open(Fixture *f) {
    StoreHooks hooks = { .on_broken = fixture_broken, .ctx = f };
    return store_open(&f->store, &f->loop, seam_real(), f->path, &hooks, &f->err);
}

static inline void fixture_open(Fixture *f) { MUST(f, fixture_try_open(f)); }

static inline bool fixture_close(Fixture *f) {
    Store *store = f->store;
    f->store = NULL;
    bool ok = store_close(store, &f->err);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    return ok;
}

/* Runs the loop until all that was queued is durable and told. */
static inline void fixture_settle(Fixture *f) { uv_run(&f->loop, UV_RUN_DEFAULT); }

static inline int fixture_dir(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "/tmp/aios-test-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->path, sizeof f->path, "%s/a.db", f->dir);
    uv_loop_init(&f->loop);
    *state = f;
    return 0;
}

static inline int fixture_up(void **state) {
    if (fixture_dir(state) != 0) return -1;
    fixture_open(*state);
    return 0;
}

static inline void fixture_shell(const char *fmt, ...) {
    char command[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(command, sizeof command, fmt, args);
    va_end(args);
    if (system(command) != 0) fail_msg("failed: %s", command);
}

static inline int fixture_down(void **state) {
    Fixture *f = *state;
    if (f->store) fixture_close(f);
    uv_loop_close(&f->loop);
    fixture_shell("rm -rf %s", f->dir);
    free(f);
    return 0;
}

/* A number read by a connection of its own kind: what is really committed. */
static inline int64_t fixture_number(Fixture *f, const char *sql) {
    DbOpen how = { .path = f->path, .mode = DB_READ, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db = f->store ? store_reader(f->store) : NULL;
    DbStmt *stmt;
    bool row;
    if (!db) MUST(f, db_open(&DB_SQLITE, &db, &how, &f->err));
    MUST(f, db_prepare(db, sql, &stmt, &f->err));
    MUST(f, db_step(stmt, &row, &f->err));
    int64_t value = row ? db_int(stmt, 0) : -1;
    db_release(stmt);
    if (!f->store) db_close(db);
    return value;
}

/* Another program's hands on the database. */
static inline void fixture_sql(Fixture *f, const char *sql) {
    DbOpen how = { .path = f->path, .mode = DB_WRITE, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db;
    MUST(f, db_open(&DB_SQLITE, &db, &how, &f->err));
    MUST(f, db_exec(db, sql, &f->err));
    db_close(db);
}

static inline char *fixture_bytes(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = calloc(1, 1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

/* This program again with two arguments. A mere fork would inherit what SQLite believes about the
 * locks of its parent's open connections. */
static inline pid_t fixture_again(const char *what, const char *path) {
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "test", what, path, (char *)NULL);
        _exit(127);
    }
    return child;
}

static inline int fixture_wait(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}
