/* Arrays made of numbers and of lists, and lists of arrays. */
#include "array.h"
#include "exports.h"
#include "items.h"
#include "numbers.h"

Array *hnb_array_range_i64(int64_t start, int64_t stop, int64_t step, int32_t line) {
    if (step == 0) hnb_trap(HNB_RANGE_STEP, line);
    uint64_t count = 0;
    if (step > 0 && start < stop) count = ((uint64_t)stop - (uint64_t)start - 1) / (uint64_t)step + 1;
    if (step < 0 && start > stop) count = ((uint64_t)start - (uint64_t)stop - 1) / -(uint64_t)step + 1;
    if (count > INT32_MAX) hnb_trap(HNB_MEMORY, line);
    Array *a = hnb_array_new(1, (int64_t)count, 8, line);
    int64_t *to = (int64_t *)a->data;
    for (uint32_t i = 0; i < count; i++) to[i] = (int64_t)((uint64_t)start + i * (uint64_t)step);
    return a;
}

/* numpy computes the second item, and each later one as start + i * (second - start). */
Array *hnb_array_range_f64(double start, double stop, double step, int32_t line) {
    if (step == 0) hnb_trap(HNB_RANGE_STEP, line);
    double span = __builtin_ceil((stop - start) / step);
    if (is_nan(span)) hnb_trap(HNB_RANGE_NAN, line);
    if (span > INT32_MAX) hnb_trap(HNB_MEMORY, line);
    uint32_t count = span > 0 ? (uint32_t)span : 0;
    Array *a = hnb_array_new(1, count, 8, line);
    double *to = (double *)a->data, delta = (start + step) - start;
    for (uint32_t i = 0; i < count; i++) to[i] = i == 0 ? start : i == 1 ? start + step : start + i * delta;
    return a;
}

Array *hnb_array_linspace(double start, double stop, int64_t count, int32_t endpoint, int32_t line) {
    if (count < 0) hnb_trap(HNB_NEGATIVE_SAMPLES, line);
    Array *a = hnb_array_new(1, count, 8, line);
    double *to = (double *)a->data, delta = stop - start;
    int64_t parts = endpoint ? count - 1 : count;
    double step = parts > 0 ? delta / (double)parts : 0.0;
    for (uint32_t i = 0; i < a->n1; i++) {
        double part = parts <= 0 ? i * delta : step == 0 ? i / (double)parts * delta : i * step;
        to[i] = part + start;
    }
    if (endpoint && count > 1) to[count - 1] = stop;
    return a;
}

Array *hnb_array_eye(int64_t n, int64_t m, int64_t k, int32_t line) {
    Array *a = hnb_array_new(n < 0 ? 0 : n, m < 0 ? 0 : m, 8, line);
    double *to = (double *)a->data;
    for (uint32_t i = 0; i < a->n0; i++)
        for (uint32_t j = 0; j < a->n1; j++) *to++ = (int64_t)j - (int64_t)i == k ? 1.0 : 0.0;
    return a;
}

/* An array of two axes, of a list of lists of one length. */
Array *hnb_array_rows(List *rows, uint32_t es, int32_t strict, int32_t line) {
    List *const *row = rows->data;
    uint32_t width = rows->len ? row[0]->len : 0;
    if (strict && width == 0) hnb_trap(HNB_EMPTY_LIST, line);
    Array *a = hnb_array_new(rows->len, width, es, line);
    for (uint32_t i = 0; i < rows->len; i++) {
        if (HNB_UNLIKELY(row[i]->len != width)) hnb_trap(HNB_RAGGED, line);
        copy_bytes(a->data + i * width * es, row[i]->data, width * es);
    }
    return a;
}

/* An array of one axis, of a list. */
Array *hnb_array_row_of(List *list, uint32_t es, int32_t strict, int32_t line) {
    (void)strict;
    Array *a = hnb_array_new(1, list->len, es, line);
    copy_bytes(a->data, list->data, list->len * es);
    return a;
}

/* A list of the items of an array of one axis. */
List *hnb_array_list(Array *a, uint32_t es, int32_t line) {
    Array *copy = hnb_array_copy(a, es, line);
    List *list = hnb_list_new(copy->n1, es, line);
    copy_bytes(list->data, copy->data, copy->n1 * es);
    hnb_array_free(copy);
    return list;
}
