/* Sorting lists in place, ascending and stable: a natural check for order, then bottom-up merging of short runs. */
#include "exports.h"
#include "numbers.h"

enum { RUN = 24 };

#define SORT(NAME, TYPE)                                                                              \
    static void NAME##_insertion(TYPE *items, uint32_t n) {                                           \
        for (uint32_t i = 1; i < n; i++) {                                                            \
            TYPE item = items[i];                                                                     \
            uint32_t at = i;                                                                          \
            for (; at && item < items[at - 1]; at--) items[at] = items[at - 1];                       \
            items[at] = item;                                                                         \
        }                                                                                             \
    }                                                                                                 \
    /* Takes from the right only what is smaller, which keeps equal items in order. */                \
    static inline void NAME##_merge(TYPE *to, const TYPE *left, const TYPE *middle, const TYPE *end) { \
        const TYPE *right = middle;                                                                   \
        while (left < middle && right < end) {                                                        \
            TYPE a = *left, b = *right;                                                               \
            int32_t take_right = b < a;                                                               \
            *to++ = take_right ? b : a;                                                               \
            right += take_right;                                                                      \
            left += !take_right;                                                                      \
        }                                                                                             \
        while (left < middle) *to++ = *left++;                                                        \
        while (right < end) *to++ = *right++;                                                         \
    }                                                                                                 \
    static uint32_t NAME##_run(TYPE *items, uint32_t n) {                                             \
        uint32_t run = 1;                                                                             \
        while (run < n && !(items[run] < items[run - 1])) run++;                                      \
        if (run > 1) return run;                                                                      \
        while (run < n && items[run] < items[run - 1]) run++;                                         \
        for (uint32_t i = 0; i < run / 2; i++) {                                                      \
            TYPE item = items[i];                                                                     \
            items[i] = items[run - 1 - i];                                                            \
            items[run - 1 - i] = item;                                                                \
        }                                                                                             \
        return run;                                                                                   \
    }                                                                                                 \
    static void NAME(TYPE *items, uint32_t n, int32_t line) {                                         \
        if (n < 2 || NAME##_run(items, n) == n) return;                                               \
        for (uint32_t lo = 0; lo < n; lo += RUN) NAME##_insertion(items + lo, n - lo < RUN ? n - lo : RUN); \
        if (n <= RUN) return;                                                                         \
        TYPE *spare = hnb_alloc(n * 8, line), *from = items, *to = spare;                             \
        for (uint64_t width = RUN; width < n; width *= 2) {                                           \
            for (uint64_t lo = 0; lo < n; lo += 2 * width) {                                          \
                uint64_t middle = lo + width < n ? lo + width : n, end = middle + width < n ? middle + width : n; \
                if (middle == end || !(from[middle] < from[middle - 1]))                              \
                    memcpy(to + lo, from + lo, (uint32_t)(end - lo) * 8);                             \
                else                                                                                  \
                    NAME##_merge(to + lo, from + lo, from + middle, from + end);                      \
            }                                                                                         \
            TYPE *merged = to;                                                                        \
            to = from;                                                                                \
            from = merged;                                                                            \
        }                                                                                             \
        if (from != items) memcpy(items, from, n * 8);                                                \
        hnb_free(spare, n * 8);                                                                       \
    }

SORT(sort_i64, int64_t)
SORT(sort_f64, double)

void hnb_list_sort_i64(List *list, int32_t line) { sort_i64(list->data, list->len, line); }

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
