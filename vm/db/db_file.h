/* db_file.h - a statement in a SQLite file of somebody else, opened for it and closed again.
 *
 *     DbFile file = { .path = full, .write = true, .ours = SCHEMA_APPLICATION_ID };
 *     if (!db_file_run(&file, &what, &out, err)) return false;             // out as in db_foreign.h
 *
 * The file is left in the mode it is in (journal, page size). A database of aios itself is refused ("denied").
 *
 * Floor:  db - may use base.   Thread: any; each call blocks.   Memory: borrows everything for the call.
 */
#pragma once
#include "db/db_foreign.h"

typedef struct {
    const char *path;                                   /* without links */
    bool        write;                                  /* made when it is not there */
    uint32_t    ours;                                   /* the application id that is refused */
} DbFile;

/* Runs one statement. */
bool db_file_run(const DbFile *file, DbForeign *what, Buf *out, Err *err);

/* Brings the file to version `count`: of the texts, each with any number of statements, those above its user_version are
 * run, all or none. `from` is the version it had. A file of a higher version is "newer". */
bool db_file_migrate(const DbFile *file, const Slice *texts, size_t count, int64_t for_ms, int *from, Err *err);
