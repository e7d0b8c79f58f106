#include "os/tty.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const int FATAL[TTY_FATAL] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGQUIT, SIGSYS };

/* A signal handler has no other way to the terminal. */
static Tty *volatile current;

static const char PLAIN[] = "\033[?2004l\033[0m\r\n";     /* no bracketed paste, no colour, a line of its own */

static void on_fatal(int number) {
    Tty *tty = current;
    if (tty && tty->is_raw) {
        tcsetattr(tty->fd, TCSANOW, &tty->before);
        ssize_t ignored = write(tty->fd, PLAIN, sizeof PLAIN - 1);
        (void)ignored;
    }
    raise(number);                              /* SA_RESETHAND: the default action now */
}

static void on_interrupt(int number) {
    int saved = errno;
    Tty *tty = current;
    (void)number;
    if (tty) tty->interrupted(tty->context);
    errno = saved;
}

bool tty_open(Tty *tty, int fd, void (*interrupted)(void *context), void *context, Err *err) {
    *tty = (Tty){ .fd = fd, .interrupted = interrupted, .context = context };
    if (tcgetattr(fd, &tty->before)) return err_set(err, "io", "the terminal does not answer: %s", strerror(errno));
    current = tty;
    struct sigaction fatal = { .sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND };
    struct sigaction interrupt = { .sa_handler = on_interrupt };        /* no SA_RESTART: a read at the terminal ends */
    sigemptyset(&fatal.sa_mask);
    sigemptyset(&interrupt.sa_mask);
    for (int i = 0; i < TTY_FATAL; i++) sigaction(FATAL[i], &fatal, &tty->before_fatal[i]);
    sigaction(SIGINT, &interrupt, &tty->before_interrupt);
    return true;
}

void tty_close(Tty *tty) {
    tty_cooked(tty);
    for (int i = 0; i < TTY_FATAL; i++) sigaction(FATAL[i], &tty->before_fatal[i], NULL);
    sigaction(SIGINT, &tty->before_interrupt, NULL);
    current = NULL;
}

static void set_raw(Tty *tty, tcflag_t keep) {
    struct termios raw = tty->before;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG) | keep;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tty->is_raw = true;
    tcsetattr(tty->fd, TCSADRAIN, &raw);        /* what was typed ahead stays */
}

void tty_raw(Tty *tty) { set_raw(tty, 0); }

void tty_signals(Tty *tty) {
    if (tty->is_raw) set_raw(tty, tty->before.c_lflag & ISIG);
}

void tty_cooked(Tty *tty) {
    if (tty->is_raw) tcsetattr(tty->fd, TCSADRAIN, &tty->before);
    tty->is_raw = false;
}

void tty_suspend(Tty *tty) {
    bool was_raw = tty->is_raw;
    tty_cooked(tty);
    raise(SIGTSTP);
    if (was_raw) tty_raw(tty);
}

void tty_size(int fd, int *columns, int *rows) {
    struct winsize size = { 0 };
    bool known = ioctl(fd, TIOCGWINSZ, &size) == 0;
    *columns = known && size.ws_col ? size.ws_col : 80;
    *rows = known && size.ws_row ? size.ws_row : 24;
}

size_t tty_typed(int fd, char *bytes, size_t size) {
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    if (poll(&ready, 1, 0) <= 0) return 0;
    ssize_t count = read(fd, bytes, size);
    return count > 0 ? (size_t)count : 0;
}

void tty_block(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

void tty_write(int fd, const char *text, size_t size) {
    while (size > 0) {
        ssize_t count = write(fd, text, size);
        if (count < 0 && errno == EAGAIN) {
            struct pollfd ready = { .fd = fd, .events = POLLOUT };
            poll(&ready, 1, -1);
        } else if (count < 0 && errno != EINTR) {
            return;                             /* the terminal is gone; its end is read elsewhere */
        } else if (count > 0) {
            text += count;
            size -= (size_t)count;
        }
    }
}
