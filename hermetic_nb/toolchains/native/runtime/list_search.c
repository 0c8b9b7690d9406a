/* Comparing and searching lists item by item.
 *
 * CPython takes two items for equal when they are the same object, before it asks ==. For a NaN the answer therefore
 * depends on identity, which values here do not have: wherever two NaNs meet, trap 55 declares that limit. */
#include "exports.h"
#include "numbers.h"

enum { OP_LT, OP_LE, OP_GT, OP_GE };

static inline const int64_t *ints(const List *list) { return list->data; }
static inline const double *floats(const List *list) { return list->data; }
static inline const uint8_t *bools(const List *list) { return list->data; }

/* The first place where items differ, or the shorter length. */
#define FIRST_DIFFERENCE(NAME, TYPE, ITEMS)                          \
    static inline uint32_t NAME(const List *a, const List *b) {      \
        uint32_t n = a->len < b->len ? a->len : b->len, i = 0;       \
        const TYPE *x = ITEMS(a), *y = ITEMS(b);                     \
        while (i < n && x[i] == y[i]) i++;                           \
        return i;                                                    \
    }
FIRST_DIFFERENCE(difference_i64, int64_t, ints)
FIRST_DIFFERENCE(difference_f64, double, floats)
FIRST_DIFFERENCE(difference_bool, uint8_t, bools)

static inline uint32_t difference_without_nan(const List *a, const List *b) {
    uint32_t i = difference_f64(a, b);
    if (i < a->len && i < b->len && HNB_UNLIKELY(is_nan(floats(a)[i]) && is_nan(floats(b)[i])))
        hnb_trap(HNB_NAN_IDENTITY, 0);
    return i;
}

int32_t hnb_list_eq_i64(List *a, List *b) { return a->len == b->len && difference_i64(a, b) == a->len; }
int32_t hnb_list_eq_f64(List *a, List *b) { return a->len == b->len && difference_without_nan(a, b) == a->len; }
int32_t hnb_list_eq_bool(List *a, List *b) { return a->len == b->len && difference_bool(a, b) == a->len; }

/* op: 0 <, 1 <=, 2 >, 3 >=. The first items that differ decide, else the lengths. */
#define COMPARE(X, Y) (op == OP_LT ? (X) < (Y) : op == OP_LE ? (X) <= (Y) : op == OP_GT ? (X) > (Y) : (X) >= (Y))

int32_t hnb_list_cmp_i64(List *a, List *b, int32_t op) {
    uint32_t i = difference_i64(a, b);
    return i < a->len && i < b->len ? COMPARE(ints(a)[i], ints(b)[i]) : COMPARE(a->len, b->len);
}

int32_t hnb_list_cmp_f64(List *a, List *b, int32_t op) {
    uint32_t i = difference_without_nan(a, b);
    return i < a->len && i < b->len ? COMPARE(floats(a)[i], floats(b)[i]) : COMPARE(a->len, b->len);
}

int32_t hnb_list_cmp_bool(List *a, List *b, int32_t op) {
    uint32_t i = difference_bool(a, b);
    return i < a->len && i < b->len ? COMPARE(bools(a)[i], bools(b)[i]) : COMPARE(a->len, b->len);
}

#define FIND(TYPE, ITEMS)                                \
    const TYPE *items = ITEMS(list);                     \
    for (uint32_t i = 0; i < list->len; i++)             \
        if (items[i] == item) return i;                  \
    return -1;

#define COUNT(TYPE, ITEMS)                               \
    const TYPE *items = ITEMS(list);                     \
    int64_t count = 0;                                   \
    for (uint32_t i = 0; i < list->len; i++) count += items[i] == item; \
    return count;

static void refuse_nan_among(const List *list) {
    for (uint32_t i = 0; i < list->len; i++)
        if (is_nan(floats(list)[i])) hnb_trap(HNB_NAN_IDENTITY, 0);
}

/* The first index of an item equal to this one, or -1. */
int64_t hnb_list_find_i64(List *list, int64_t item) { FIND(int64_t, ints) }
int64_t hnb_list_find_bool(List *list, int32_t item) { FIND(uint8_t, bools) }
int64_t hnb_list_find_f64(List *list, double item) {
    if (HNB_UNLIKELY(is_nan(item))) refuse_nan_among(list);
    FIND(double, floats)
}

int64_t hnb_list_count_i64(List *list, int64_t item) { COUNT(int64_t, ints) }
int64_t hnb_list_count_bool(List *list, int32_t item) { COUNT(uint8_t, bools) }
int64_t hnb_list_count_f64(List *list, double item) {
    if (HNB_UNLIKELY(is_nan(item))) refuse_nan_among(list);
    COUNT(double, floats)
}
