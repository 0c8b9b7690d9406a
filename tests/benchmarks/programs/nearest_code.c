#include <stdint.h>

static int64_t bits_set(int64_t x)
{
    int64_t count = 0;
    while (x != 0) {
        x &= x - 1;
        count++;
    }
    return count;
}

int64_t nearest_code(const int64_t *codes, int64_t n)
{
    int64_t least = 64;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++) {
            int64_t distance = bits_set(codes[i] ^ codes[j]);
            if (distance < least)
                least = distance;
        }
    return least;
}
