#include "base/id.h"

void id_new(const Seam *seam, char out[ID_SIZE]) {
    static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t ms = (uint64_t)seam_wall_ms(seam);
    unsigned char chance[16];
    seam_random(seam, chance, sizeof chance);
    for (int i = 9; i >= 0; i--, ms >>= 5) out[i] = ALPHABET[ms & 31];
    for (int i = 0; i < 16; i++) out[10 + i] = ALPHABET[chance[i] & 31];
    out[26] = 0;
}
