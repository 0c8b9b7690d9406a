/* Sorting the items of a list by keys, stable. What is sorted are copies of the keys, each with the number of its item
 * behind it, in one row: comparisons then read memory in order, and an item of any size moves once. The keys themselves
 * stay as they are. Whoever calls counts references: a sort changes none. */
#include "exports.h"
#include "items.h"
#include "numbers.h"
#include "sort.h"

typedef int32_t (*Less)(const void *, const void *);

typedef struct {
    uint32_t size; /* bytes of a place in the row: a key, perhaps a number, and what fills up to a multiple of 8 */
    Less less;
    int32_t reverse;
} Order;

/* With reverse=True an item goes before those whose keys are smaller; equal ones keep their order either way. */
static inline int32_t before(const Order *order, const uint8_t *a, const uint8_t *b) {
    return order->reverse ? order->less(b, a) : order->less(a, b);
}

enum { SHORTEST_RUN = 16, LONG_AGAINST_SHORT = 8 };

static inline void move_place(uint8_t *to, const uint8_t *from, uint32_t size) {
    for (uint32_t i = 0; i < size; i += 8) *(uint64_t *)(to + i) = *(const uint64_t *)(from + i);
}

/* How many of the n places in order come before `key`: those that it does not precede (`equal`: that precede it). */
static uint32_t place(const Order *order, const uint8_t *row, uint32_t n, const uint8_t *key, int32_t equal) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *other = row + middle * order->size;
        if (equal ? before(order, other, key) : !before(order, key, other)) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The length of the run at the start of n places: ascending, or strictly descending and then reversed; a short one is
 * made longer by inserting what follows. `spare` has room for one place. */
static uint32_t run_of(const Order *order, uint8_t *row, uint32_t n, uint8_t *spare) {
    if (n < 2) return n;
    uint32_t run = 2, size = order->size;
    const uint8_t *next = row + 2 * size;
    if (before(order, row + size, row)) {
        for (; run < n && before(order, next, next - size); next += size) run++;
        reverse_items(row, run, size);
    } else {
        for (; run < n && !before(order, next, next - size); next += size) run++;
    }
    uint32_t wanted = n < SHORTEST_RUN ? n : SHORTEST_RUN;
    for (; run < wanted; run++) {
        uint8_t *item = row + run * size, *at = row + place(order, row, run, item, 0) * size;
        move_place(spare, item, size);
        for (; item > at; item -= size) move_place(item, item - size, size);
        move_place(at, spare, size);
    }
    return run;
}

/* Copies places and returns the end of the copies. */
static uint8_t *copied(uint8_t *to, const uint8_t *from, uint32_t size) {
    copy_bytes(to, from, size);
    return to + size;
}

/* Merges two neighbouring runs of n and m places; few comparisons where one is much shorter, or they are in order. */
static void merge(const Order *order, uint8_t *to, const uint8_t *left, uint32_t n, uint32_t m) {
    uint32_t size = order->size;
    const uint8_t *right = left + n * size, *middle = right, *end = right + m * size;
    if (!before(order, right, right - size)) {
        memcpy(to, left, (n + m) * size);
    } else if (before(order, end - size, left)) {
        copied(copied(to, right, m * size), left, n * size);
    } else if (n / LONG_AGAINST_SHORT > m) {
        for (; right < end; right += size) {
            uint32_t keep = place(order, left, n, right, 0);
            to = copied(copied(to, left, keep * size), right, size);
            left += keep * size, n -= keep;
        }
        copied(to, left, n * size);
    } else if (m / LONG_AGAINST_SHORT > n) {
        for (; left < middle; left += size) {
            uint32_t keep = place(order, right, m, left, 1);
            to = copied(copied(to, right, keep * size), left, size);
            right += keep * size, m -= keep;
        }
        copied(to, right, m * size);
    } else {
        while (left < middle && right < end) {
            int32_t take_right = before(order, right, left);
            move_place(to, take_right ? right : left, size);
            to += size;
            if (take_right) right += size;
            else left += size;
        }
        to = copied(to, left, (uint32_t)(middle - left));
        copied(to, right, (uint32_t)(end - right));
    }
}

/* Merges neighbouring runs, all once in each pass; `ends` are their ends. The row where the sorted places are. */
static uint8_t *merge_runs(const Order *order, uint8_t *from, uint8_t *to, uint32_t *ends, uint32_t runs) {
    uint32_t size = order->size;
    while (runs > 1) {
        uint32_t start = 0, merged = 0;
        for (uint32_t i = 0; i < runs; i += 2) {
            uint32_t middle = ends[i], end = i + 1 < runs ? ends[i + 1] : middle;
            uint32_t first = start * size;
            if (end == middle) memcpy(to + first, from + first, (middle - start) * size);
            else merge(order, to + first, from + first, middle - start, end - middle);
            ends[merged++] = start = end;
        }
        runs = merged;
        uint8_t *sorted = to;
        to = from;
        from = sorted;
    }
    return from;
}

/* Puts the items in the order of their numbers in `order`. */
static void permute(List *items, uint32_t es, const uint32_t *order, int32_t line) {
    uint32_t n = items->len;
    uint8_t *sorted = hnb_alloc(size_of_items(n, es, 0, line), line);
    const uint8_t *from = items->data;
    for (uint32_t i = 0; i < n; i++) move_item(sorted + i * es, from + order[i] * es, es);
    memcpy(items->data, sorted, n * es);
    hnb_free(sorted, n * es);
}

/* Sorts items by the keys at the same places (NULL: the items are the keys). `less` must be a strict weak order: what
 * CPython leaves of another one depends on which keys it happens to compare. */
void hnb_sort_with(List *items, uint32_t es, List *keys, uint32_t ks, Less less, int32_t reverse, int32_t line) {
    uint32_t n = items->len;
    if (n < 2) return;
    const uint8_t *key = keys ? keys->data : items->data;
    uint32_t given = keys ? ks : es, number = (given + 3) & ~3u, size = ((keys ? number + 4 : given) + 7) & ~7u;
    Order order = {size, less, reverse};
    uint32_t bytes = size_of_items((uint64_t)n * 2 + 1, size, 0, line);
    uint8_t *row = hnb_alloc(bytes, line), *other = row + n * size;
    for (uint32_t i = 0; i < n; i++) {
        move_item(row + i * size, key + i * given, given);
        if (keys) *(uint32_t *)(row + i * size + number) = i;
    }
    uint32_t ends_size = (n / SHORTEST_RUN + 1) * 4;
    uint32_t *ends = hnb_alloc(ends_size, line), runs = 0;
    for (uint32_t at = 0; at < n; ends[runs++] = at) at += run_of(&order, row + at * size, n - at, other);
    uint8_t *sorted = merge_runs(&order, row, other, ends, runs);
    if (keys) {
        uint32_t *numbers = (uint32_t *)row; /* written behind what is still to be read */
        for (uint32_t i = 0; i < n; i++) numbers[i] = *(uint32_t *)(sorted + i * size + number);
        permute(items, es, numbers, line);
    } else {
        for (uint32_t i = 0; i < n; i++) move_item((uint8_t *)items->data + i * es, sorted + i * size, es);
    }
    hnb_free(ends, ends_size);
    hnb_free(row, bytes);
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
