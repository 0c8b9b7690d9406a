/* Arrays: a header and, apart from it, the items. Several arrays may share items: `base` is the array that owns them.
 *
 * All have two axes; one of a single axis is a row, n0 == 1. Strides count items. `es` is the size of an item in bytes,
 * 8 (int64_t, double) or 1 (a bool). Items never hold references. */
#ifndef HNB_ARRAY_H
#define HNB_ARRAY_H

#include "slices.h"

typedef struct Array {
    int32_t rc;
    uint32_t n0, n1;
    int32_t s0, s1;
    uint8_t *data;
    struct Array *base; /* null: the array owns its items */
    uint32_t bytes;     /* what the array owns */
} Array;

/* array.c */
Array *hnb_array_new(int64_t n0, int64_t n1, uint32_t es, int32_t line);
Array *hnb_array_adopt(void *data, int64_t n0, int64_t n1, uint32_t count, uint32_t es, int32_t line);
void hnb_array_free(Array *array);
Array *hnb_array_copy(Array *a, uint32_t es, int32_t line);
Array *hnb_array_dense(Array *a, uint32_t es, int32_t line);
Array *hnb_array_spread(Array *a, uint32_t n0, uint32_t n1, uint32_t es, int32_t line);
Array *hnb_array_lines(Array *a, uint32_t n0, uint32_t n1, uint32_t es, int32_t line);
void hnb_array_store(Array *a, Array *from, uint32_t es, int32_t line);
void hnb_array_fill(Array *a, uint64_t bits, uint32_t es, int32_t line);
uint32_t hnb_array_join(uint32_t a, uint32_t b, int32_t line);

/* array_views.c */
Array *hnb_array_row(Array *a, int64_t i, uint32_t es, int32_t line);
Array *hnb_array_column(Array *a, int64_t j, uint32_t es, int32_t line);
Array *hnb_array_slice(Array *a, int32_t axis, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es,
                       int32_t line);
Array *hnb_array_transpose(Array *a, uint32_t es, int32_t line);
Array *hnb_array_reshape(Array *a, int64_t n0, int64_t n1, uint32_t es, int32_t line);
Array *hnb_array_raise(Array *a, int32_t axis, uint32_t es, int32_t line);
Array *hnb_array_ravel(Array *a, uint32_t es, int32_t line);
Array *hnb_array_flatten(Array *a, uint32_t es, int32_t line);
int32_t hnb_array_layout(Array *a);
Array *hnb_array_turned_lines(Array *a, uint32_t n0, uint32_t n1, int32_t turned, uint32_t es, int32_t line);
void hnb_array_turn(Array *a, int32_t turned);
Array *hnb_array_same(Array *a, uint32_t es, int32_t line);

/* array_pick.c */
Array *hnb_array_mask(Array *a, Array *mask, int32_t rows, uint32_t es, int32_t line);
void hnb_array_mask_store(Array *a, Array *mask, Array *from, int32_t rows, uint32_t es, int32_t line);
Array *hnb_array_take(Array *a, Array *index, int32_t axis, uint32_t es, int32_t line);
void hnb_array_put(Array *a, Array *index, Array *from, int32_t axis, uint32_t es, int32_t line);
Array *hnb_array_nonzero(Array *mask, int32_t line);
Array *hnb_array_concat(Array *a, Array *b, int32_t axis, uint32_t es, int32_t line);
Array *hnb_array_repeat(Array *a, int64_t times, uint32_t es, int32_t line);

/* array_make.c */
Array *hnb_array_range_i64(int64_t start, int64_t stop, int64_t step, int32_t line);
Array *hnb_array_range_f64(double start, double stop, double step, int32_t line);
Array *hnb_array_linspace(double start, double stop, int64_t count, int32_t endpoint, int32_t line);
Array *hnb_array_eye(int64_t n, int64_t m, int64_t k, int32_t line);
Array *hnb_array_rows(List *rows, uint32_t es, int32_t strict, int32_t line);
Array *hnb_array_row_of(List *list, uint32_t es, int32_t strict, int32_t line);
List *hnb_array_list(Array *a, uint32_t es, int32_t line);

/* array_sums.c: axis -1 is both */
double hnb_array_sum_f64(Array *a, int32_t line);
int64_t hnb_array_sum_i64(Array *a, int32_t line);
int64_t hnb_array_sum_bool(Array *a, int32_t line);
double hnb_array_prod_f64(Array *a, int32_t line);
int64_t hnb_array_prod_i64(Array *a, int32_t line);
Array *hnb_array_sums_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_sums_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_sums_bool(Array *a, int32_t axis, int32_t line);
Array *hnb_array_prods_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_prods_i64(Array *a, int32_t axis, int32_t line);
double hnb_array_mean(Array *a, int32_t line);
double hnb_array_mean_chunks(Array *a, int32_t line);
Array *hnb_array_means(Array *a, int32_t axis, int32_t line);
Array *hnb_array_means_chunks(Array *a, int32_t axis, int32_t line);
double hnb_array_var(Array *a, double ddof, int32_t line);
Array *hnb_array_vars(Array *a, int32_t axis, double ddof, int32_t line);
double hnb_array_std(Array *a, double ddof, int32_t line);
Array *hnb_array_stds(Array *a, int32_t axis, double ddof, int32_t line);
Array *hnb_array_cumsum_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_cumsum_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_cumprod_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_cumprod_i64(Array *a, int32_t axis, int32_t line);

/* array_extremes.c */
double hnb_array_min_f64(Array *a, int32_t line);
double hnb_array_max_f64(Array *a, int32_t line);
int64_t hnb_array_min_i64(Array *a, int32_t line);
int64_t hnb_array_max_i64(Array *a, int32_t line);
Array *hnb_array_mins_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_maxs_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_mins_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_maxs_i64(Array *a, int32_t axis, int32_t line);
int64_t hnb_array_argmin_f64(Array *a, int32_t line);
int64_t hnb_array_argmax_f64(Array *a, int32_t line);
int64_t hnb_array_argmin_i64(Array *a, int32_t line);
int64_t hnb_array_argmax_i64(Array *a, int32_t line);
Array *hnb_array_argmins_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_argmaxs_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_argmins_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_argmaxs_i64(Array *a, int32_t axis, int32_t line);
int32_t hnb_array_any(Array *a, int32_t line);
int32_t hnb_array_all(Array *a, int32_t line);
Array *hnb_array_anys(Array *a, int32_t axis, int32_t line);
Array *hnb_array_alls(Array *a, int32_t axis, int32_t line);

/* array_sort.c */
void hnb_array_sort_f64(Array *a, int32_t axis, int32_t line);
void hnb_array_sort_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_sorted_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_sorted_i64(Array *a, int32_t axis, int32_t line);
double hnb_array_median(Array *a, int32_t line);
Array *hnb_array_argsort_f64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_argsort_i64(Array *a, int32_t axis, int32_t line);
Array *hnb_array_unique_f64(Array *a, int32_t line);
Array *hnb_array_unique_i64(Array *a, int32_t line);
Array *hnb_array_searchsorted_f64(Array *a, Array *wanted, int32_t right, int32_t line);

/* array_product.c */
double hnb_array_dot_f64(Array *a, Array *b, int32_t line);
int64_t hnb_array_dot_i64(Array *a, Array *b, int32_t line);
Array *hnb_array_matmul_f64(Array *a, Array *b, int32_t line);
Array *hnb_array_matmul_i64(Array *a, Array *b, int32_t line);

/* array_items.c: one item's function of numpy's element-wise operations */
double hnb_item_floordiv(double a, double b);
double hnb_item_mod(double a, double b);
int64_t hnb_item_floordiv_i64(int64_t a, int64_t b);
int64_t hnb_item_mod_i64(int64_t a, int64_t b);
double hnb_item_pow(double a, double b);
double hnb_item_fixed_pow(double a, double b);
int64_t hnb_item_pow_i64(int64_t a, int64_t b, int32_t line);
double hnb_item_exp(double x);
double hnb_item_expm1(double x);
double hnb_item_exp2(double x);
double hnb_item_log(double x);
double hnb_item_log2(double x);
double hnb_item_log10(double x);
double hnb_item_log1p(double x);
double hnb_item_sin(double x);
double hnb_item_cos(double x);
double hnb_item_tan(double x);
double hnb_item_arcsin(double x);
double hnb_item_arccos(double x);
double hnb_item_arctan(double x);
double hnb_item_arctan2(double y, double x);
double hnb_item_hypot(double x, double y);
double hnb_item_sinh(double x);
double hnb_item_cosh(double x);
double hnb_item_tanh(double x);
double hnb_item_cbrt(double x);
int64_t hnb_item_to_int(double x, int32_t line);
double hnb_number_pow(double base, double exp, int32_t line);
double hnb_number_exact(int64_t value, int32_t line);

#endif
