/* Sorting lists of numbers in place, stable. `down` is what reverse=True means: equal items keep their order. */
#include "exports.h"
#include "items.h"
#include "numbers.h"
#include "sort.h"

#define ASCENDING(A, B) ((A) < (B))

SORT(sort_i64, int64_t, ASCENDING)
SORT(sort_f64, double, ASCENDING)
SORT(sort_u32, uint32_t, ASCENDING)

void hnb_list_sort_i64(List *list, int32_t line) { sort_i64(list->data, list->len, line); }
void hnb_list_sort_char(List *list, int32_t line) { sort_u32(list->data, list->len, line); }

/* With a NaN the order that CPython leaves depends on which items it happened to compare: trap 52. */
void hnb_list_sort_f64(List *list, int32_t line) {
    const double *items = list->data;
    int32_t nans = 0;
    for (uint32_t i = 0; i < list->len; i++) nans |= is_nan(items[i]);
    if (HNB_UNLIKELY(nans && list->len > 1)) hnb_trap(HNB_NAN_ORDER, line);
    sort_f64(list->data, list->len, line);
}

void hnb_list_sort_bool(List *list, int32_t line) {
    uint8_t *items = list->data;
    uint32_t truths = 0;
    (void)line;
    for (uint32_t i = 0; i < list->len; i++) truths += items[i];
    if (list->len == 0) return;
    memset(items, 0, list->len - truths);
    memset(items + (list->len - truths), 1, truths);
}

/* Reversed before and after, so that items that are equal (0.0 and -0.0) end in the order in which they stood. */
void hnb_list_sort_down_f64(List *list, int32_t line) {
    reverse_items(list->data, list->len, 8);
    hnb_list_sort_f64(list, line);
    reverse_items(list->data, list->len, 8);
}

/* Equal items of the other types are the same, so one reversal is enough. */
void hnb_list_sort_down_i64(List *list, int32_t line) {
    hnb_list_sort_i64(list, line);
    reverse_items(list->data, list->len, 8);
}

void hnb_list_sort_down_char(List *list, int32_t line) {
    hnb_list_sort_char(list, line);
    reverse_items(list->data, list->len, 4);
}

void hnb_list_sort_down_bool(List *list, int32_t line) {
    hnb_list_sort_bool(list, line);
    reverse_items(list->data, list->len, 1);
}
