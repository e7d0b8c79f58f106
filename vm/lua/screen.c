#include "lua/screen.h"
#include "os/tty.h"
#include <unistd.h>

static void put(Slice text) { tty_write(STDOUT_FILENO, text.ptr, text.len); }

static void hide(Screen *screen) {
    if (!screen->shown) return;
    screen->shown = false;
    put(buf_slice(&screen->wipe));
}

static ssize_t say(void *cookie, const char *text, size_t size) {
    Screen *screen = cookie;
    bool was_shown = screen->shown;
    if (size == 0) return 0;
    hide(screen);
    put(slice_make(text, size));
    screen->broken = text[size - 1] != '\n';
    if (was_shown) screen->hidden(screen->context);
    return (ssize_t)size;
}

bool screen_open(Screen *screen, void (*hidden)(void *context), void *context) {
    cookie_io_functions_t functions = { .write = say };
    *screen = (Screen){ .hidden = hidden, .context = context };
    screen->out = fopencookie(screen, "w", functions);
    screen->err = fopencookie(screen, "w", functions);
    if (!screen->out || !screen->err) return false;
    setvbuf(screen->out, NULL, _IOLBF, BUFSIZ);
    setvbuf(screen->err, NULL, _IOLBF, BUFSIZ);
    fflush(stdout);
    screen->stock_out = stdout;
    screen->stock_err = stderr;
    stdout = screen->out;
    stderr = screen->err;
    return true;
}

/* The streams themselves stay: a Lua state that still lives may hold them. */
void screen_close(Screen *screen) {
    if (screen->out) {
        fflush(screen->out);
        fflush(screen->err);
        stdout = screen->stock_out;
        stderr = screen->stock_err;
    }
    hide(screen);
    buf_drop(&screen->wipe);
}

static void end_line(Screen *screen) {
    if (screen->out) {
        fflush(screen->err);
        fflush(screen->out);
    }
    if (screen->broken) put(slice_of("\n"));
    screen->broken = false;
}

void screen_draw(Screen *screen, Slice text, Slice wipe) {
    hide(screen);
    end_line(screen);
    put(text);
    buf_clear(&screen->wipe);
    buf_add_slice(&screen->wipe, wipe);
    screen->shown = true;
}

void screen_leave(Screen *screen, Slice text) {
    screen->shown = false;
    put(text);
}
