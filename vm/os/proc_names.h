/* proc_names.h - which processes have a name, quickly: a look each second costs little.
 *
 *     ProcNamed list[PROC_NAMED_MOST];
 *     size_t count = proc_named("", "nginx", list);
 *
 * The name is the one the kernel keeps, of 15 letters at most: more in `name` do not count. A zombie has ended.
 *
 * Floor:  os - base only; reads ROOT/proc.   Thread: any.   Memory: plain values.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { PROC_NAMED_MOST = 256 };

typedef struct {
    int      pid;
    uint64_t started;                   /* in ticks since the machine began: with pid it names one process */
} ProcNamed;

size_t proc_named(const char *root, const char *name, ProcNamed list[PROC_NAMED_MOST]);
