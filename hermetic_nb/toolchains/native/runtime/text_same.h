/* Whether two strings are equal: four characters at a time, the last four of them perhaps once more. */
#ifndef HNB_TEXT_SAME_H
#define HNB_TEXT_SAME_H

#include "runtime.h"

static inline int32_t four_differ(const uint32_t *x, const uint32_t *y) {
    typedef int8_t Sixteen __attribute__((vector_size(16)));
    Sixteen one, other;
    memcpy(&one, x, sizeof one);
    memcpy(&other, y, sizeof other);
    one ^= other;
#ifdef __wasm_simd128__
    return __builtin_wasm_any_true_v128(one);
#else
    uint64_t half[2];
    memcpy(half, &one, sizeof half);
    return (half[0] | half[1]) != 0;
#endif
}

static inline int32_t same_text(const Str *a, const Str *b) {
    const uint32_t *x = a->c, *y = b->c;
    uint32_t n = a->len;
    if (a == b) return 1;
    if (n != b->len) return 0;
    if (n == 0) return 1;
    if (n < 4) return !((x[0] ^ y[0]) | (x[n >> 1] ^ y[n >> 1]) | (x[n - 1] ^ y[n - 1]));
    if (n <= 8) return !(four_differ(x, y) | four_differ(x + (n - 4), y + (n - 4)));
    for (uint32_t i = 0; i + 4 < n; i += 4)
        if (four_differ(x + i, y + i)) return 0;
    return !four_differ(x + (n - 4), y + (n - 4));
}

#endif
