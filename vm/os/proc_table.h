/* proc_table.h - the processes of this machine: list, look at one, signal one.
 *
 *     ProcEntry entry;
 *     if (!proc_look(pid, &entry, err)) return false;
 *     proc_entry_drop(&entry);
 *
 * Floor:  os - base only; reads /proc.   Thread: any.   Memory: a ProcEntry owns its command line.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include <stdint.h>

typedef struct {
    int      pid, parent;
    unsigned user;                                      /* numeric owner */
    char     name[64];                                  /* as the kernel keeps it, or the program's file name */
    char     state[12];                                 /* "running" "sleeping" "disk" "zombie" "stopped" "idle" */
    int64_t  memory;                                    /* resident bytes */
    double   cpu;                                       /* seconds of processor time so far */
    int64_t  started_ms;                                /* Unix time */
    Buf      command;                                   /* its arguments joined by spaces; empty for a kernel thread */
} ProcEntry;

typedef struct {
    ProcEntry *items;                                   /* by pid */
    size_t     count, cap;
} ProcList;

/* Fails with "not_found" when there is no such process. */
bool proc_look(int pid, ProcEntry *entry, Err *err);
void proc_entry_drop(ProcEntry *entry);

bool proc_list(ProcList *list, Err *err);
void proc_list_drop(ProcList *list);

/* "TERM" or "SIGTERM" -> its number; 0 when there is no such signal. */
int proc_signal_number(const char *name);
const char *proc_signal_name(int number);               /* "TERM"; "?" when unknown */

/* Signals one process. Refuses ("denied") the first process and ourselves, and ids that mean groups ("invalid"). */
bool proc_kill(int pid, int number, Err *err);
