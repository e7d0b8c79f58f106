/* tree_watch.h - tells that something has changed among the files a pattern names, and what is there now.
 *
 *     TreeWatch *watch = tree_watch_new(loop, "/home/ann/in/" "*.pdf", seen, context);
 *     tree_watch_again(watch, 2000);                   // look once more then, whatever happens
 *     tree_watch_free(watch);
 *
 * What the kernel tells is only a reason to look: a queue that overflows, a directory that appears with files in it, a crash
 * in between lose nothing, since the next look sees all there is. Many changes are one look. Where the kernel tells nothing
 * (network file systems, too many directories, one that is not there yet) it looks every few seconds.
 *
 * Floor:  os - base and libuv.   Thread: loop thread; the looking is done by libuv's threads.
 * Memory: frees itself after tree_watch_free, when libuv lets go. `seen` borrows the scan.
 */
#pragma once
#include "os/scan.h"
#include <uv.h>

typedef struct TreeWatch TreeWatch;

/* `seen` is called after every look; err (scan NULL) when the directory cannot be read. */
typedef void (*TreeSeen)(void *context, const Scan *scan, const Err *err);

/* Looks at once. Does not keep the loop running by itself. */
TreeWatch *tree_watch_new(uv_loop_t *loop, const char *pattern, TreeSeen seen, void *context);
void tree_watch_again(TreeWatch *watch, uint64_t in_ms);
void tree_watch_free(TreeWatch *watch);
