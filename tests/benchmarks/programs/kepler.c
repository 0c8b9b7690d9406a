#include <math.h>
#include <stdint.h>

double kepler(int64_t count, double eccentricity)
{
    double total = 0;
    for (int64_t i = 0; i < count; i++) {
        double anomaly = M_PI * i / count;
        double low = 0.0, high = M_PI;
        while (high - low > 1e-12) {
            double middle = (low + high) / 2;
            if (middle - eccentricity * sin(middle) < anomaly)
                low = middle;
            else
                high = middle;
        }
        total += (low + high) / 2;
    }
    return total / count;
}
