/* The decimal digits of integers. */
#ifndef HNB_INT_DIGITS_H
#define HNB_INT_DIGITS_H

#include <stdint.h>

enum { INT_DIGITS = 20 };

/* The digits of |value| (0 to 9), the last one first; how many there are. */
static inline uint32_t digits_of(uint64_t left, uint8_t *digit) {
    uint32_t n = 0;
    /* 32-bit divisions are cheaper, so nine digits at a time come off a large value. */
    while (left > UINT32_MAX) {
        uint32_t low = (uint32_t)(left % 1000000000);
        left /= 1000000000;
        for (uint32_t i = 0; i < 9; i++, low /= 10) digit[n++] = (uint8_t)(low % 10);
    }
    uint32_t high = (uint32_t)left;
    do digit[n++] = (uint8_t)(high % 10);
    while (high /= 10);
    return n;
}

#endif
