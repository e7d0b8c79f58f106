/* sched.h - when declared jobs begin: schedules, triggers from the table, always-on jobs.
 *
 * Written first, started second: a due slot, a trigger row or a restart is a run row in the
 * database before `start` is called. A slot's run carries schedule and nominal time in its
 * uid, so it cannot begin twice, whatever crashes.
 *
 *     Sched *sched = sched_new(timers, seam, store, &program, &hooks);
 *     sched_add(sched, &spec, err);            // each declared workflow, after the program is loaded
 *     sched_begin(sched);                      // plan, decide missed slots, look at the table
 *     sched_run_ended(sched, name, id, state); // tell it about every run that ends
 *
 * uid of a run    report.aios/backup@2026-03-02T08:00:00Z   the slot of a schedule; backup#2 is its second schedule
 *                 trigger/7                                 a row of the trigger table, unless it has a uid of its own
 *                 report.aios/server#1772438400000          an always-on job, begun at that ms
 * When another program of the same file name was first in this database: report.aios~1f0c9a2b/...
 *
 * Intervals: the first slot of `every 5m` is one period after the schedule was first enabled; that
 * instant stays the anchor of the grid as long as the words of the schedule do, over restarts and
 * edits of other clauses. `in 10m` is due once, so long after it was first enabled. Times before a schedule
 * was first enabled are not missed: nobody had promised them.
 * Missed (the process was away, or the clock jumped ahead by over an hour): job.h has the rules. What is
 * left out is one run row in the state skipped, reason "missed". Due slots that `missed all` makes up for
 * run one after the other. A clock set back: what ran does not run again, what is next is planned anew.
 * Overlap `queue`: a schedule keeps one waiting slot, the latest; a waiting slot is `schedule.next` until it
 * begins, so a crash leaves it to the rules for missed ones. Rows of the trigger table wait in the table.
 * Rows: args must be a JSON list and kwargs a JSON object (NULL: empty), each up to 1 MiB; a bad row gets its
 * error at once. A row for a name that no program in table `jobs` declares gets it when it is 10 s old (at
 * once when `created` is missing or far off), so that a program that is starting may still declare it.
 * Paused and disabled jobs (store/jobs.h): sched_mark.c; what is said of them is heard as fast as a row of the trigger table.
 * Environment: DEVICE_ID names this device in table `jobs` (else the process id); jobs whose tags are not all
 * in DEVICE_TAGS never begin here.
 *
 * Floor:  work.   Thread: loop thread only.
 * Memory: a Sched owns copies of what it is given; sched_free stops everything.
 */
#pragma once
#include "os/timer.h"
#include "store/runs.h"
#include "work/job.h"

typedef struct Sched Sched;

typedef struct {
    size_t  most;                       /* starts in any stretch of per_ms; what is more is skipped, reason "limit" */
    int64_t per_ms;
} JobRate;

/* `on KIND "SUBJECT"`: event.h has the kinds. */
typedef struct {
    Slice kind, subject;
    Slice detail;                       /* of line.matching: what the line holds; else NULL */
    int64_t lasting_ms, checked_ms;     /* of idle and when: how long it must last; how often it is looked at, 0: the default */
    bool  rearms;                       /* of when: `until` */
} JobEvent;

/* What a program says of one workflow (see `workflow` in docs/language.md). Slices are borrowed for the call. */
typedef struct {
    Slice        name, title;
    const Slice *schedules;             /* "every 5m", "at 2026-01-01 08:00", "in 10m", "every cron \"…\"" */
    size_t       schedule_count;
    int64_t      restart_ms;            /* pause before an always-job begins again; 0 = the back-off of backoff.h */
    const Slice *triggers;              /* names of `on trigger.NAME`, besides the workflow's own */
    size_t       trigger_count;
    const JobEvent *events;             /* `on` with any other event */
    size_t       event_count;
    int64_t      settle_ms;             /* of files: how long they must not have changed, 0: the default; of other rows: how long no other of the same key may have come */
    int64_t      within_ms;             /* of `missed … within`; 0 = the default of the policy */
    int64_t      reply_ms;              /* how long a webhook waits for what its run gives back; 0: the default */
    Slice        sign, sign_secret;     /* `signed github with "NAME"`; ptr NULL: not signed */
    const Slice *tags;
    size_t       tag_count;
    int64_t      jitter_ms;             /* a schedule begins up to so much later: always the same for one job and device, */
    size_t       at_once;               /* runs that may be active together; 0: one, any number with overlap allow */
    const JobRate *rates;
    size_t       rate_count;
    const JobRate *throttles;           /* what is more than that waits */
    size_t       throttle_count;
    size_t       per_key;               /* runs of one key that may be active together; 0: any number */
    Slice        key;                   /* where the key of a row is: names to a value of the run's input, "event.customer kwargs.customer"; the first there is */
    int64_t      start_ms;              /* a row or slot that could not begin so long is skipped, reason "expired"; 0: it waits */
    int          line;
    int          priority;              /* of what is due together the highest begins first */
    Overlap      overlap;
    Missed       missed;
    bool         overlap_given;         /* false: skip for schedules, queue for triggers */
    bool         always;
    bool         jitter_fresh;          /* or drawn anew for each slot */
    bool         replies;               /* its block may give a webhook something back */
    bool         first_only;            /* `once on …`: the first event, never another */
} JobSpec;

typedef struct {
    Slice   program;                    /* absolute path */
    unsigned char code[HASH_SIZE];
    int64_t load_run;                   /* parent of every run that begins */
    const char *listen;                 /* address for webhooks; NULL: AIOS_WEBHOOK_LISTEN, else 127.0.0.1:8484 */
    bool    alone;                      /* nobody else writes into this database: the table is looked at when told to */
} SchedProgram;

/* What is done with the runs that `when idle` has begun and that are in memory: of one job, or (job NULL) of all. */
typedef enum {
    IDLERS_COUNT,                       /* those that are not parked */
    IDLERS_PARK,                        /* at their next step */
    IDLERS_RELEASE                      /* also those that are not parked count */
} IdlersMove;

typedef enum { TRUTH_FAILS, TRUTH_HOLDS, TRUTH_UNKNOWN } SchedTruth;

/* Called on the loop, also from inside sched_begin, sched_look and sched_run_ended. `start` may end the
 * run before it returns; any of them may call sched_free. */
typedef struct {
    void *context;
    void (*start)(void *context, int64_t run_id);                   /* the run's row is durable */
    void (*cancel)(void *context, int64_t run_id);                  /* overlap replace; once for each run */
    void (*say)(void *context, const char *level, const char *job, const char *text);   /* one line for the log: info, warn, error */
    void (*failed)(void *context);                                  /* it cannot do what was asked of it, and has said why */
    void (*changed)(void *context);                                 /* sched_stays or sched_is_busy differs now */
    void (*ask)(void *context, const char *job, size_t nth, bool until);    /* does its nth `when` (or that one's `until`) hold? sched_answer tells */
    size_t (*idlers)(void *context, const char *job, IdlersMove move);
    bool (*at_work)(void *context);                                 /* is any run that `when idle` has not begun doing something just now? */
} SchedHooks;

/* Timers, seam and store are borrowed until sched_free. */
Sched *sched_new(Timers *timers, const Seam *seam, Store *store, const SchedProgram *program, const SchedHooks *hooks);

/* False with "invalid" when a schedule cannot be read, "not_found" when its zone is unknown, "exists" when the
 * name or a trigger's name is taken; the message names job and words. */
bool sched_add(Sched *sched, const JobSpec *spec, Err *err);

/* Once, after the last sched_add. Unfinished runs of the program in the database count as running: they are
 * resumed, or will wake, by whoever executes runs. */
void sched_begin(Sched *sched);

/* Looks at the table of triggers now. It happens by itself within a second; with a simulated clock only once
 * a minute, so whoever adds a row in this process calls this. */
void sched_look(Sched *sched);

/* A simulated clock has been set: from now on, and as if first enabled now, everything is planned anew; what lies
 * between is not missed. What ran does not run again. */
void sched_clock_set(Sched *sched);

/* An event of the world: a row for each job that waits for it, begun as overlap and limits allow. `payload` is JSON, what `as` names
 * gets; a key that came before for the same kind is the same event again. Returns how many jobs wait for it. `done` (may be NULL)
 * is called for each of them when its row is durable, unless sched_free comes first. */
typedef void (*SchedFired)(void *context, const char *job, int64_t row, bool fresh, const Err *err);
size_t sched_fire(Sched *sched, Slice kind, const char *subject, Slice payload, Slice key, SchedFired done, void *context);

/* The answer to `ask`. `why` it is unknown. */
void sched_answer(Sched *sched, Slice job, size_t nth, SchedTruth truth, const char *why);

/* Of a run that `when idle` has begun. */
static inline bool sched_is_idle_cause(Slice cause) { return slice_begins(cause, "idle, "); }

/* May runs go on that `when idle` of this job has begun? */
bool sched_lets_work(Sched *sched, Slice job);

/* A run that this process executed is over. Runs resumed from before count too: see sched_run_began. A run
 * that may be told twice counts once. */
void sched_run_began(Sched *sched, Slice name, int64_t run_id);
void sched_run_ended(Sched *sched, Slice name, int64_t run_id, RunState state);

/* True while something declared may still begin a run: the process has a reason to stay. */
bool sched_stays(const Sched *sched);

/* True while starts are queued or being written, or unprocessed rows of the table are known. */
bool sched_is_busy(const Sched *sched);

/* True while something is being written: a simulated clock must not jump. */
bool sched_is_writing(const Sched *sched);

/* Before store_close; NULL is fine. What is being written stays a row for the next process. The rest of the
 * memory goes when the loop has run once more. */
void sched_free(Sched *sched);
