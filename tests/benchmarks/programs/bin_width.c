#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

double bin_width(const double *values, int64_t n, int64_t most_bins)
{
    double low = values[0], high = values[0];
    for (int64_t i = 1; i < n; i++) {
        if (values[i] < low)
            low = values[i];
        if (values[i] > high)
            high = values[i];
    }
    int64_t *counts = malloc(most_bins * sizeof *counts);
    double best_risk = INFINITY, best_width = high - low;
    for (int64_t bins = 1; bins <= most_bins; bins++) {
        double width = (high - low) / bins;
        memset(counts, 0, bins * sizeof *counts);
        for (int64_t i = 0; i < n; i++) {
            int64_t index = (int64_t)((values[i] - low) / width);
            if (index >= bins)
                index = bins - 1;
            counts[index]++;
        }
        double total = 0;
        for (int64_t i = 0; i < bins; i++) {
            double share = (double)counts[i] / n;
            total += share * share;
        }
        double risk = (2 - (n + 1) * total) / ((n - 1) * width);
        if (risk < best_risk) {
            best_risk = risk;
            best_width = width;
        }
    }
    free(counts);
    return best_width;
}
