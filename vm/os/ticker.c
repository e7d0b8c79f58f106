#include "os/ticker.h"
#include "base/buf.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id                          /* glibc before 2.38 has no name for it */
#define sigev_notify_thread_id _sigev_un._tid
#endif

struct Ticker {
    timer_t timer;
    void  (*tick)(void *context);
    void   *context;
};

static void on_signal(int number, siginfo_t *info, void *machine) {
    int saved = errno;
    Ticker *ticker = info->si_value.sival_ptr;
    (void)number;
    (void)machine;
    if (info->si_code == SI_TIMER && ticker) ticker->tick(ticker->context);
    errno = saved;
}

bool ticker_start(Ticker **out, int every_ms, void (*tick)(void *context), void *context, Err *err) {
    Ticker *ticker = mem_new(sizeof *ticker);
    ticker->tick = tick;
    ticker->context = context;
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF, .sigev_value.sival_ptr = ticker };
    event.sigev_notify_thread_id = gettid();
    struct itimerspec every = { { 0, every_ms * 1000000L }, { 0, every_ms * 1000000L } };
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGPROF, &action, NULL) || timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &ticker->timer)) {
        free(ticker);
        return err_set(err, "io", "cannot start the preemption timer (errno %d)", errno);
    }
    timer_settime(ticker->timer, 0, &every, NULL);
    *out = ticker;
    return true;
}

void ticker_stop(Ticker *ticker) {
    if (!ticker) return;
    timer_delete(ticker->timer);
    signal(SIGPROF, SIG_IGN);                           /* a tick already queued must find no handler */
    free(ticker);
}
