#include <stdint.h>

static int64_t base_code(uint8_t base)
{
    if (base == 'A')
        return 0;
    else if (base == 'C')
        return 1;
    else if (base == 'G')
        return 2;
    else if (base == 'T')
        return 3;
    return -1;
}

int64_t kmer_counts(const uint8_t *seq, int64_t length, int64_t k, int64_t *counts)
{
    int64_t size = 1;
    for (int64_t i = 0; i < k; i++)
        size *= 4;
    for (int64_t i = 0; i < size; i++)
        counts[i] = 0;
    int64_t code = 0, filled = 0;
    for (int64_t i = 0; i < length; i++) {
        int64_t b = base_code(seq[i]);
        if (b < 0) {
            filled = 0;
            code = 0;
            continue;
        }
        code = (code * 4 + b) % size;
        filled++;
        if (filled >= k)
            counts[code]++;
    }
    return size;
}
