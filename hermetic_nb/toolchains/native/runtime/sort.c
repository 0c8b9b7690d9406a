/* Sorting the items of a list by keys, stable. What is sorted are numbers of items, so that an item of any size moves
 * once; the keys stay as they are. Whoever calls counts references: a sort changes none. */
#include "exports.h"
#include "items.h"
#include "numbers.h"
#include "sort.h"

typedef int32_t (*Less)(const void *, const void *);

typedef struct {
    const uint8_t *keys;
    uint32_t size;
    Less less;
    int32_t reverse;
} Order;

/* With reverse=True an item goes before those whose keys are smaller; equal ones keep their order either way. */
static inline int32_t before(const Order *order, uint32_t a, uint32_t b) {
    const uint8_t *x = order->keys + a * order->size, *y = order->keys + b * order->size;
    return order->reverse ? order->less(y, x) : order->less(x, y);
}

enum { SHORTEST_RUN = 16, LONG_AGAINST_SHORT = 8 };

/* Puts the items in the order of their numbers in `order`. */
static void permute(List *items, uint32_t es, const uint32_t *order, int32_t line) {
    uint32_t n = items->len;
    uint8_t *sorted = hnb_alloc(size_of_items(n, es, 0, line), line);
    const uint8_t *from = items->data;
    for (uint32_t i = 0; i < n; i++) move_item(sorted + i * es, from + order[i] * es, es);
    hnb_free(items->data, items->cap * es);
    items->data = sorted;
    items->cap = n;
}

/* How many of the n numbers stay before `item`: those that it does not precede (`equal`: that precede it). */
static uint32_t place(const Order *order, const uint32_t *numbers, uint32_t n, uint32_t item, int32_t equal) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (equal ? before(order, numbers[middle], item) : !before(order, item, numbers[middle])) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The end of the run at the start of n numbers: ascending, or strictly descending and then reversed; a short one is
 * made longer by inserting what follows. */
static uint32_t run_of(const Order *order, uint32_t *numbers, uint32_t n) {
    if (n < 2) return n;
    uint32_t run = 2;
    if (before(order, numbers[1], numbers[0])) {
        while (run < n && before(order, numbers[run], numbers[run - 1])) run++;
        reverse_items(numbers, run, 4);
    } else {
        while (run < n && !before(order, numbers[run], numbers[run - 1])) run++;
    }
    uint32_t wanted = n < SHORTEST_RUN ? n : SHORTEST_RUN;
    for (; run < wanted; run++) {
        uint32_t item = numbers[run], at = place(order, numbers, run, item, 0);
        for (uint32_t i = run; i > at; i--) numbers[i] = numbers[i - 1];
        numbers[at] = item;
    }
    return run;
}

/* Merges two neighbouring runs; few comparisons where one is much shorter, or where they are in order. */
static void merge(const Order *order, uint32_t *to, const uint32_t *left, uint32_t n, uint32_t m) {
    const uint32_t *right = left + n, *end = right + m;
    if (!before(order, right[0], left[n - 1])) {
        memcpy(to, left, (n + m) * 4);
    } else if (before(order, end[-1], left[0])) {
        memcpy(to, right, m * 4);
        memcpy(to + m, left, n * 4);
    } else if (n / LONG_AGAINST_SHORT > m) {
        for (; right < end; right++) {
            uint32_t keep = place(order, left, n, *right, 0);
            copy_bytes(to, left, keep * 4);
            to += keep, left += keep, n -= keep;
            *to++ = *right;
        }
        copy_bytes(to, left, n * 4);
    } else if (m / LONG_AGAINST_SHORT > n) {
        for (const uint32_t *middle = left + n; left < middle; left++) {
            uint32_t keep = place(order, right, m, *left, 1);
            copy_bytes(to, right, keep * 4);
            to += keep, right += keep, m -= keep;
            *to++ = *left;
        }
        copy_bytes(to, right, m * 4);
    } else {
        const uint32_t *middle = right;
        while (left < middle && right < end) *to++ = before(order, *right, *left) ? *right++ : *left++;
        while (left < middle) *to++ = *left++;
        while (right < end) *to++ = *right++;
    }
}

/* Merges neighbouring runs, all once in each pass; `ends` are their ends. The block where the sorted numbers are. */
static uint32_t *merge_runs(const Order *order, uint32_t *from, uint32_t *to, uint32_t *ends, uint32_t runs) {
    while (runs > 1) {
        uint32_t start = 0, merged = 0;
        for (uint32_t i = 0; i < runs; i += 2) {
            uint32_t middle = ends[i], end = i + 1 < runs ? ends[i + 1] : middle;
            if (end == middle) memcpy(to + start, from + start, (middle - start) * 4);
            else merge(order, to + start, from + start, middle - start, end - middle);
            ends[merged++] = start = end;
        }
        runs = merged;
        uint32_t *sorted = to;
        to = from;
        from = sorted;
    }
    return from;
}

/* Sorts items by the keys at the same places (NULL: the items are the keys). `less` must be a strict weak order: what
 * CPython leaves of another one depends on which keys it happens to compare. */
void hnb_sort_with(List *items, uint32_t es, List *keys, uint32_t ks, Less less, int32_t reverse, int32_t line) {
    uint32_t n = items->len;
    if (n < 2) return;
    Order order = {keys ? keys->data : items->data, keys ? ks : es, less, reverse};
    uint32_t size = size_of_items((uint64_t)n * 2, 4, 0, line);
    uint32_t *numbers = hnb_alloc(size, line);
    uint32_t ends_size = (n / SHORTEST_RUN + 1) * 4;
    uint32_t *ends = hnb_alloc(ends_size, line), runs = 0;
    for (uint32_t i = 0; i < n; i++) numbers[i] = i;
    for (uint32_t at = 0; at < n; ends[runs++] = at) at += run_of(&order, numbers + at, n - at);
    permute(items, es, merge_runs(&order, numbers, numbers + n, ends, runs), line);
    hnb_free(ends, ends_size);
    hnb_free(numbers, size);
}

#define SORT_BY(NAME, TYPE)                                                                                           \
    typedef struct { TYPE key; uint32_t number; } NAME##_pair;                                                        \
    static inline int32_t NAME##_up(NAME##_pair a, NAME##_pair b) { return a.key < b.key; }                           \
    static inline int32_t NAME##_down(NAME##_pair a, NAME##_pair b) { return a.key > b.key; }                         \
    SORT(NAME##_ascending, NAME##_pair, NAME##_up)                                                                    \
    SORT(NAME##_descending, NAME##_pair, NAME##_down)                                                                 \
    static void NAME(List *items, uint32_t es, const TYPE *keys, int32_t reverse, int32_t line) {                     \
        uint32_t n = items->len;                                                                                      \
        if (n < 2) return;                                                                                            \
        uint32_t size = size_of_items(n, sizeof(NAME##_pair), 0, line);                                               \
        NAME##_pair *pairs = hnb_alloc(size, line);                                                                   \
        for (uint32_t i = 0; i < n; i++) pairs[i] = (NAME##_pair){keys[i], i};                                        \
        if (reverse) NAME##_descending(pairs, n, line);                                                               \
        else NAME##_ascending(pairs, n, line);                                                                        \
        uint32_t *order = (uint32_t *)pairs;                                                                          \
        for (uint32_t i = 0; i < n; i++) order[i] = pairs[i].number;                                                  \
        permute(items, es, order, line);                                                                              \
        hnb_free(pairs, size);                                                                                        \
    }

SORT_BY(sort_by_i64, int64_t)
SORT_BY(sort_by_f64, double)

/* Sorts items by a list of int keys. */
void hnb_sort_by_i64(List *items, uint32_t es, List *keys, int32_t reverse, int32_t line) {
    sort_by_i64(items, es, keys->data, reverse, line);
}

/* Sorts items by a list of float keys; a NaN among several: trap 52, as in hnb_list_sort_f64. */
void hnb_sort_by_f64(List *items, uint32_t es, List *keys, int32_t reverse, int32_t line) {
    const double *key = keys->data;
    int32_t nans = 0;
    for (uint32_t i = 0; i < keys->len; i++) nans |= is_nan(key[i]);
    if (HNB_UNLIKELY(nans && keys->len > 1)) hnb_trap(HNB_NAN_ORDER, line);
    sort_by_f64(items, es, key, reverse, line);
}
