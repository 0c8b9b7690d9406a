#include <stdint.h>
#include <stdlib.h>

int64_t smith_waterman(const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length, int64_t match,
                       int64_t mismatch, int64_t gap)
{
    int64_t *previous = calloc(b_length + 1, sizeof *previous);
    int64_t *current = calloc(b_length + 1, sizeof *current);
    int64_t best = 0;
    for (int64_t i = 1; i <= a_length; i++) {
        current[0] = 0;
        for (int64_t j = 1; j <= b_length; j++) {
            int64_t score = 0;
            int64_t diagonal = previous[j - 1] + (a[i - 1] == b[j - 1] ? match : mismatch);
            if (diagonal > score)
                score = diagonal;
            if (previous[j] + gap > score)
                score = previous[j] + gap;
            if (current[j - 1] + gap > score)
                score = current[j - 1] + gap;
            current[j] = score;
            if (score > best)
                best = score;
        }
        int64_t *swap = previous;
        previous = current;
        current = swap;
    }
    free(previous);
    free(current);
    return best;
}
