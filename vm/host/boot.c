#include "host/boot.h"
#include "host/sim_clock.h"
#include "lua/fiber.h"
#include "lua/host_vm.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    uv_loop_t   loop;
    Turn        turn;
    Engine      engine;
    Vm          host;
    SimClock    clock;
    uv_signal_t interrupt, terminate;
} Boot;

/* The first signal stops cleanly; a second one of the same kind ends the process at once. */
static void on_signal(uv_signal_t *signal_handle, int number) {
    Boot *b = signal_handle->data;
    signal(number, SIG_DFL);
    engine_stop(&b->engine, number == SIGINT ? 130 : 0);
}

static bool is_idle(void *context) { return engine_is_idle(context); }

static void watch_signal(Boot *b, uv_signal_t *handle, int number) {
    uv_signal_init(&b->loop, handle);
    handle->data = b;
    uv_signal_start(handle, on_signal, number);
    uv_unref((uv_handle_t *)handle);
}

static void host_closed(Vm *vm) { (void)vm; }

/* The memory of the host state goes with the process: freeing the compiler piece by piece takes as long as many a program runs.
 * What the state has under way is ended all the same. */
static void shut(Boot *b) {
    uv_close((uv_handle_t *)&b->interrupt, NULL);
    uv_close((uv_handle_t *)&b->terminate, NULL);
    engine_close(&b->engine);
    if (b->host.live) vm_close(&b->host, host_closed);
    turn_close(&b->turn);
    while (uv_run(&b->loop, UV_RUN_DEFAULT)) {}             /* a stop asked for before ends the first round at once */
    uv_loop_close(&b->loop);
}

int boot(int argc, char **argv) {
    Boot *b = calloc(1, sizeof *b);
    Err err;
    TimerJump jump;
    int code = 1;
    if (!b) return 1;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    uv_loop_init(&b->loop);
    const char *at = getenv("AIOS_CLOCK");
    const Seam *seam = seam_real();
    if (at && !sim_clock_open(&b->clock, at, &err)) {
        fprintf(stderr, "aios: %s\n", err.text);
        free(b);
        return 2;
    }
    if (at) {
        seam = &b->clock.seam;
        jump = (TimerJump){ &b->engine, is_idle, sim_clock_jump, sim_clock_set };
    }
    if (!turn_open(&b->turn, &b->loop, &err)) goto failed;
    engine_open(&b->engine, &b->loop, seam, at ? &jump : NULL, &b->host, &b->turn);
    if (!host_vm_open(&b->host, &b->engine, &b->loop, seam, &err)) goto failed;
    b->host.turn = &b->turn;
    watch_signal(b, &b->interrupt, SIGINT);
    watch_signal(b, &b->terminate, SIGTERM);
    code = host_vm_main(&b->host, argc, argv);
    shut(b);
    Boot *volatile kept = b;                                /* not lost, as a leak checker would think */
    exit(kept ? code : 1);
failed:
    fprintf(stderr, "aios: %s\n", err.text);
    free(b);
    return 1;
}
