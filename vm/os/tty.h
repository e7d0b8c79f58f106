/* tty.h - the terminal a person types at: byte by byte and unseen, or as it was; whatever ends the process, as it was.
 *
 *     Tty tty;
 *     tty_open(&tty, 0, interrupted, context);
 *     tty_raw(&tty);                          // Ctrl-C is a byte
 *     tty_cooked(&tty);                       // Ctrl-C is a signal: interrupted(context), in the signal handler
 *     tty_close(&tty);
 *
 * Floor:  os.   Thread: any one.   Memory: the caller's struct. One terminal at a time: what a crash restores.
 */
#pragma once
#include "base/err.h"
#include <signal.h>
#include <stdbool.h>
#include <termios.h>

enum { TTY_FATAL = 7 };

typedef struct {
    int    fd;
    bool   is_raw;
    struct termios before;
    void (*interrupted)(void *context);
    void  *context;
    struct sigaction before_interrupt, before_fatal[TTY_FATAL];
} Tty;

bool tty_open(Tty *tty, int fd, void (*interrupted)(void *context), void *context, Err *err);
void tty_close(Tty *tty);                       /* cooked, and the signals are what they were */
void tty_raw(Tty *tty);
void tty_signals(Tty *tty);                     /* raw, but Ctrl-C is a signal */
void tty_cooked(Tty *tty);

/* Stops the process as Ctrl-Z does; returns when somebody continues it. The mode is kept. */
void tty_suspend(Tty *tty);

/* Columns and rows; 80 and 24 when the terminal does not say. */
void tty_size(int fd, int *columns, int *rows);

/* Bytes that have come and can be read without waiting: how many, at most `size`. */
size_t tty_typed(int fd, char *bytes, size_t size);

/* Reading waits again, whatever a loop has made of the descriptor. */
void tty_block(int fd);

/* Writes all of it, waiting for a slow terminal. */
void tty_write(int fd, const char *text, size_t size);
