/* jobs.h - the jobs that programs declare, as other programs see them.
 *
 *     jobs_declare(store, &(JobRow){ .job_name = name, .program = path, .kind = slice_of("schedule"), ... });
 *     jobs_set_status(store, &(JobStatus){ .job_name = name, .status = slice_of("running"), .run = uid });
 *
 * last_update is epoch seconds.
 *
 * Floor:  store.   Memory: copies; a row given to `each` dies with the call.
 */
#pragma once
#include "store/store.h"

typedef struct {
    Slice   job_name, program, title, kind, spec;       /* kind: schedule, trigger, always, …; spec as written */
    int     line;
    Slice   status, device, last_run, last_reason;      /* filled when read; jobs_declare leaves them alone */
    double  last_update;
    bool    enabled, paused;                            /* as above */
} JobRow;

typedef struct {
    Slice job_name, status, device;
    Slice run, reason;                                  /* ptr NULL = leave what was there */
} JobStatus;

typedef bool (*JobEach)(void *ctx, const JobRow *row);

/* Queued: makes or renews the declaration; status of a new one is "idle". */
void jobs_declare(Store *store, const JobRow *row);

/* Queued: sets status, device and last_update, and last_run and last_reason when given. */
void jobs_set_status(Store *store, const JobStatus *status);

typedef enum { JOB_ENABLE, JOB_DISABLE, JOB_PAUSE, JOB_RESUME } JobMark;

/* What a person says of a job; `done` gets "not_found" when no program has declared it. */
void jobs_mark(Store *store, Slice job_name, JobMark mark, StoreDone done, void *ctx);

/* How often that has been said in this database: when the number is another one, jobs_each tells something new. */
bool jobs_marks(Db *db, int64_t *out, Err *err);

/* Jobs of a program, or of all when program.ptr is NULL, by name. */
bool jobs_each(Db *db, Slice program, JobEach each, void *ctx, Err *err);
