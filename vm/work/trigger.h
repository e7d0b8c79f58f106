/* trigger.h - the three ways by which a job begins, as the scheduler sees them.
 *
 *     time_begin(plan, stored);         a schedule
 *     rows_look(sched);                 rows of the trigger table
 *     always_begin(job);                a job that never stays down
 *
 * Each calls start_new and writes; all come back through start_done.
 *
 * Floor:  work.   Memory: nothing of its own.
 */
#pragma once
#include "store/schedules.h"
#include "work/sched_parts.h"

/* trigger_time.c: `row` is what the database has of this plan, NULL if nothing. */
void time_begin(Plan *plan, const ScheduleRow *row);
bool time_start_waiting(Job *job);                      /* the earliest waiting slot; false: there is none */
void time_resume(Plan *plan);                           /* its job goes on: what is due is decided now */
void time_clock_back(Plan *plan);                       /* the wall clock was set back */
void time_clock_set(Plan *plan);                        /* the plan begins now */

/* trigger_row.c */
void rows_look(Sched *sched);
void rows_start(Job *job);                              /* the known ones, as overlap allows */
void rows_release(Sched *sched, int64_t id);            /* the marking of this row is written, or given up */
void rows_fail(Sched *sched, Job *job, int64_t id, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void rows_drop(Job *job);

/* row_names.c: is it declared by another program? `near` is what comes nearest, or empty. */
typedef struct Names Names;
bool names_know(Names **names, Sched *sched, Slice name);
Slice names_near(const Names *names, Slice name);
void names_free(Names *names);

/* row_input.c: the input of the run, or false and what is wrong with the row. */
bool row_input(const Row *row, Buf *out, Err *err);

/* row_key.c: NULL when rows of the job have none; the caller owns it. Outrun: another row of the same key came after it. */
char *row_key(const Job *job, const Row *row);
bool  row_is_outrun(const Row *row);

/* trigger_emit.c: `on event`, from the rows that `emit` writes */
void emits_begin(Sched *sched);
void emits_look(Sched *sched);
void emits_soon(Sched *sched);                          /* when what is being written is written */

/* trigger_db.c: `on db.insert` and its like, by SQL triggers in the database itself */
void changes_begin(Sched *sched);

/* row_change.c: what a SQL trigger of store/watches.c says, as JSON: a map of the columns; of an update with the field `old`. */
bool row_change(Slice text, Buf *out, Err *err);
void row_text(Slice text, Buf *out);                    /* as JSON, also when it is not UTF-8 */

/* sched_event.c: listening begins and ends */
void sources_begin(Sched *sched);
void sources_end(Sched *sched);

/* trigger_web.c: false when the address cannot be listened to */
bool webs_begin(Sched *sched, Err *err);
void webs_end(Sched *sched);
void webs_begun(Sched *sched, int64_t row, int64_t run);
void webs_skipped(Sched *sched, int64_t row, const char *reason);
void webs_ended(Sched *sched, int64_t run);

/* trigger_file.c */
void files_begin(Event *event);
void files_end(Event *event);

/* trigger_line.c */
void tails_begin(Event *event);
void tails_end(Event *event);

/* trigger_process.c */
void processes_begin(Event *event);
void processes_end(Event *event);

/* trigger_idle.c */
void idle_begin(Sched *sched);
void idle_end(Sched *sched);
void idle_stir(Sched *sched);                           /* something has happened */
void idle_clock_set(Sched *sched);
bool idle_lets_work(const Job *job);

/* trigger_when.c */
void when_begin(Event *event);
void when_end(Event *event);

/* trigger_always.c */
void always_begin(Job *job);
void always_ended(Job *job, RunState state);
void always_again(Job *job);                            /* its uid was taken: at once, with another */
