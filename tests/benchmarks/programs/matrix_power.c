#include <stdint.h>
#include <stdlib.h>

static double **new_matrix(int64_t n)
{
    double **rows = malloc((size_t)n * sizeof *rows);
    for (int64_t i = 0; i < n; i++)
        rows[i] = calloc((size_t)n, sizeof **rows);
    return rows;
}

static void release(double **rows, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        free(rows[i]);
    free(rows);
}

static double **times(double **a, double **b, int64_t n)
{
    double **product = new_matrix(n);
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < n; k++) {
            double x = a[i][k];
            for (int64_t j = 0; j < n; j++)
                product[i][j] += x * b[k][j];
        }
    return product;
}

double matrix_power(const double *values, int64_t count, int64_t n, int64_t power)
{
    (void)count;
    double **base = new_matrix(n), **result = new_matrix(n);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            base[i][j] = values[n * i + j];
            result[i][j] = i == j ? 1.0 : 0.0;
        }
    while (power > 0) {
        if (power % 2 == 1) {
            double **next = times(result, base, n);
            release(result, n);
            result = next;
        }
        double **next = times(base, base, n);
        release(base, n);
        base = next;
        power /= 2;
    }
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++)
        sum += result[i][i];
    release(base, n);
    release(result, n);
    return sum;
}
