#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t gauss_solve(const double *matrix, int64_t length, const double *rhs, int64_t n, double *x)
{
    if (length != n * n)
        return -1;
    double *a = malloc(length * sizeof *a);
    memcpy(a, matrix, length * sizeof *a);
    memcpy(x, rhs, n * sizeof *x);
    for (int64_t col = 0; col < n; col++) {
        int64_t pivot = col;
        for (int64_t row = col + 1; row < n; row++)
            if (fabs(a[row * n + col]) > fabs(a[pivot * n + col]))
                pivot = row;
        if (a[pivot * n + col] == 0) {
            free(a);
            return -1;
        }
        if (pivot != col) {
            for (int64_t j = 0; j < n; j++) {
                double swap = a[col * n + j];
                a[col * n + j] = a[pivot * n + j];
                a[pivot * n + j] = swap;
            }
            double swap = x[col];
            x[col] = x[pivot];
            x[pivot] = swap;
        }
        for (int64_t row = col + 1; row < n; row++) {
            double factor = a[row * n + col] / a[col * n + col];
            for (int64_t j = col; j < n; j++)
                a[row * n + j] -= factor * a[col * n + j];
            x[row] -= factor * x[col];
        }
    }
    for (int64_t row = n - 1; row >= 0; row--) {
        double total = x[row];
        for (int64_t j = row + 1; j < n; j++)
            total -= a[row * n + j] * x[j];
        x[row] = total / a[row * n + row];
    }
    free(a);
    return n;
}
