#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static int64_t place(int64_t row, int64_t n, bool *columns, bool *rising, bool *falling)
{
    if (row == n)
        return 1;
    int64_t ways = 0;
    for (int64_t col = 0; col < n; col++) {
        if (columns[col] || rising[row + col] || falling[row - col + n - 1])
            continue;
        columns[col] = rising[row + col] = falling[row - col + n - 1] = true;
        ways += place(row + 1, n, columns, rising, falling);
        columns[col] = rising[row + col] = falling[row - col + n - 1] = false;
    }
    return ways;
}

int64_t queens(int64_t n)
{
    bool *columns = calloc(n, 1);
    bool *rising = calloc(2 * n, 1);
    bool *falling = calloc(2 * n, 1);
    int64_t ways = place(0, n, columns, rising, falling);
    free(columns);
    free(rising);
    free(falling);
    return ways;
}
