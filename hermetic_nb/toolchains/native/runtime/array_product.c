/* Inner and matrix products. Sums of products of floats go in eight interleaved sums (a matrix product: one after the
 * other); numpy leaves the order to a library that has another on each processor. */
#include "array.h"
#include "numbers.h"

double hnb_array_dot_f64(Array *a, Array *b, int32_t line) {
    if (HNB_UNLIKELY(a->n1 != b->n1)) hnb_trap(HNB_NOT_ALIGNED, line);
    Array *left = hnb_array_dense(a, 8, line), *right = hnb_array_dense(b, 8, line);
    const double *x = (const double *)left->data, *y = (const double *)right->data;
    double r[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    uint32_t n = a->n1, i = 0;
    for (; i < n - n % 8; i += 8)
        for (uint32_t k = 0; k < 8; k++) r[k] += x[i + k] * y[i + k];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; i++) sum += x[i] * y[i];
    if (--left->rc == 0) hnb_array_free(left);
    if (--right->rc == 0) hnb_array_free(right);
    return sum;
}

int64_t hnb_array_dot_i64(Array *a, Array *b, int32_t line) {
    if (HNB_UNLIKELY(a->n1 != b->n1)) hnb_trap(HNB_NOT_ALIGNED, line);
    const int64_t *x = (const int64_t *)a->data, *y = (const int64_t *)b->data;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < a->n1; i++)
        sum += (uint64_t)x[(int32_t)i * a->s1] * (uint64_t)y[(int32_t)i * b->s1];
    return (int64_t)sum;
}

/* Four rows by a block of columns at a time: what is read of b is used four times, and sums stay in registers. */
enum { COLUMNS = 4 };

static void block_f64(const double *x, uint32_t rows, uint32_t inner, const double *y, uint32_t n, uint32_t column,
                      uint32_t width, double *to) {
    double sum[4][COLUMNS] = {{0.0}};
    if (rows == 4 && width == COLUMNS) {
        for (uint32_t k = 0; k < inner; k++) {
            const double *from = y + k * n + column;
            for (uint32_t i = 0; i < 4; i++) {
                double by = x[i * inner + k];
                for (uint32_t j = 0; j < COLUMNS; j++) sum[i][j] += by * from[j];
            }
        }
    } else {
        for (uint32_t k = 0; k < inner; k++)
            for (uint32_t i = 0; i < rows; i++)
                for (uint32_t j = 0; j < width; j++) sum[i][j] += x[i * inner + k] * y[k * n + column + j];
    }
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < width; j++) to[i * n + column + j] = sum[i][j];
}

Array *hnb_array_matmul_f64(Array *a, Array *b, int32_t line) {
    if (HNB_UNLIKELY(a->n1 != b->n0)) hnb_trap(HNB_NOT_ALIGNED, line);
    Array *left = hnb_array_dense(a, 8, line), *right = hnb_array_dense(b, 8, line);
    Array *made = hnb_array_new(a->n0, b->n1, 8, line);
    uint32_t m = a->n0, inner = a->n1, n = b->n1;
    for (uint32_t i = 0; i < m; i += 4)
        for (uint32_t j = 0; j < n; j += COLUMNS)
            block_f64((const double *)left->data + i * inner, m - i < 4 ? m - i : 4, inner, (const double *)right->data, n,
                      j, n - j < COLUMNS ? n - j : COLUMNS, (double *)made->data + i * n);
    if (--left->rc == 0) hnb_array_free(left);
    if (--right->rc == 0) hnb_array_free(right);
    return made;
}

Array *hnb_array_matmul_i64(Array *a, Array *b, int32_t line) {
    if (HNB_UNLIKELY(a->n1 != b->n0)) hnb_trap(HNB_NOT_ALIGNED, line);
    Array *left = hnb_array_dense(a, 8, line), *right = hnb_array_dense(b, 8, line);
    Array *made = hnb_array_new(a->n0, b->n1, 8, line);
    const uint64_t *x = (const uint64_t *)left->data, *y = (const uint64_t *)right->data;
    uint64_t *to = (uint64_t *)made->data;
    uint32_t inner = a->n1, n = b->n1;
    memset(to, 0, made->bytes);
    for (uint32_t i = 0; i < a->n0; i++)
        for (uint32_t k = 0; k < inner; k++)
            for (uint32_t j = 0; j < n; j++) to[i * n + j] += x[i * inner + k] * y[k * n + j];
    if (--left->rc == 0) hnb_array_free(left);
    if (--right->rc == 0) hnb_array_free(right);
    return made;
}
