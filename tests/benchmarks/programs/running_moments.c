#include <math.h>
#include <stdint.h>

int64_t running_moments(double r, double start, int64_t steps, double *out)
{
    double x = start, mean = 0, m2 = 0, low = INFINITY, high = -INFINITY;
    for (int64_t count = 1; count <= steps; count++) {
        x = r * x * (1 - x);
        double delta = x - mean;
        mean += delta / count;
        m2 += delta * (x - mean);
        if (x < low)
            low = x;
        if (x > high)
            high = x;
    }
    out[0] = mean;
    out[1] = sqrt(m2 / steps);
    out[2] = low;
    out[3] = high;
    return 4;
}
