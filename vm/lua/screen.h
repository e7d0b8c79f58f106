/* screen.h - output above the line that is being typed.
 *
 * While a line is shown, what anybody writes to stdout or stderr first hides it; then `hidden` is called, and
 * whoever drew the line draws it again.
 *
 *     screen_open(&screen, hidden, context);           // stdout and stderr are led through it
 *     screen_draw(&screen, "> typed", "\r\033[J");     // a line, and what wipes it
 *
 * Floor:  lua.   Thread: loop thread only.   Memory: the caller's struct; text of the wipe.
 */
#pragma once
#include "base/buf.h"
#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *out, *err;                    /* ours; NULL: not led through */
    FILE *stock_out, *stock_err;
    Buf   wipe;
    bool  shown, broken;                /* broken: the last thing written does not end its line */
    void (*hidden)(void *context);
    void *context;
} Screen;

bool screen_open(Screen *screen, void (*hidden)(void *context), void *context);
void screen_close(Screen *screen);

void screen_draw(Screen *screen, Slice text, Slice wipe);       /* in the place of what is shown */
void screen_leave(Screen *screen, Slice text);                  /* what is shown stays as it is, followed by text */
