/* schema.h - the tables of an aios database, as numbered migrations.
 *
 * Step N brings a database from version N-1 to N (PRAGMA user_version). A step is
 * never edited once released; a change is a new step.
 *
 * Floor:  store - may use base and db.   Memory: string constants.
 */
#pragma once

enum { SCHEMA_APPLICATION_ID = 0x61696f73 };            /* "aios" */

extern const char *const SCHEMA_STEPS[];                /* ends with NULL */

/* Numbers kept in run.state. Order and values are part of the file format. */
typedef enum {
    RUN_QUEUED = 1, RUN_RUNNING, RUN_WAITING, RUN_PAUSED, RUN_DIVERGED, RUN_IN_DOUBT,
    RUN_DONE, RUN_FAILED, RUN_CANCELLED, RUN_CONTINUED, RUN_SKIPPED
} RunState;

/* Numbers kept in journal.kind. */
typedef enum {
    ENTRY_RESULT = 1,      /* a call or step ended: status and value */
    ENTRY_INTENT,          /* an effect that must not be guessed is about to start */
    ENTRY_TIMER,           /* a wait began; t is when it is due */
    ENTRY_CLOCK,           /* what the clock said at a call */
    ENTRY_RETRY,           /* a person allows a call that is in doubt to be made again */
    ENTRY_CANCEL,          /* somebody asked for the end of the run */
    ENTRY_LETTER,          /* a letter is waited for, for good (with a time: ENTRY_TIMER) */
    ENTRY_VERSION          /* which version of a piece of the program the run follows */
} EntryKind;

/* Numbers kept in journal.status. */
typedef enum { ENTRY_OK = 0, ENTRY_ERROR = 1, ENTRY_OPEN = 2 } EntryStatus;
