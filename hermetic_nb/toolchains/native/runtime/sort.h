/* A stable sort of an array, for any type and order: a check for natural order, then bottom-up merging of short runs. */
#ifndef HNB_SORT_H
#define HNB_SORT_H

#include "slices.h"

enum { RUN = 24 };

/* NAME(items, n, line) sorts by LESS, a strict weak order. */
#define SORT(NAME, TYPE, LESS)                                                                                        \
    static void NAME##_insertion(TYPE *items, uint32_t n) {                                                           \
        for (uint32_t i = 1; i < n; i++) {                                                                            \
            TYPE item = items[i];                                                                                     \
            uint32_t at = i;                                                                                          \
            for (; at && LESS(item, items[at - 1]); at--) items[at] = items[at - 1];                                  \
            items[at] = item;                                                                                         \
        }                                                                                                             \
    }                                                                                                                 \
    /* Takes from the right only what is smaller, which keeps equal items in order. */                                \
    static inline void NAME##_merge(TYPE *to, const TYPE *left, const TYPE *middle, const TYPE *end) {                \
        const TYPE *right = middle;                                                                                   \
        while (left < middle && right < end) {                                                                        \
            TYPE a = *left, b = *right;                                                                               \
            int32_t take_right = LESS(b, a);                                                                          \
            *to++ = take_right ? b : a;                                                                               \
            right += take_right;                                                                                      \
            left += !take_right;                                                                                      \
        }                                                                                                             \
        while (left < middle) *to++ = *left++;                                                                        \
        while (right < end) *to++ = *right++;                                                                         \
    }                                                                                                                 \
    static uint32_t NAME##_run(TYPE *items, uint32_t n) {                                                             \
        uint32_t run = 1;                                                                                             \
        while (run < n && !LESS(items[run], items[run - 1])) run++;                                                   \
        if (run > 1) return run;                                                                                      \
        while (run < n && LESS(items[run], items[run - 1])) run++;                                                    \
        for (uint32_t i = 0; i < run / 2; i++) {                                                                      \
            TYPE item = items[i];                                                                                     \
            items[i] = items[run - 1 - i];                                                                            \
            items[run - 1 - i] = item;                                                                                \
        }                                                                                                             \
        return run;                                                                                                   \
    }                                                                                                                 \
    static void NAME(TYPE *items, uint32_t n, int32_t line) {                                                         \
        if (n < 2 || NAME##_run(items, n) == n) return;                                                               \
        for (uint32_t lo = 0; lo < n; lo += RUN) NAME##_insertion(items + lo, n - lo < RUN ? n - lo : RUN);           \
        if (n <= RUN) return;                                                                                         \
        TYPE *spare = hnb_alloc(size_of_items(n, sizeof(TYPE), 0, line), line), *from = items, *to = spare;           \
        for (uint64_t width = RUN; width < n; width *= 2) {                                                           \
            for (uint64_t lo = 0; lo < n; lo += 2 * width) {                                                          \
                uint64_t middle = lo + width < n ? lo + width : n, end = middle + width < n ? middle + width : n;     \
                if (middle == end || !LESS(from[middle], from[middle - 1]))                                           \
                    memcpy(to + lo, from + lo, (uint32_t)(end - lo) * (uint32_t)sizeof(TYPE));                        \
                else                                                                                                  \
                    NAME##_merge(to + lo, from + lo, from + middle, from + end);                                      \
            }                                                                                                         \
            TYPE *merged = to;                                                                                        \
            to = from;                                                                                                \
            from = merged;                                                                                            \
        }                                                                                                             \
        if (from != items) memcpy(items, from, n * (uint32_t)sizeof(TYPE));                                           \
        hnb_free(spare, n * (uint32_t)sizeof(TYPE));                                                                  \
    }

#endif
