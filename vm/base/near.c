#include "base/near.h"

static char lower(Slice t, size_t i) {
    char c = t.ptr[i];
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static int least(int a, int b) { return a < b ? a : b; }

/* Optimal string alignment: three rows of the table are enough. */
int near_slips(Slice a, Slice b) {
    int rows[3][NEAR_LONGEST + 1];
    if (a.len > NEAR_LONGEST || b.len > NEAR_LONGEST) return NEAR_LONGEST;
    for (size_t i = 0; i <= a.len; i++) {
        int *now = rows[i % 3], *one = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t k = 1; k <= b.len; k++) {
            if (i == 0) {
                now[k] = (int)k;
                continue;
            }
            now[k] = one[k - 1] + (lower(a, i - 1) != lower(b, k - 1));
            now[k] = least(now[k], least(one[k], now[k - 1]) + 1);
            bool swapped = i > 1 && k > 1 && lower(a, i - 1) == lower(b, k - 2) && lower(a, i - 2) == lower(b, k - 1);
            if (swapped) now[k] = least(now[k], two[k - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

int near_limit(Slice given) { return given.len > 4 ? 3 : 2; }
