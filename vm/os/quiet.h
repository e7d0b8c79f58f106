/* quiet.h - is anybody using this machine, and is it busy? What `when idle` asks.
 *
 *     QuietLook look = quiet_look(quiet_root());
 *     if (look.busy || look.power) ...                  // "the processor is busy", "it runs on battery"
 *
 * Somebody: the newest reading of a terminal (/dev/tty1 …, /dev/pts/N), as `w` tells. Busy: pressure (some avg10) of cpu or io of
 * 10 % and more in /proc/pressure; where the kernel has none, a load above 0.3 for each processor. Battery: there is
 * mains, and none is on. What cannot be read does not count.
 *
 * Floor:  os - base only.   Thread: any; reads a few small files.   Memory: plain values.
 */
#pragma once
#include "base/err.h"
#include <stdint.h>

typedef struct {
    const char *busy;                   /* why the machine has no time; NULL: it has */
    const char *power;                  /* why it should save; NULL: it need not */
    int64_t     input_ms;               /* when somebody last typed, Unix ms; 0: unknown */
} QuietLook;

/* What stands before /proc, /dev and /sys: AIOS_MACHINE, or nothing. */
const char *quiet_root(void);

QuietLook quiet_look(const char *root);
