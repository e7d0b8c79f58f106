/* engine.h - the loop and everything that runs on it: programs, their runs, the store.
 *
 * Opens the database when the first run needs it, resumes what an earlier process left,
 * wakes sleeping runs, begins due schedules and triggers, and knows when nothing is
 * left to do.
 *
 *     Engine engine;
 *     engine_open(&engine, loop, seam, jump, host, turn);
 *     int code = engine_execute(&engine, &job, err);
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: owned by who made it.
 */
#pragma once
#include "lua/program.h"
#include "lua/progress.h"
#include "os/timer.h"
#include "store/bonds.h"
#include "work/ledger.h"
#include "work/port.h"
#include "work/sched.h"

typedef struct EngineHooks {
    void *context;
    /* A run is over or stopped for a person; error is JSON or NULL. */
    void (*report)(void *context, const RunRow *row, bool is_load, RunState state, const char *error, const char *reason);
    /* The Lua text and modules of a pinned source that is not the loaded one. */
    bool (*version)(void *context, const char *path, Slice source, Buf *lua, Buf *modules, Err *err);
    void (*say)(void *context, const char *level, const char *job, const char *text);
    /* Shows a question of a run; its digest in `digest`. false: it is not open any more. */
    bool (*question)(void *context, const char *id, Buf *digest);
    /* What a line means as an answer to it: 1 yes, 0 no, -1 neither (said so); who gives it. */
    int  (*reply)(void *context, const char *id, Slice line, Buf *by);
    void (*replied)(void *context, const char *id, const Err *err);
} EngineHooks;

/* What one `aios run` is asked to do. Slices live until engine_execute returns. */
typedef struct {
    const char *path;                   /* absolute */
    const char *typed;                  /* as the person wrote it: arg[0] */
    Slice       lua, source, modules;   /* text that runs; what is pinned; JSON of compiled modules */
    Slice       args;                   /* JSON list */
    const char *uid;                    /* NULL: a new one */
    const char *cause;
    const char *listen;                 /* address for webhooks; NULL: the default */
    size_t      cap_bytes;
    size_t      record_bytes;           /* most that one run may record */
    int64_t     for_ms;                 /* 0: no limit */
    bool        until_idle;
    bool        silent;                 /* no progress on the terminal */
    const char *once;                   /* a workflow to run now, instead of schedules; NULL: none */
    Slice       once_input;
    const char *once_uid;               /* NULL: a new one */
    int         test_line;              /* the block `test that` of this line is run beside the schedules; 0: none */
} EngineJob;

typedef enum { STAGE_LOADING, STAGE_SETTLING, STAGE_LIVING, STAGE_STOPPED } EngineStage;

typedef struct {
    int64_t *ids;
    size_t   count, cap;
} IdList;

struct Engine {
    uv_loop_t   *loop;
    const Seam  *seam;
    struct Turn *turn;
    Timers      *timers;
    Vm          *host;                  /* the trusted state */
    Port         port;                  /* answered by lua/doors.c */
    struct Door *doors;                 /* requests that are being answered */
    EngineHooks  hooks;
    char        *db_path;
    Store       *store;
    StoreSource  source;
    Permits      permits;
    Program     *programs;              /* the loaded one is the last */
    Program     *main;
    const EngineJob *job;
    Sched       *sched;
    struct Replaying *replaying;        /* engine_replay.h: nothing is done, a record is gone through; NULL: the usual */
    EngineStage  stage;
    Progress     progress;
    Timer        wake, deadline, jobs;  /* jobs: in a test, their beginning */
    struct Watch *watch;                /* engine_watch.c */
    struct Asking *asking;              /* engine_ask.c: questions on the terminal; NULL: none yet */
    uv_idle_t    look;                  /* checks once more, after a run has gone, whether all is done */
    bool         heard;                 /* and first, what its end has told others */
    int64_t      load_run, once_run;
    char        *load_uid;              /* of the load run that this start stands for; its end begins the schedules */
    size_t       starting;              /* starts being written */
    IdList       waiting;               /* runs to begin, in order; those before `begun` have */
    size_t       begun;
    size_t       leaving;               /* runs that sleep in the database as soon as their row is durable */
    size_t       left_memory;           /* runs that went to sleep in the database */
    IdList       ending;                /* runs that are over here, but not yet on disk */
    int64_t      test_run;
    bool         test_over;
    struct Session *session;            /* a person at a prompt; NULL: none */
    size_t       replan;                /* how many workflows its entry has declared: the last ones of the program */
    struct Coverage *coverage;          /* NULL: lines are not counted */
    bool         continued;             /* the load run is one that an earlier process left */
    int          exit_code;
    Err          broken;                /* code set: the store broke, or it could not be opened in time */
};

void engine_open(Engine *engine, uv_loop_t *loop, const Seam *seam, const TimerJump *jump, Vm *host, struct Turn *turn);

/* Runs until nothing is left, the time is over or somebody stops it; then abandons what waits and closes the store. */
int engine_execute(Engine *engine, const EngineJob *job, Err *err);
void engine_close(Engine *engine);      /* the loop must run once more afterwards */

/* The store, opened on first need. */
Store *engine_store(Engine *engine, Err *err);

/* A run of the loaded program that is to be. */
typedef struct {
    const char *name;
    Slice       input;                  /* JSON */
    const char *uid;                    /* NULL: a new one */
    const char *cause;
    int64_t     at_ms;                  /* when it begins; 0: at once */
    int64_t     prev;                   /* the run it continues; 0: none */
    Bond        bond;                   /* to the run that begins it; caller 0: no run does */
} EngineStart;

/* Writes it and starts it when durable. `done` may be NULL. */
void engine_start(Engine *engine, const EngineStart *start, RunStartDone done, void *context);

/* The workflow that stands for the test of the job. */
#define ENGINE_TEST "test:%d"

/* From run.c and lua_run.c. */
void engine_run_ended(Engine *engine, Run *run, RunState state, const char *error_json, const char *reason);
void engine_run_sleeps(Engine *engine, int64_t wake_ms);

/* A look at a condition is over: "true", "false", or ptr NULL and why it has no answer. */
void engine_looked(Run *run, Slice answer, const char *why);

/* In a test: the jobs of the program begin when time first passes. */
void engine_let_time_pass(Engine *engine);

/* The loop is left as soon as it can be. */
void engine_stop(Engine *engine, int exit_code);

/* Is it the load run that this start stands for? Others with other arguments may go on beside it. */
bool engine_is_load(const Engine *engine, const RunRow *row);

/* Only alarms are left: a simulated clock may jump. */
bool engine_is_idle(const Engine *engine);
