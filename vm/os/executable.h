/* executable.h - which file a command's name means, found once and held open.
 *
 * A bare name is looked for in a fixed list of system directories, never in PATH: what PATH says
 * is somebody else's choice. The file is then started through its descriptor, so it is the
 * one that was judged. A script (#!) is the exception: its interpreter opens it again by name, so it is
 * started by name after a last look that the name still means the same file.
 *
 * Floor:  os - base only.   Memory: a Executable owns a descriptor until executable_close.
 */
#pragma once
#include "os/path.h"
#include <sys/types.h>

#define PROGRAM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

typedef struct {
    int   fd;
    char  path[PATH_SIZE];                              /* absolute */
    bool  is_script;                                    /* begins with #! */
    dev_t dev;
    ino_t ino;
} Executable;

/* `name` is a bare name, an absolute path, or a path from `cwd` (absolute) on when it has a slash.
 * "not_found"; "invalid" for a directory or device; "denied" when it may not be executed. */
bool executable_open(const char *name, const char *cwd, Executable *program, Err *err);
void executable_close(Executable *program);

/* In the child: becomes the program. Returns errno only when it cannot. Async-signal-safe. */
int executable_exec(const Executable *program, char *const argv[], char *const env[]);
