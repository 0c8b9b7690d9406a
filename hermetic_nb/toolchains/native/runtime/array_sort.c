/* Sorting arrays: ascending, stable, NaN last; bools go as ints. */
#include "array.h"
#include "numbers.h"
#include "sort.h"

typedef struct {
    double key;
    uint32_t at;
} Float;
typedef struct {
    int64_t key;
    uint32_t at;
} Int;

#define BEFORE_f64(A, B) ((A) < (B) || ((B) != (B) && (A) == (A)))
#define BEFORE_i64(A, B) ((A) < (B))
#define FLOAT_BEFORE(A, B) BEFORE_f64((A).key, (B).key)
#define INT_BEFORE(A, B) BEFORE_i64((A).key, (B).key)

#define LESS_FLOAT(A, B) ((A) < (B))

SORT(sort_numbers, double, LESS_FLOAT)

/* NaNs go to the end first, so that the order of the others is one comparison. */
static void sort_f64(double *x, uint32_t n, int32_t line) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!is_nan(x[i])) x[kept++] = x[i];
    sort_numbers(x, kept, line);
    for (; kept < n; kept++) x[kept] = HNB_NAN;
}

SORT(sort_i64, int64_t, BEFORE_i64)
SORT(rank_f64, Float, FLOAT_BEFORE)
SORT(rank_i64, Int, INT_BEFORE)

#define SORTING(SUFFIX, TYPE, PAIR)                                                                                   \
    /* Sorts along an axis in place. */                                                                               \
    void hnb_array_sort_##SUFFIX(Array *a, int32_t axis, int32_t line) {                                              \
        uint32_t lines = axis ? a->n0 : a->n1, n = axis ? a->n1 : a->n0;                                              \
        int32_t by = axis ? a->s0 : a->s1, along = axis ? a->s1 : a->s0;                                              \
        if (along == 1) {                                                                                             \
            for (uint32_t k = 0; k < lines; k++) sort_##SUFFIX((TYPE *)a->data + (int32_t)k * by, n, line);           \
            return;                                                                                                   \
        }                                                                                                             \
        TYPE *row = hnb_alloc(size_of_items(n, 8, 0, line), line);                                                    \
        for (uint32_t k = 0; k < lines; k++) {                                                                        \
            TYPE *x = (TYPE *)a->data + (int32_t)k * by;                                                              \
            for (uint32_t i = 0; i < n; i++) row[i] = x[(int32_t)i * along];                                          \
            sort_##SUFFIX(row, n, line);                                                                              \
            for (uint32_t i = 0; i < n; i++) x[(int32_t)i * along] = row[i];                                          \
        }                                                                                                             \
        hnb_free(row, n * 8);                                                                                         \
    }                                                                                                                 \
    /* The numbers of the items in order; of equal ones the first comes first. */                                     \
    Array *hnb_array_argsort_##SUFFIX(Array *a, int32_t axis, int32_t line) {                                         \
        uint32_t lines = axis ? a->n0 : a->n1, n = axis ? a->n1 : a->n0;                                              \
        int32_t by = axis ? a->s0 : a->s1, along = axis ? a->s1 : a->s0;                                              \
        Array *made = hnb_array_new(a->n0, a->n1, 8, line);                                                           \
        PAIR *row = hnb_alloc(size_of_items(n, sizeof(PAIR), 0, line), line);                                         \
        for (uint32_t k = 0; k < lines; k++) {                                                                        \
            const TYPE *x = (const TYPE *)a->data + (int32_t)k * by;                                                  \
            for (uint32_t i = 0; i < n; i++) row[i] = (PAIR){x[(int32_t)i * along], i};                               \
            rank_##SUFFIX(row, n, line);                                                                              \
            int64_t *to = (int64_t *)made->data + (axis ? k * n : k);                                                 \
            for (uint32_t i = 0; i < n; i++) to[axis ? i : i * lines] = row[i].at;                                    \
        }                                                                                                             \
        hnb_free(row, n * (uint32_t)sizeof(PAIR));                                                                    \
        return made;                                                                                                  \
    }

#define SORTED(SUFFIX)                                                                                                \
    Array *hnb_array_sorted_##SUFFIX(Array *a, int32_t axis, int32_t line) {                                          \
        Array *made = hnb_array_same(a, 8, line);                                                                     \
        hnb_array_sort_##SUFFIX(made, axis, line);                                                                    \
        return made;                                                                                                  \
    }

SORTING(f64, double, Float)
SORTING(i64, int64_t, Int)
SORTED(f64)
SORTED(i64)

/* The middle item, or the mean of the two in the middle; NaN where there is one, or no item. */
double hnb_array_median(Array *a, int32_t line) {
    Array *sorted = hnb_array_sorted_f64(a, 1, line);
    const double *x = (const double *)sorted->data;
    uint32_t n = sorted->n1;
    double middle = n == 0 ? HNB_NAN : n % 2 ? 0.0 + x[n / 2] : (0.0 + (x[n / 2 - 1] + x[n / 2])) / 2.0;
    if (n && is_nan(x[n - 1])) middle = HNB_NAN;
    hnb_array_free(sorted);
    return middle;
}

/* What is there, ascending and once each; all NaNs are one. */
#define UNIQUE(SUFFIX, TYPE, SAME)                                                                                    \
    Array *hnb_array_unique_##SUFFIX(Array *a, int32_t line) {                                                        \
        Array *flat = hnb_array_flatten(a, 8, line);                                                                  \
        hnb_array_sort_##SUFFIX(flat, 1, line);                                                                       \
        TYPE *x = (TYPE *)flat->data;                                                                                 \
        uint32_t kept = 0;                                                                                            \
        for (uint32_t i = 0; i < flat->n1; i++)                                                                       \
            if (kept == 0 || !SAME(x[kept - 1], x[i])) x[kept++] = x[i];                                              \
        Array *made = hnb_array_new(1, kept, 8, line);                                                                \
        for (uint32_t i = 0; i < kept; i++) ((TYPE *)made->data)[i] = x[i];                                           \
        hnb_array_free(flat);                                                                                         \
        return made;                                                                                                  \
    }
#define SAME_FLOAT(A, B) ((A) == (B) || ((A) != (A) && (B) != (B)))
#define SAME_INT(A, B) ((A) == (B))

UNIQUE(f64, double, SAME_FLOAT)
UNIQUE(i64, int64_t, SAME_INT)

/* Where each wanted number would stand in a sorted array; `right`: after equal ones. */
Array *hnb_array_searchsorted_f64(Array *a, Array *wanted, int32_t right, int32_t line) {
    Array *sorted = hnb_array_dense(a, 8, line), *keys = hnb_array_dense(wanted, 8, line);
    Array *made = hnb_array_new(keys->n0, keys->n1, 8, line);
    const double *x = (const double *)sorted->data, *key = (const double *)keys->data;
    for (uint32_t k = 0; k < keys->n0 * keys->n1; k++) {
        uint32_t low = 0, high = sorted->n1;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            int32_t after = right ? !BEFORE_f64(key[k], x[middle]) : BEFORE_f64(x[middle], key[k]);
            if (after)
                low = middle + 1;
            else
                high = middle;
        }
        ((int64_t *)made->data)[k] = low;
    }
    if (--sorted->rc == 0) hnb_array_free(sorted);
    if (--keys->rc == 0) hnb_array_free(keys);
    return made;
}
