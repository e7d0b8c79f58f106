/* sched_parts.h - what the files of the scheduler share; nobody else includes it.
 *
 *     Start *start = start_new(job, &row, 0);
 *     runs_create(sched->store, &row, start_done, start);      // counted from start_new to start_done
 *
 * Floor:  work.   Memory: a Sched owns its jobs, they own their plans and queued rows.
 */
#pragma once
#include "os/timer.h"
#include "store/runs.h"
#include "time/backoff.h"
#include "work/event.h"
#include "work/rate.h"
#include "work/row_watch.h"
#include "work/sched.h"
#include "work/slots.h"

typedef struct Job Job;
typedef struct Start Start;

/* A due slot that waits until the runs before it are over. */
typedef struct {
    int64_t due_ms, missed;
    bool    catch_up;                   /* of `missed all`: not dropped for a later one */
} Slot;

/* One schedule of a job: a row of table `schedule`. */
typedef struct {
    Job     *job;
    char    *words, *spec, *id;         /* as written; in normal form; of the row (from sched_begin on) */
    When     when;
    Zone    *zone;
    Slice    tz;                        /* NULL for elapsed time */
    Timer    timer;
    int64_t  anchor, next, last;        /* next: the first slot that is not due yet; 0 = none */
    uint64_t seed;
    bool     paused;
    Slot    *backlog;                   /* due, in order; all are before `next` */
    size_t   backlog_count;
} Plan;

/* What a job waits for besides times and rows. */
typedef struct {
    Job        *job;
    SourceKind  source;
    char       *kind, *subject;                         /* subject of files: an absolute pattern */
    char       *detail;                                 /* of lines: what they hold; else NULL */
    void       *state;                                  /* of the file that watches it */
    int64_t     lasting_ms, checked_ms;                 /* of idle and when */
    size_t      nth;                                    /* of the job's `when` clauses, from 1 */
    bool        rearms, fired;                          /* fired: it has begun a run, and is not ready for another */
} Event;

/* A row of the trigger table that nobody has taken. */
typedef struct Row Row;
struct Row {
    int64_t id;
    double  created;
    char   *name, *args, *kwargs, *uid, *event, *source;        /* NULL = NULL */
    Slice   args_text, kwargs_text, uid_text, event_text;
    char   *key;                        /* NULL: its job has none */
    Row    *next;
};

/* A run that is not over. */
typedef struct {
    int64_t id;
    char   *key;                        /* of the row it was; NULL: none */
    bool    told;                       /* to end, for a later one of its key */
} Running;

/* At most so many starts in so long. */
typedef struct {
    char   *text;                       /* as in limits.h */
    Rate   *list;
    size_t  count;
} Rates;

/* How many, how often, how soon. */
typedef struct {
    size_t  at_once, per_key;
    int64_t settle_ms, start_ms;
    Rates   rates, throttles;           /* what is more is skipped; waits */
} Limits;

struct Job {
    Sched   *sched;
    char    *name, *title, *spec, *tags;
    int      line, priority, sign;      /* sign: a SignPreset */
    Overlap  overlap;
    Missed   missed;
    bool     overlap_given;
    bool     is_limited;                /* somebody has set some limits */
    bool     more_rows;                 /* the table has others */
    bool     always, elsewhere, disabled, paused, replacing, jitter_fresh, first_only, replies, idle_open;  /* elsewhere: its tags are not of this device */
    Plan    *plans;
    size_t   plan_count;
    int64_t  restart_ms;
    char   **triggers;
    size_t   trigger_count;
    Event   *events;
    size_t   event_count;
    int64_t  reply_ms;
    char    *sign_secret;               /* name in the environment; NULL: requests are not signed */
    int64_t  within_ms;
    int64_t  jitter_ms;
    char    *key_path;                  /* NULL: rows have no key */
    Limits   limits, declared;          /* those that hold: what is declared, or what a person has set */
    Timer    later;                     /* when something that waits for its time may begin */
    Start   *starts;                    /* being written */
    Running *running;
    size_t   running_count, running_cap;
    size_t   starting;                  /* runs being written */
    const char *status;                 /* the word in table `jobs` */
    Row     *rows, **rows_end;
    size_t   row_count, row_bytes;
    Timer    restart;                   /* of an always-job, with what follows */
    Restart  ends;
    int64_t  up_since_ms;               /* monotonic */
    int64_t  last_number;
    Job     *next;
};

typedef struct ZoneKept ZoneKept;
typedef struct Webs Webs;
typedef struct Idle Idle;
typedef struct Condition Condition;

struct Sched {
    Timers      *timers;
    const Seam  *seam;
    Store       *store;
    SchedHooks   hooks;
    char        *program, *device, *device_tags;
    char        *scope;                 /* the program's name in uids */
    unsigned char code[HASH_SIZE];
    int64_t      load_run;
    Job         *jobs;                  /* by priority */
    ZoneKept    *zones;
    RowWatch    *watch;
    Webs        *webs;                  /* NULL: nobody waits for a webhook */
    Idle        *idle;                  /* NULL: nobody waits for that */
    char        *listen;                /* NULL: the default */
    bool         hears, will_hear;      /* some job waits for what `emit` says */
    int64_t      marks;                 /* what people have said of jobs, as far as it has been heard */
    int64_t      heard;                 /* the last row of table `events` that was looked at */
    Timer        look;                  /* with a simulated clock */
    uint64_t     seed;                  /* of this database, for windows and spreads */
    int64_t     *held;                  /* rows whose marking is being written */
    size_t       held_count, held_cap;
    int64_t      seen_wall_ms, seen_mono_ms;
    size_t       pending;               /* callbacks of the store still to come */
    bool         alone, begun, closing, watch_gone, was_busy, did_stay;
};

/* One run being written. */
struct Start {
    Job    *job;
    Sched  *sched;
    Start  *next;                       /* of the job's */
    int64_t trigger;                    /* its row, 0 = none */
    char   *key;                        /* of that row, or NULL */
    char   *uid, *reason;               /* reason: of one that is skipped, or NULL */
    bool    runs;                       /* not the row of a skipped one */
    bool    always;                     /* the one run of an always-job */
};

/* sched.c */
Job *sched_find(Sched *sched, Slice name);
Job *sched_find_trigger(Sched *sched, Slice name);
void sched_tell(Sched *sched);                          /* calls `changed` when the answers have changed */
void sched_say(Sched *sched, const char *level, const Job *job, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void sched_let_go(Sched *sched);                        /* frees a closing Sched when nobody needs it any more */

/* sched_zone.c */
bool sched_zone(Sched *sched, const char *name, Zone **out, Err *err);  /* kept: the Sched owns it */
void sched_zones_free(Sched *sched);

/* sched_add.c */
void job_free(Job *job);

/* sched_event.c */
bool job_add_events(Job *job, const JobSpec *spec, Err *err);
void job_drop_events(Job *job);
void event_uid(const Event *event, Slice key, Buf *out);         /* of the run that the event with this key begins */
void event_fire(Event *event, Slice payload, Slice key, SchedFired done, void *context);

/* sched_mark.c */
void marks_look(Sched *sched);                          /* what people have said of its jobs since the last look */

/* sched_limit.c */
bool    job_add_limits(Job *job, const JobSpec *spec, Err *err);
void    job_drop_limits(Job *job);
void    limits_tell(Sched *sched);                      /* what is declared goes to the database */
void    limits_look(Sched *sched);                      /* what was set meanwhile holds from now on */
bool    job_take_turn(Job *job);                        /* its rates allow one more start; it is counted */
int64_t job_throttled(const Job *job);                  /* until when no more may begin; 0: one may */
size_t  job_room(const Job *job);                       /* how many may be active, as job_move takes it */
size_t  job_active_of(const Job *job, const char *key);
bool    job_is_late(const Job *job, int64_t since_ms);  /* it waits longer than it may */
void    job_look_at(Job *job, int64_t when_ms);         /* job_settle then, if not sooner */

/* sched_run.c */
size_t job_active(const Job *job);
void   job_note(Job *job, const char *status, const char *run, const char *reason);     /* into table `jobs`; NULL leaves */
void   job_cancel_running(Job *job);
void   job_cancel_key(Job *job, const char *key);      /* those of this key, once each */
void   job_settle(Job *job);                            /* begins what waits, if it may */
RunRow run_row(Job *job, const char *uid, const char *cause, RunState state);
Start *start_new(Job *job, const RunRow *row, int64_t trigger);
void   start_done(void *context, const RunStart *start, const Err *err);                /* a RunStartDone */
const char *status_word(RunState state);               /* running, completed, failed */
const char *status_reason(RunState state);
