/* 128-bit products and quotients by 32-bit digits: wasm has no instruction for them. */
#ifndef HNB_WIDE_H
#define HNB_WIDE_H

#include <stdint.h>

/* The upper 64 bits of a * b; the lower ones are the wrapping product. */
static inline uint64_t multiply_upper(uint64_t a, uint64_t b) {
    uint64_t a_high = a >> 32, a_low = (uint32_t)a, b_high = b >> 32, b_low = (uint32_t)b;
    uint64_t first = a_low * b_low, second = a_high * b_low + (first >> 32);
    uint64_t third = a_low * b_high + (uint32_t)second;
    return a_high * b_high + (second >> 32) + (third >> 32);
}

/* floor((high * 2**64 + low) / divisor) for high < divisor and divisor's top bit set; the remainder goes to *rest.
 * Schoolbook division: D. E. Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D. */
static inline uint64_t divide_wide(uint64_t high, uint64_t low, uint64_t divisor, uint64_t *rest) {
    uint64_t upper = divisor >> 32, lower = (uint32_t)divisor, quotient = 0;
    for (int32_t digit = 0; digit < 2; digit++) {
        uint64_t guess = high / upper, left = high % upper;
        while (guess >> 32 || guess * lower > (left << 32 | low >> 32)) {
            guess--;
            left += upper;
            if (left >> 32) break;
        }
        /* Wraps to the true value, which is below the divisor. */
        high = (high << 32 | low >> 32) - guess * divisor;
        low <<= 32;
        quotient = quotient << 32 | guess;
    }
    *rest = high;
    return quotient;
}

#endif
