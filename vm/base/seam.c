#include "base/seam.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t real_wall_ms(void *ctx) {
    struct timespec t;
    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_mono_us(void *ctx) {
    struct timespec t;
    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void real_random(void *ctx, void *out, size_t len) {
    unsigned char *at = out;
    (void)ctx;
    while (len) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            perror("aios: getrandom");
            abort();
        }
        at += got;
        len -= (size_t)got;
    }
}

static const Seam REAL = { .wall_ms = real_wall_ms, .mono_us = real_mono_us, .random = real_random };

const Seam *seam_real(void) { return &REAL; }
