#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int64_t x, y;
} Place;

int64_t flood_distances(const int64_t *walls, int64_t count, int64_t width, int64_t height, int64_t *out)
{
    static const Place steps[4] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    int64_t **grid = malloc((size_t)height * sizeof *grid);
    int64_t **distance = malloc((size_t)height * sizeof *distance);
    for (int64_t y = 0; y < height; y++) {
        grid[y] = malloc((size_t)width * sizeof **grid);
        distance[y] = malloc((size_t)width * sizeof **distance);
        for (int64_t x = 0; x < width; x++) {
            grid[y][x] = walls[y * width + x];
            distance[y][x] = -1;
        }
    }
    size_t room = 16, mask = 15, first = 0, last = 0;
    Place *queue = malloc(room * sizeof *queue);
    distance[0][0] = 0;
    queue[last++] = (Place){0, 0};
    while (first != last) {
        Place here = queue[first++ & mask];
        for (int s = 0; s < 4; s++) {
            int64_t x = here.x + steps[s].x, y = here.y + steps[s].y;
            if (x < 0 || x >= width || y < 0 || y >= height || grid[y][x] != 0 || distance[y][x] >= 0)
                continue;
            distance[y][x] = distance[here.y][here.x] + 1;
            if (last - first == room) {
                Place *larger = malloc(2 * room * sizeof *larger);
                for (size_t i = first; i != last; i++)
                    larger[i & (2 * room - 1)] = queue[i & mask];
                free(queue);
                queue = larger;
                room *= 2;
                mask = room - 1;
            }
            queue[last++ & mask] = (Place){x, y};
        }
    }
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++)
            out[y * width + x] = distance[y][x];
        free(grid[y]);
        free(distance[y]);
    }
    free(grid);
    free(distance);
    free(queue);
    return count;
}
