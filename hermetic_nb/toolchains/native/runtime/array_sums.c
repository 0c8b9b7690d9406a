/* Sums and products of arrays, in one order on every machine.
 *
 * A row of floats is summed pairwise: up to 128 items in eight interleaved sums, more by halves (N. J. Higham, The accuracy
 * of floating point summation, 1993). Along the outer axis of memory rows are added one after the other. All of an array
 * whose rows do not follow each other at one distance goes by as many whole rows as 8192 items hold. This is the order in which
 * numpy (tested: 2.4) adds. Ints wrap. */
#include "array.h"
#include "numbers.h"

enum { BLOCK = 128, CHUNK = 8192 };

#define PLAIN(x) (x)
#define SQUARE_OFF(x) (((x) - mean) * ((x) - mean))

#define PAIRWISE(NAME, STRIDE, EACH)                                                                                  \
    static double NAME(const double *x, uint32_t n, int32_t stride, double mean) {                                    \
        (void)stride;                                                                                                 \
        (void)mean;                                                                                                   \
        if (n < 8) {                                                                                                  \
            double sum = -0.0;                                                                                        \
            for (uint32_t i = 0; i < n; i++) sum += EACH(x[(int32_t)i * STRIDE]);                                     \
            return sum;                                                                                               \
        }                                                                                                             \
        if (n <= BLOCK) {                                                                                             \
            double r[8];                                                                                              \
            for (int32_t k = 0; k < 8; k++) r[k] = EACH(x[k * STRIDE]);                                               \
            uint32_t i = 8;                                                                                           \
            for (; i < n - n % 8; i += 8)                                                                             \
                for (int32_t k = 0; k < 8; k++) r[k] += EACH(x[((int32_t)i + k) * STRIDE]);                           \
            double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));                           \
            for (; i < n; i++) sum += EACH(x[(int32_t)i * STRIDE]);                                                   \
            return sum;                                                                                               \
        }                                                                                                             \
        uint32_t half = n / 2;                                                                                        \
        half -= half % 8;                                                                                             \
        return NAME(x, half, stride, mean) + NAME(x + (int32_t)half * STRIDE, n - half, stride, mean);                \
    }

PAIRWISE(pairwise_dense, 1, PLAIN)
PAIRWISE(pairwise_apart, stride, PLAIN)
PAIRWISE(pairwise_squares, stride, SQUARE_OFF)
PAIRWISE(pairwise_dense_squares, 1, SQUARE_OFF)

static double pairwise(const double *x, uint32_t n, int32_t stride) {
    return stride == 1 ? pairwise_dense(x, n, 1, 0.0) : pairwise_apart(x, n, stride, 0.0);
}

static double squares_off(const double *x, uint32_t n, int32_t stride, double mean) {
    return stride == 1 ? pairwise_dense_squares(x, n, 1, mean) : pairwise_squares(x, n, stride, mean);
}

static inline int32_t size_of_step(int32_t step) { return step < 0 ? -step : step; }

/* The same items with the axis whose items are nearer to each other as the inner one; whether the axes changed places. */
static int32_t by_memory(const Array *a, Array *view) {
    *view = *a;
    int32_t swap = a->n0 > 1 && a->n1 > 1 && size_of_step(a->s0) < size_of_step(a->s1);
    if (swap) {
        view->n0 = a->n1;
        view->n1 = a->n0;
        view->s0 = a->s1;
        view->s1 = a->s0;
    }
    return swap;
}

double hnb_array_sum_f64(Array *array, int32_t line) {
    Array a;
    by_memory(array, &a);
    const double *x = (const double *)a.data;
    if (a.n0 == 1) return 0.0 + pairwise(x, a.n1, a.s1);
    if (a.n1 == 1) return 0.0 + pairwise(x, a.n0, a.s0);
    if (a.s0 == (int32_t)a.n1 * a.s1) return 0.0 + pairwise(x, a.n0 * a.n1, a.s1);
    double sum = 0.0;
    uint32_t rows = a.n1 && a.n1 < CHUNK ? CHUNK / a.n1 : 1;
    for (uint32_t i = 0; i < a.n0; i += rows) {
        Array part = a;
        part.n0 = a.n0 - i < rows ? a.n0 - i : rows;
        part.data += (int32_t)i * a.s0 * 8;
        part.base = NULL;
        if (part.n0 == 1) {
            sum += pairwise((const double *)part.data, part.n1, part.s1);
            continue;
        }
        Array *dense = hnb_array_copy(&part, 8, line);
        sum += pairwise((const double *)dense->data, dense->n0 * dense->n1, 1);
        hnb_array_free(dense);
    }
    return sum;
}

#define EACH(TYPE, NAME)                                                                                              \
    for (uint32_t i = 0; i < a->n0; i++)                                                                              \
        for (uint32_t j = 0; j < a->n1; j++) {                                                                        \
            TYPE NAME = ((const TYPE *)a->data)[(int32_t)i * a->s0 + (int32_t)j * a->s1];
#define END_EACH }

int64_t hnb_array_sum_i64(Array *a, int32_t line) {
    uint64_t sum = 0;
    (void)line;
    EACH(int64_t, x) sum += (uint64_t)x; END_EACH
    return (int64_t)sum;
}

int64_t hnb_array_sum_bool(Array *a, int32_t line) {
    int64_t sum = 0;
    (void)line;
    if (a->s1 == 1) {
        for (uint32_t i = 0; i < a->n0; i++) {
            const uint8_t *row = a->data + (int32_t)i * a->s0;
            uint32_t count = 0;
            for (uint32_t j = 0; j < a->n1; j++) count += row[j];
            sum += count;
        }
        return sum;
    }
    EACH(uint8_t, x) sum += x; END_EACH
    return sum;
}

double hnb_array_prod_f64(Array *array, int32_t line) {
    Array view, *a = &view;
    double product = 1.0;
    (void)line;
    by_memory(array, &view);
    EACH(double, x) product *= x; END_EACH
    return product;
}

int64_t hnb_array_prod_i64(Array *a, int32_t line) {
    uint64_t product = 1;
    (void)line;
    EACH(int64_t, x) product *= (uint64_t)x; END_EACH
    return (int64_t)product;
}

/* Along an axis: a row of what stays. The first row is where a sum begins, so that rows are added as numpy adds them. */
#define ALONG(NAME, IN, OUT, FIRST, STEP)                                                                             \
    Array *NAME(Array *a, int32_t axis, int32_t line) {                                                               \
        uint32_t kept = axis ? a->n0 : a->n1, gone = axis ? a->n1 : a->n0;                                            \
        int32_t by = axis ? a->s0 : a->s1, along = axis ? a->s1 : a->s0;                                              \
        Array *made = hnb_array_new(1, kept, 8, line);                                                                \
        OUT *to = (OUT *)made->data;                                                                                  \
        for (uint32_t k = 0; k < kept; k++) to[k] = FIRST;                                                            \
        for (uint32_t i = 0; i < gone; i++) {                                                                         \
            const IN *row = (const IN *)a->data + (int32_t)i * along;                                                 \
            if (by == 1) {                                                                                            \
                for (uint32_t k = 0; k < kept; k++) {                                                                 \
                    IN x = row[k];                                                                                    \
                    to[k] = STEP;                                                                                     \
                }                                                                                                     \
                continue;                                                                                             \
            }                                                                                                         \
            for (uint32_t k = 0; k < kept; k++) {                                                                     \
                IN x = row[(int32_t)k * by];                                                                          \
                to[k] = STEP;                                                                                         \
            }                                                                                                         \
        }                                                                                                             \
        return made;                                                                                                  \
    }

static ALONG(hnb_rows_f64, double, double, 0.0, to[k] + x)
ALONG(hnb_array_sums_i64, int64_t, int64_t, 0, (int64_t)((uint64_t)to[k] + (uint64_t)x))
ALONG(hnb_array_sums_bool, uint8_t, int64_t, 0, to[k] + x)
ALONG(hnb_array_prods_f64, double, double, 1.0, to[k] * x)
ALONG(hnb_array_prods_i64, int64_t, int64_t, 1, (int64_t)((uint64_t)to[k] * (uint64_t)x))

Array *hnb_array_sums_f64(Array *array, int32_t axis, int32_t line) {
    Array a;
    if (by_memory(array, &a)) axis = !axis;
    if (!axis && a.n1 == 1) { /* one column is a row */
        a.n1 = a.n0;
        a.s1 = a.s0;
        a.n0 = axis = 1;
    }
    if (!axis) return hnb_rows_f64(&a, 0, line);
    Array *made = hnb_array_new(1, a.n0, 8, line);
    for (uint32_t i = 0; i < a.n0; i++)
        ((double *)made->data)[i] = 0.0 + pairwise((const double *)a.data + (int32_t)i * a.s0, a.n1, a.s1);
    return made;
}

double hnb_array_mean(Array *a, int32_t line) {
    return hnb_array_sum_f64(a, line) / (double)((uint64_t)a->n0 * a->n1);
}

/* Of ints that became floats: numpy converts them in pieces, and adds the sums of the pieces. */
double hnb_array_mean_chunks(Array *a, int32_t line) {
    Array *dense = hnb_array_dense(a, 8, line);
    uint32_t n = dense->n0 * dense->n1;
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i += CHUNK)
        sum += pairwise((const double *)dense->data + i, n - i < CHUNK ? n - i : CHUNK, 1);
    if (--dense->rc == 0) hnb_array_free(dense);
    return sum / n;
}

Array *hnb_array_means(Array *a, int32_t axis, int32_t line) {
    Array *made = hnb_array_sums_f64(a, axis, line);
    double *to = (double *)made->data, n = axis ? a->n1 : a->n0;
    for (uint32_t k = 0; k < made->n1; k++) to[k] /= n;
    return made;
}

Array *hnb_array_means_chunks(Array *a, int32_t axis, int32_t line) { return hnb_array_means(a, axis, line); }

#define SQUARED(x) ((x) * (x))

/* The squares of the differences from a mean for all, or from one for each that stays along an axis. The strides of the
 * array's memory are kept, which decide the order of the sum that follows. */
static Array *squares(Array *array, const double *means, double mean, int32_t axis, int32_t line) {
    Array a;
    int32_t swapped = by_memory(array, &a);
    Array *made = hnb_array_new(a.n0, a.n1, 8, line);
    double *to = (double *)made->data;
    for (uint32_t i = 0; i < a.n0; i++, to += a.n1) {
        const double *row = (const double *)a.data + (int32_t)i * a.s0;
        if (!means || axis != swapped) {
            double middle = means ? means[i] : mean;
            for (uint32_t j = 0; j < a.n1; j++) to[j] = SQUARED(row[(int32_t)j * a.s1] - middle);
        } else {
            for (uint32_t j = 0; j < a.n1; j++) to[j] = SQUARED(row[(int32_t)j * a.s1] - means[j]);
        }
    }
    return made;
}

double hnb_array_var(Array *a, double ddof, int32_t line) {
    double n = (double)((uint64_t)a->n0 * a->n1), left = n - ddof;
    double mean = hnb_array_sum_f64(a, line) / n, sum;
    Array view;
    by_memory(a, &view);
    if (view.n0 == 1 || view.n1 == 1 || view.s0 == (int32_t)view.n1 * view.s1) {
        int32_t by = view.n1 == 1 ? view.s0 : view.s1;
        sum = 0.0 + squares_off((const double *)view.data, view.n0 * view.n1, by, mean);
    } else {
        Array *parts = squares(a, NULL, mean, 0, line);
        sum = hnb_array_sum_f64(parts, line);
        hnb_array_free(parts);
    }
    return sum / (left > 0 ? left : 0.0);
}

Array *hnb_array_vars(Array *a, int32_t axis, double ddof, int32_t line) {
    Array view;
    int32_t swapped = by_memory(a, &view);
    double n = axis ? a->n1 : a->n0, left = n - ddof;
    Array *means = hnb_array_means(a, axis, line);
    const double *mean = (const double *)means->data;
    Array *parts = squares(a, mean, 0.0, axis, line);
    Array *made = hnb_array_sums_f64(parts, axis != swapped, line);
    double *to = (double *)made->data;
    for (uint32_t k = 0; k < made->n1; k++) to[k] /= left > 0 ? left : 0.0;
    hnb_array_free(parts);
    hnb_array_free(means);
    return made;
}

double hnb_array_std(Array *a, double ddof, int32_t line) { return __builtin_sqrt(hnb_array_var(a, ddof, line)); }

Array *hnb_array_stds(Array *a, int32_t axis, double ddof, int32_t line) {
    Array *made = hnb_array_vars(a, axis, ddof, line);
    double *to = (double *)made->data;
    for (uint32_t k = 0; k < made->n1; k++) to[k] = __builtin_sqrt(to[k]);
    return made;
}

/* Running sums and products along an axis; of one axis, along it. */
#define RUNNING(NAME, TYPE, STEP)                                                                                     \
    Array *NAME(Array *a, int32_t axis, int32_t line) {                                                               \
        Array *made = hnb_array_same(a, 8, line);                                                                     \
        int32_t turned = hnb_array_layout(made) == 2;                                                                 \
        hnb_array_turn(made, turned);                                                                                 \
        axis ^= turned;                                                                                               \
        TYPE *x = (TYPE *)made->data;                                                                                 \
        uint32_t n0 = made->n0, n1 = made->n1;                                                                        \
        for (uint32_t i = axis ? 0 : 1; i < n0; i++) {                                                                \
            TYPE *row = x + i * n1, before = axis && n1 ? row[0] : 0;                                                 \
            for (uint32_t j = axis ? 1 : 0; j < n1; j++) {                                                            \
                if (!axis) before = row[(int32_t)j - (int32_t)n1];                                                    \
                row[j] = before = STEP;                                                                               \
            }                                                                                                         \
        }                                                                                                             \
        hnb_array_turn(made, turned);                                                                                 \
        return made;                                                                                                  \
    }

RUNNING(hnb_array_cumsum_f64, double, before + row[j])
RUNNING(hnb_array_cumsum_i64, int64_t, (int64_t)((uint64_t)before + (uint64_t)row[j]))
RUNNING(hnb_array_cumprod_f64, double, before *row[j])
RUNNING(hnb_array_cumprod_i64, int64_t, (int64_t)((uint64_t)before * (uint64_t)row[j]))
