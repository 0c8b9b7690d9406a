#include <stdint.h>
#include <string.h>

int64_t convolve(const double *signal, int64_t n, const double *kernel, int64_t m, double *out)
{
    memset(out, 0, (n + m - 1) * sizeof *out);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < m; j++)
            out[i + j] += signal[i] * kernel[j];
    return n + m - 1;
}
