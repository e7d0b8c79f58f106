/* job.h - what a declared job does when it is due: start, skip, wait, replace, make up for.
 *
 * Pure: facts in, decision out. sched.c and the triggers carry the decisions out.
 *
 *     JobMove move = job_move(job_overlap(given, overlap, JOB_SLOT), active, limit);
 *     MissedRule rule = job_missed_rule(policy, within_ms, &when);
 *     CatchUp up = job_catch_up(&rule, &slots, now_ms, false);
 *
 * Floor:  work - uses time.   Thread: any.   Memory: plain values.
 */
#pragma once
#include "time/when.h"

typedef enum { OVERLAP_SKIP, OVERLAP_QUEUE, OVERLAP_REPLACE, OVERLAP_ALLOW } Overlap;
typedef enum { MISSED_DEFAULT, MISSED_ONCE, MISSED_ALL, MISSED_SKIP } Missed;

/* What makes a job begin: a slot of a schedule, or a row of the trigger table. */
typedef enum { JOB_SLOT, JOB_ROW } JobCause;

/* What is declared, or the default: slots skip, rows queue. */
Overlap job_overlap(bool given, Overlap overlap, JobCause cause);

typedef enum {
    JOB_START,
    JOB_SKIP,                           /* a row with the reason "overlap" instead of a run */
    JOB_HOLD,                           /* when the runs before it are over */
    JOB_REPLACE                         /* the same, and those runs are cancelled */
} JobMove;

/* `active`: runs of the job that are not over, starts being written included; `limit` of them may be
   active together (`limit N at once`), 0: one, or any number with overlap allow. */
JobMove job_move(Overlap overlap, size_t active, size_t limit);
bool job_has_room(Overlap overlap, size_t active, size_t limit);

typedef struct {
    Missed  policy;                     /* never MISSED_DEFAULT */
    int64_t within_ms;                  /* older slots are not made up for; INT64_MAX: any */
} MissedRule;

/* The declared rule, or the default: schedules that come once are made up for whenever that is;
   intervals and random windows are not; all others once, within a day. */
MissedRule job_missed_rule(Missed policy, int64_t within_ms, const When *when);

enum {
    JOB_CATCH_UP_MOST = 100,            /* of `missed all` */
    JOB_SLOTS_KEPT = JOB_CATCH_UP_MOST + 1
};

/* Slots that are due at once: the newest of them, in order, and how many there are. */
typedef struct {
    int64_t recent[JOB_SLOTS_KEPT];
    size_t  count;
    int64_t total;
} DueSlots;

typedef struct {
    size_t  run;                        /* the newest so many of `recent` begin a run */
    int64_t skip;                       /* the others, told in one row */
    int64_t missed_newest, missed_older;        /* run.missed of the newest run, and of each other */
} CatchUp;

/* Which of the slots begin. `late`: nobody was away, they were only held up for a moment, so
   the newest begins whatever the rule says. run.missed counts the due times that passed
   without a run before this one began, its own included when it was missed. */
CatchUp job_catch_up(const MissedRule *rule, const DueSlots *slots, int64_t now_ms, bool late);

/* A slot this old is missed, a younger one is late. */
bool job_is_missed(int64_t due_ms, int64_t now_ms);

/* The word for table `jobs`: "interval", "daily", "cron", "at" or "in". */
const char *job_kind(const When *when);

/* True when every tag is one of `device_tags`: names with commas between, blanks do not count. */
bool job_tags_fit(const Slice *tags, size_t count, Slice device_tags);
