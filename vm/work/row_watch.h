/* row_watch.h - calls back soon after somebody, in any process, has written to the database.
 *
 * Watches the write-ahead log for changes, and looks every second in case the file
 * system tells nothing. At most one call in 20 ms, and after a long one a long rest.
 *
 *     RowWatch *watch = row_watch_new(loop, wal_path, look, gone, context);
 *     row_watch_begin(watch);
 *     row_watch_free(watch);           // `gone` is called when the loop has run
 *
 * Floor:  work - uses libuv.   Thread: loop thread only.
 * Memory: frees itself after row_watch_free, when libuv lets go of its handles.
 */
#pragma once
#include <stdbool.h>
#include <uv.h>

typedef struct RowWatch RowWatch;

RowWatch *row_watch_new(uv_loop_t *loop, const char *wal_path, void (*look)(void *context), void (*gone)(void *context), void *context);
void row_watch_begin(RowWatch *watch);

/* Looks once in a moment, also when not begun; that keeps the loop running. */
void row_watch_poke(RowWatch *watch);
bool row_watch_is_poked(const RowWatch *watch);

/* Whether watching alone keeps the loop running; it does not at first. */
void row_watch_hold(RowWatch *watch, bool hold);
void row_watch_free(RowWatch *watch);
