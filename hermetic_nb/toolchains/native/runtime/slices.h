/* Python's rules for slices, indexes and sizes, shared by list, str and bytes. */
#ifndef HNB_SLICES_H
#define HNB_SLICES_H

#include "runtime.h"

typedef struct {
    int64_t first, step;
    uint32_t count;
} Slice;

static inline int64_t clamp_bound(int64_t bound, int64_t len, int64_t lowest, int64_t highest) {
    if (bound < 0) {
        bound += len;
        return bound < 0 ? lowest : bound;
    }
    return bound > highest ? highest : bound;
}

/* Where the slice lo:hi:step of `len` items starts and how many items it has; has: bit 0 lo given, bit 1 hi given. */
static inline Slice slice_of(uint32_t len, int64_t lo, int64_t hi, int64_t step, int32_t has, int32_t line) {
    if (HNB_UNLIKELY(step == 0)) hnb_trap(HNB_SLICE_STEP, line);
    int64_t n = len, lowest = step < 0 ? -1 : 0, highest = step < 0 ? n - 1 : n;
    lo = has & 1 ? clamp_bound(lo, n, lowest, highest) : step < 0 ? highest : lowest;
    hi = has & 2 ? clamp_bound(hi, n, lowest, highest) : step < 0 ? lowest : highest;
    Slice slice = {lo, step, 0};
    if (step == 1) {
        if (lo < hi) slice.count = (uint32_t)(hi - lo);
    } else if (step > 0) {
        if (lo < hi) slice.count = (uint32_t)((hi - lo - 1) / step + 1);
    } else if (hi < lo) {
        /* A division takes longer than a short text's copy. */
        slice.count = step == -1 ? (uint32_t)(lo - hi) : (uint32_t)((uint64_t)(lo - hi - 1) / -(uint64_t)step + 1);
    }
    return slice;
}

/* header + n * es, or trap 17 where that is more than the memory can ever be. */
static inline uint32_t size_of_items(uint64_t n, uint32_t es, uint32_t header, int32_t line) {
    if (HNB_UNLIKELY(n > (UINT32_MAX - header - 64) / es)) hnb_trap(HNB_MEMORY, line);
    return header + (uint32_t)n * es;
}

/* How many items n repetitions of `len` items are (n < 0 counts as 0), or trap 17. */
static inline uint64_t repeated_len(uint32_t len, int64_t n, int32_t line) {
    if (n <= 0 || len == 0) return 0;
    if (HNB_UNLIKELY(n > UINT32_MAX)) hnb_trap(HNB_MEMORY, line);
    return (uint64_t)n * len;
}

/* Copies n bytes; the pointers may be null when n is 0, which C's memcpy does not allow. */
static inline void copy_bytes(void *to, const void *from, uint32_t n) {
    if (n) memcpy(to, from, n);
}

/* Repeats the first `size` bytes of a block until `total` bytes are filled, in doubling steps. */
static inline void repeat_bytes(uint8_t *block, uint32_t size, uint32_t total) {
    for (uint32_t done = size; done < total;) {
        uint32_t part = done < total - done ? done : total - done;
        memcpy(block + done, block, part);
        done += part;
    }
}

#endif
