#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t heat_equation(const double *plate, int64_t length, int64_t width, int64_t height, double alpha, int64_t steps,
                      double *out)
{
    double *u = malloc(length * sizeof *u);
    double *new = malloc(length * sizeof *new);
    memcpy(u, plate, length * sizeof *u);
    for (int64_t s = 0; s < steps; s++) {
        memcpy(new, u, length * sizeof *new);
        for (int64_t y = 1; y < height - 1; y++)
            for (int64_t x = 1; x < width - 1; x++) {
                int64_t i = y * width + x;
                new[i] = u[i] + alpha * (u[i - 1] + u[i + 1] + u[i - width] + u[i + width] - 4 * u[i]);
            }
        double *swap = u;
        u = new;
        new = swap;
    }
    memcpy(out, u, length * sizeof *out);
    free(u);
    free(new);
    return length;
}
