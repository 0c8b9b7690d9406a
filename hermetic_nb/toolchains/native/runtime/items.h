/* Moving the items of lists about, as raw bytes of `es` each. */
#ifndef HNB_ITEMS_H
#define HNB_ITEMS_H

#include "runtime.h"

/* The usual sizes are moved in registers: a memory.copy costs as much as a call. */
static inline void move_item(void *to, const void *from, uint32_t es) {
    switch (es) {
    case 1: memcpy(to, from, 1); break;
    case 4: memcpy(to, from, 4); break;
    case 8: memcpy(to, from, 8); break;
    case 12: memcpy(to, from, 12); break;
    case 16: memcpy(to, from, 16); break;
    case 24: memcpy(to, from, 24); break;
    default: memcpy(to, from, es);
    }
}

/* Copies `count` items that stand `step` apart, from number `at` on; numbers wrap at 64 bits. */
#define GATHER(TYPE)                                                                    \
    {                                                                                   \
        const TYPE *items = from;                                                       \
        TYPE *out = to;                                                                 \
        for (uint32_t i = 0; i < count; i++, at += step) out[i] = items[at];            \
    }

static inline void gather(void *to, const void *from, uint64_t at, uint64_t step, uint32_t count, uint32_t es) {
    if (es == 8) GATHER(uint64_t)
    else if (es == 4) GATHER(uint32_t)
    else if (es == 1) GATHER(uint8_t)
    else {
        const uint8_t *items = from;
        uint8_t *out = to;
        for (uint32_t i = 0; i < count; i++, at += step, out += es) move_item(out, items + (uint32_t)at * es, es);
    }
}
#undef GATHER

/* Stores `count` items `step` apart, from number `at` on; numbers wrap at 64 bits. */
#define SCATTER(TYPE)                                                                   \
    {                                                                                   \
        const TYPE *items = from;                                                       \
        TYPE *out = to;                                                                 \
        for (uint32_t i = 0; i < count; i++, at += step) out[at] = items[i];            \
    }

static inline void scatter(void *to, const void *from, uint64_t at, uint64_t step, uint32_t count, uint32_t es) {
    if (es == 8) SCATTER(uint64_t)
    else if (es == 4) SCATTER(uint32_t)
    else if (es == 1) SCATTER(uint8_t)
    else {
        const uint8_t *items = from;
        uint8_t *out = to;
        for (uint32_t i = 0; i < count; i++, at += step, items += es) move_item(out + (uint32_t)at * es, items, es);
    }
}
#undef SCATTER

#define REVERSE(TYPE)                                                                   \
    {                                                                                   \
        TYPE *items = block;                                                            \
        for (uint32_t i = 0; i < n / 2; i++) {                                          \
            TYPE item = items[i];                                                       \
            items[i] = items[n - 1 - i];                                                \
            items[n - 1 - i] = item;                                                    \
        }                                                                               \
    }

static inline void reverse_items(void *block, uint32_t n, uint32_t es) {
    if (es == 8) REVERSE(uint64_t)
    else if (es == 4) REVERSE(uint32_t)
    else if (es == 1) REVERSE(uint8_t)
    else if (n > 1) {
        uint8_t *low = block, *high = low + (n - 1) * es;
        for (; low < high; low += es, high -= es) {
            uint32_t i = 0;
            for (; i + 8 <= es; i += 8) {
                uint64_t part;
                memcpy(&part, low + i, 8);
                memcpy(low + i, high + i, 8);
                memcpy(high + i, &part, 8);
            }
            for (; i < es; i++) {
                uint8_t part = low[i];
                low[i] = high[i];
                high[i] = part;
            }
        }
    }
}
#undef REVERSE

#endif
