/* Natural numbers of a few thousand bits, for conversions that must be exact. */
#ifndef HNB_BIG_H
#define HNB_BIG_H

#include "numbers.h"

enum { BIG_WORDS = 128 }; /* a float and a decimal of 769 digits, brought to whole numbers, need 3700 bits */

typedef struct {
    uint32_t used;
    uint32_t word[BIG_WORDS]; /* lowest first; those from `used` on mean nothing */
} Big;

static inline void big_set(Big *a, uint64_t value) {
    a->word[0] = (uint32_t)value;
    a->word[1] = (uint32_t)(value >> 32);
    a->used = value >> 32 ? 2 : value != 0;
}

/* a = a * factor + more. */
static inline void big_multiply_add(Big *a, uint32_t factor, uint32_t more) {
    uint64_t carry = more;
    for (uint32_t i = 0; i < a->used; i++) {
        carry += (uint64_t)a->word[i] * factor;
        a->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) a->word[a->used++] = (uint32_t)carry;
}

/* a = a / divisor; the remainder is the result. */
static inline uint32_t big_divide_small(Big *a, uint32_t divisor) {
    uint64_t rest = 0;
    for (uint32_t i = a->used; i-- > 0;) {
        rest = rest << 32 | a->word[i];
        a->word[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    while (a->used && a->word[a->used - 1] == 0) a->used--;
    return (uint32_t)rest;
}

static inline void big_shift_left(Big *a, uint32_t bits) {
    uint32_t words = bits >> 5, rest = bits & 31, carry = 0;
    if (a->used == 0) return;
    for (uint32_t i = a->used; i-- > 0;) a->word[i + words] = a->word[i];
    for (uint32_t i = 0; i < words; i++) a->word[i] = 0;
    a->used += words;
    if (rest == 0) return;
    for (uint32_t i = words; i < a->used; i++) {
        uint32_t word = a->word[i];
        a->word[i] = word << rest | carry;
        carry = word >> (32 - rest);
    }
    if (carry) a->word[a->used++] = carry;
}

/* -1, 0 or 1. */
static inline int32_t big_compare(const Big *a, const Big *b) {
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    for (uint32_t i = a->used; i-- > 0;)
        if (a->word[i] != b->word[i]) return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

#endif
