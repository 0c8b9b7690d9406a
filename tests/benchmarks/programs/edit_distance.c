#include <stdint.h>
#include <stdlib.h>

static inline int64_t least(int64_t a, int64_t b)
{
    return b < a ? b : a;
}

int64_t edit_distance(const uint8_t *a, int64_t length_a, const uint8_t *b, int64_t length_b)
{
    int64_t rows = length_a + 1, columns = length_b + 1;
    int64_t **table = malloc((size_t)rows * sizeof *table);
    for (int64_t i = 0; i < rows; i++) {
        table[i] = calloc((size_t)columns, sizeof **table);
        table[i][0] = i;
    }
    for (int64_t j = 0; j < columns; j++)
        table[0][j] = j;
    for (int64_t i = 1; i < rows; i++)
        for (int64_t j = 1; j < columns; j++) {
            int64_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            table[i][j] = least(least(table[i - 1][j] + 1, table[i][j - 1] + 1), table[i - 1][j - 1] + cost);
        }
    int64_t distance = table[rows - 1][columns - 1];
    for (int64_t i = 0; i < rows; i++)
        free(table[i]);
    free(table);
    return distance;
}
