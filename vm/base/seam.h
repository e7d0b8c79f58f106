/* seam.h - the only way to the clock and to chance, for everything that decides what happens.
 *
 * A simulator swaps the table; nothing else changes.
 *
 *     int64_t now = seam_wall_ms(seam);
 *
 * Floor:  base - libc only.
 * Memory: owns nothing; `ctx` belongs to whoever made the table.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct Seam {
    void    *ctx;
    int64_t (*wall_ms)(void *ctx);                      /* Unix time in milliseconds */
    int64_t (*mono_us)(void *ctx);                      /* never steps back; microseconds, any origin */
    void    (*random)(void *ctx, void *out, size_t len);
} Seam;

const Seam *seam_real(void);                            /* clock_gettime and getrandom */

static inline int64_t seam_wall_ms(const Seam *seam) { return seam->wall_ms(seam->ctx); }
static inline int64_t seam_mono_us(const Seam *seam) { return seam->mono_us(seam->ctx); }
static inline void    seam_random(const Seam *seam, void *out, size_t len) { seam->random(seam->ctx, out, len); }
