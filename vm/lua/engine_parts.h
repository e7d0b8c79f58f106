/* engine_parts.h - what the files of the engine share; nobody else includes it.   Floor: lua. */
#pragma once
#include "lua/engine.h"

void engine_add_id(IdList *list, int64_t id);
bool engine_collect(void *id_list, const RunRow *row);  /* a RunEach that gathers ids */

/* Opens a program and adds it to the engine. */
Program *engine_add_program(Engine *engine, const char *path, Slice lua, Slice modules, Slice source,
                            const unsigned char hash[HASH_SIZE], size_t cap, Err *err);

Program *engine_program_for(Engine *engine, const RunRow *row, Err *err);      /* the text it is pinned to */
bool engine_load(Engine *engine, Err *err);              /* the load run of engine->job begins or goes on, with all that was left */
int  engine_exit_code(RunState state, const char *error_json);
void engine_resume_id(void *engine, int64_t run_id);    /* runs it unless it has ended */
bool engine_is_hasty(const Engine *engine);             /* does not stay for what people may say: --until-idle, --once */
Run *engine_run(const Engine *engine, int64_t run_id);   /* NULL: it is not in memory */
void engine_cancel_id(Engine *engine, int64_t run_id, const char *reason);      /* nothing when it has ended */
void engine_arm_wake(Engine *engine);                   /* for the earliest sleeper of the program, when what is queued now is on disk */
void engine_remember_end(Engine *engine, const Run *run);       /* until its end is on disk nobody begins it again */
bool engine_is_taken(const Engine *engine, int64_t run_id);     /* at work here, or over and not yet on disk */
void engine_look(uv_idle_t *look);                      /* what has ended, who has heard of it, whether all is done */
void engine_wake_due(Timer *timer);
void engine_check_done(Engine *engine);                 /* stops the loop when nothing is left to do */
void engine_begin(Engine *engine, int64_t run_id);       /* as soon as there is room for it in memory */
void engine_begin_waiting(Engine *engine);              /* those for whom there is room now */
bool engine_is_crowded(const Engine *engine);           /* too many runs wait for the disk to leave memory */
bool engine_begin_queued(Engine *engine, Err *err);      /* unfinished runs that neither run here nor sleep */
bool engine_tell_doubts(Engine *engine, bool *same, Err *err);   /* *same: the start that is asked for is in doubt itself */
void engine_begin_test(Engine *engine);                 /* the run of the test that the job names */
/* engine_look.c: hooks of the scheduler */
void engine_look_at(void *engine, const char *job, size_t nth, bool until);
size_t engine_idlers(void *engine, const char *job, IdlersMove move);
bool engine_is_at_work(void *engine);
void engine_release_strays(Engine *engine);             /* parked runs of workflows that do not wait for idle any more */
bool engine_plan(Engine *engine, Err *err);              /* a Sched of all that is declared; not begun */
bool engine_declare_more(Engine *engine, Err *err);      /* at a prompt: something will be declared */
void engine_plan_session(Engine *engine, bool whole);    /* begins what an entry has declared; not whole: forgets it */
bool engine_undeclare(Engine *engine, const char *name); /* false: there is no such workflow */
void engine_end_session(Engine *engine);                 /* cancels what is not over */
size_t engine_runs_in_memory(const Engine *engine);
