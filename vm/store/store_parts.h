/* store_parts.h - what the files of this room share; nobody else includes it.
 *
 *     typedef struct { DbJob base; LogLine line; } Append;       // base is always first
 *     Append *job = store_job(sizeof *job, slices, append_run, bytes);
 *     char *at = (char *)(job + 1);
 *     job->line.message = slice_keep(&at, line->message);
 *     store_submit(store, &job->base);                          // freed when done
 *
 * Floor:  store.   Memory: a job is one block with its text behind it.
 */
#pragma once
#include "base/hash.h"
#include "store/store.h"

typedef struct OwnerTaken OwnerTaken;

struct Store {
    uv_loop_t  *loop;
    const Seam *seam;
    char       *path;
    DbThread   *thread;
    Db         *writer, *reader;
    bool        grouping;
    DbJob      *group, *group_last;
    int64_t     last_run_id;
    int         lock_fd;                                /* owner.c's; -1 = none yet */
    OwnerTaken *taken;
};

typedef bool (*StoreRun)(Db *db, void *job, Err *err);

/* A block of size + text bytes whose first member is a DbJob; its `done` frees it. */
void *store_job(size_t size, size_t text, StoreRun run);

/* Copies a slice to *at and moves *at; NULL stays NULL. */
Slice slice_keep(char **at, Slice slice);

void bind_some(DbStmt *stmt, int n, int64_t value);     /* 0 is stored as NULL */
void bind_hash(DbStmt *stmt, int n, const unsigned char hash[HASH_SIZE]);   /* zeroes are stored as NULL */
void read_hash(DbStmt *stmt, int column, unsigned char hash[HASH_SIZE]);

/* Lets go of every program; called by store_close before and after the connections are closed. */
void owner_release_all(Store *store);
void owner_close(Store *store);
