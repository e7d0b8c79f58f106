/* The lock is an open-file-description lock on a descriptor of our own. Two traps:
 * - closing any descriptor of a file drops every POSIX lock of the process on it, SQLite's too; so ours
 *   stays open until store_close has closed both connections;
 * - such a lock lives as long as any copy of the descriptor: it is close-on-exec, and a fork that does
 *   not exec keeps the program taken. */
#include "store/owner.h"
#include "store/store_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct OwnerTaken {
    OwnerTaken *next;
    char       *program;
};

static const int64_t LOCK_RANGE = (int64_t)1 << 40;     /* bytes from 2^40 on: no database is that long */

static struct flock lock_of(Slice program, short type) {
    unsigned char hash[HASH_SIZE];
    uint64_t number = 0;
    hash_bytes(program, hash);
    for (int i = 0; i < 8; i++) number = number << 8 | hash[i];
    return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_len = 1,
                           .l_start = LOCK_RANGE + (int64_t)(number % (uint64_t)LOCK_RANGE) };
}

static bool fail_taken(Store *store, Slice program, Err *err) {
    char who[160] = "another process", when[40] = "";
    DbStmt *stmt = NULL;
    Err ignored;
    bool row = false;
    if (db_prepare(store->reader, "SELECT pid, host, started FROM owner WHERE program = $1", &stmt, &ignored)) {
        db_bind_text(stmt, 1, program);
        if (db_step(stmt, &row, &ignored) && row) {
            time_t seconds = (time_t)(db_int(stmt, 2) / 1000);
            struct tm tm;
            Slice host = db_text(stmt, 1);
            strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
            snprintf(who, sizeof who, "process %lld on %.*s (since %s)", (long long)db_int(stmt, 0),
                     (int)(host.len < 64 ? host.len : 64), host.ptr ? host.ptr : "?", when);
        }
        db_release(stmt);
    }
    return err_set(err, "taken", "%.*s is already executed by %s with the database %s; stop that one first, "
                   "or use another database with --db", (int)program.len, program.ptr, who, store->path);
}

static bool open_lock_file(Store *store, Err *err) {
    if (store->lock_fd >= 0) return true;
    store->lock_fd = open(store->path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (store->lock_fd >= 0) return true;
    return err_set(err, "io", "cannot open %s to lock it: %s", store->path, strerror(errno));
}

typedef struct {
    DbJob   base;
    Slice   program;
    char    host[65];
    int64_t pid, now;
} OwnerRow;

static bool run_write(Db *db, void *ctx, Err *err) {
    OwnerRow *job = ctx;
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO owner(program, pid, host, started) VALUES($1, $2, $3, $4) ON CONFLICT(program)"
                        " DO UPDATE SET pid = excluded.pid, host = excluded.host, started = excluded.started", &stmt, err))
        return false;
    db_bind_text(stmt, 1, job->program);
    db_bind_int(stmt, 2, job->pid);
    db_bind_text(stmt, 3, slice_of(job->host));
    db_bind_int(stmt, 4, job->now);
    return db_finish(stmt, err);
}

static bool run_remove(Db *db, void *ctx, Err *err) {
    OwnerRow *job = ctx;
    DbStmt *stmt;
    if (!db_prepare(db, "DELETE FROM owner WHERE program = $1 AND pid = $2 AND host = $3", &stmt, err)) return false;
    db_bind_text(stmt, 1, job->program);
    db_bind_int(stmt, 2, job->pid);
    db_bind_text(stmt, 3, slice_of(job->host));
    return db_finish(stmt, err);
}

static void fill(OwnerRow *job, Store *store, Slice program) {
    job->program = program;
    job->pid = getpid();
    job->now = seam_wall_ms(store->seam);
    if (gethostname(job->host, sizeof job->host - 1) != 0) snprintf(job->host, sizeof job->host, "?");
}

static OwnerTaken **find(Store *store, Slice program) {
    OwnerTaken **at = &store->taken;
    while (*at && !slice_is(program, (*at)->program)) at = &(*at)->next;
    return at;
}

bool owner_take(Store *store, Slice program, Err *err) {
    if (*find(store, program)) return true;
    if (!open_lock_file(store, err)) return false;
    struct flock lock = lock_of(program, F_WRLCK);
    if (fcntl(store->lock_fd, F_OFD_SETLK, &lock) != 0) {
        if (errno == EAGAIN || errno == EACCES) return fail_taken(store, program, err);
        return err_set(err, "io", "cannot lock %s: %s; its file system must know file locks", store->path, strerror(errno));
    }
    OwnerRow job = { .base = { .run = run_write, .ctx = &job, .bytes = sizeof job } };
    fill(&job, store, program);
    if (!store_write_now(store, &job.base, err)) {
        lock.l_type = F_UNLCK;
        fcntl(store->lock_fd, F_OFD_SETLK, &lock);
        return false;
    }
    OwnerTaken *taken = mem_new(sizeof *taken);
    *taken = (OwnerTaken){ .next = store->taken, .program = mem_copy(program) };
    store->taken = taken;
    return true;
}

static void forget(OwnerTaken **at) {
    OwnerTaken *taken = *at;
    *at = taken->next;
    free(taken->program);
    free(taken);
}

static void remove_row(Store *store, Slice program) {
    OwnerRow *job = store_job(sizeof *job, program.len, run_remove);
    char *at = (char *)(job + 1);
    fill(job, store, slice_keep(&at, program));
    store_submit(store, &job->base);
}

void owner_release(Store *store, Slice program) {
    OwnerTaken **at = find(store, program);
    if (!*at) return;
    struct flock lock = lock_of(program, F_UNLCK);
    remove_row(store, program);
    fcntl(store->lock_fd, F_OFD_SETLK, &lock);
    forget(at);
}

void owner_release_all(Store *store) {
    for (OwnerTaken *taken = store->taken; taken; taken = taken->next) remove_row(store, slice_of(taken->program));
}

void owner_close(Store *store) {
    while (store->taken) forget(&store->taken);
    if (store->lock_fd >= 0) close(store->lock_fd);
    store->lock_fd = -1;
}
