/* Sorting lists of numbers in place, stable. `down` is what reverse=True means: equal items keep their order. */
#include "exports.h"
#include "items.h"
#include "numbers.h"
#include "sort.h"

#define ASCENDING(A, B) ((A) < (B))

SORT(sort_i64, int64_t, ASCENDING)
SORT(sort_f64, double, ASCENDING)
SORT(sort_u32, uint32_t, ASCENDING)

enum { MANY_INTS = 100, MANY_FLOATS = 1000, DIGITS = 256 }; /* from so many on counting digits is faster than comparing */

/* Sorts by the digits of 64-bit numbers, the last first, each pass stable; leading digits that all share are passed over. */
static void sort_by_digits(uint64_t *items, uint32_t n, int32_t line) {
    uint64_t least = UINT64_MAX, most = 0;
    for (uint32_t i = 0; i < n; i++) {
        least = items[i] < least ? items[i] : least;
        most = items[i] > most ? items[i] : most;
    }
    uint64_t *spare = hnb_alloc(size_of_items(n, 8, 0, line), line), *from = items, *to = spare;
    uint32_t *ends = hnb_alloc(DIGITS * 4, line);
    for (uint32_t shift = 0; shift < 64 && (most - least) >> shift; shift += 8) {
        memset(ends, 0, DIGITS * 4);
        for (uint32_t i = 0; i < n; i++) ends[(from[i] - least) >> shift & (DIGITS - 1)]++;
        for (uint32_t digit = 1; digit < DIGITS; digit++) ends[digit] += ends[digit - 1];
        for (uint32_t i = n; i--;) to[--ends[(from[i] - least) >> shift & (DIGITS - 1)]] = from[i];
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items) memcpy(items, from, n * 8);
    hnb_free(ends, DIGITS * 4);
    hnb_free(spare, n * 8);
}

void hnb_list_sort_i64(List *list, int32_t line) {
    uint32_t n = list->len;
    uint64_t *items = list->data;
    if (n < MANY_INTS) {
        sort_i64(list->data, n, line);
    } else if (sort_i64_run(list->data, n) < n) {
        for (uint32_t i = 0; i < n; i++) items[i] ^= HNB_SIGN_BIT;
        sort_by_digits(items, n, line);
        for (uint32_t i = 0; i < n; i++) items[i] ^= HNB_SIGN_BIT;
    }
}

void hnb_list_sort_char(List *list, int32_t line) { sort_u32(list->data, list->len, line); }

/* Floats as numbers of 64 bits in the same order, and back. */
static inline uint64_t number_of(uint64_t bits) { return bits ^ (bits >> 63 ? UINT64_MAX : HNB_SIGN_BIT); }
static inline uint64_t bits_from(uint64_t number) { return number ^ (number >> 63 ? HNB_SIGN_BIT : UINT64_MAX); }

/* With a NaN the order that CPython leaves depends on which items it happened to compare: trap 52. Zeros of both signs
 * are equal, so they keep their order, which numbers would not. */
void hnb_list_sort_f64(List *list, int32_t line) {
    uint32_t n = list->len;
    const double *items = list->data;
    uint64_t *bits = list->data;
    int32_t nans = 0, zeros = 0, negative = 0;
    for (uint32_t i = 0; i < n; i++) {
        nans |= is_nan(items[i]);
        zeros |= bits[i] == 0;
        negative |= bits[i] == HNB_SIGN_BIT;
    }
    if (HNB_UNLIKELY(nans && n > 1)) hnb_trap(HNB_NAN_ORDER, line);
    if (n < MANY_FLOATS || (zeros && negative)) {
        sort_f64(list->data, n, line);
    } else if (sort_f64_run(list->data, n) < n) {
        for (uint32_t i = 0; i < n; i++) bits[i] = number_of(bits[i]);
        sort_by_digits(bits, n, line);
        for (uint32_t i = 0; i < n; i++) bits[i] = bits_from(bits[i]);
    }
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
