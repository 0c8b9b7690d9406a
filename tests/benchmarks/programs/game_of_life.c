#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t game_of_life(const int64_t *cells, int64_t length, int64_t width, int64_t height, int64_t generations,
                     int64_t *out)
{
    int64_t *grid = malloc(length * sizeof *grid);
    int64_t *new = malloc(length * sizeof *new);
    memcpy(grid, cells, length * sizeof *grid);
    for (int64_t g = 0; g < generations; g++) {
        memset(new, 0, length * sizeof *new);
        for (int64_t y = 0; y < height; y++) {
            int64_t above = (y - 1 + height) % height * width;
            int64_t here = y * width;
            int64_t below = (y + 1) % height * width;
            for (int64_t x = 0; x < width; x++) {
                int64_t left = (x - 1 + width) % width;
                int64_t right = (x + 1) % width;
                int64_t alive = grid[above + left] + grid[above + x] + grid[above + right];
                alive += grid[here + left] + grid[here + right];
                alive += grid[below + left] + grid[below + x] + grid[below + right];
                if (alive == 3 || (alive == 2 && grid[here + x] == 1))
                    new[here + x] = 1;
            }
        }
        int64_t *swap = grid;
        grid = new;
        new = swap;
    }
    memcpy(out, grid, length * sizeof *out);
    free(grid);
    free(new);
    return length;
}
