#include <stdint.h>
#include <stdlib.h>

int64_t knapsack(const int64_t *weights, int64_t items, const int64_t *values, int64_t values_length, int64_t capacity)
{
    int64_t *best = calloc(capacity + 1, sizeof *best);
    if (values_length < items)
        items = values_length;
    for (int64_t i = 0; i < items; i++) {
        int64_t weight = weights[i], value = values[i];
        for (int64_t room = capacity; room >= weight; room--)
            if (best[room - weight] + value > best[room])
                best[room] = best[room - weight] + value;
    }
    int64_t result = best[capacity];
    free(best);
    return result;
}
