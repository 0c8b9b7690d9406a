/* Numbers of 128 bits with an exponent, cut where they do not fit: for conversions that need not be exact to be right. */
#ifndef HNB_APPROXIMATE_H
#define HNB_APPROXIMATE_H

#include "numbers.h"
#include "wide.h"

typedef struct {
    uint64_t high, low; /* (high * 2**64 + low) * 2**exponent, the top bit set */
    int32_t exponent;
} Approximate;

enum { APPROXIMATE_ERROR = 1 << 12 }; /* in units of `low`: the products of one power of ten and one number are far below */

/* A product, cut: too small by less than 2**-126 of itself, besides what the factors are. */
static inline Approximate product(Approximate a, Approximate b) {
    uint64_t middle = multiply_upper(a.low, b.low), one = a.high * b.low, two = a.low * b.high;
    uint64_t low = a.high * b.high, high = multiply_upper(a.high, b.high), carry = 0;
    middle += one;
    carry += middle < one;
    middle += two;
    carry += middle < two;
    uint64_t next = multiply_upper(a.high, b.low), other = multiply_upper(a.low, b.high);
    low += next;
    high += low < next;
    low += other;
    high += low < other;
    low += carry;
    high += low < carry;
    Approximate result = {high, low, a.exponent + b.exponent + 128};
    if (!(high >> 63)) {
        result.high = high << 1 | low >> 63;
        result.low = low << 1 | middle >> 63;
        result.exponent--;
    }
    return result;
}

/* number * 10**power for |power| < 512 and a number > 0 that is exact, too small by less than 2**-121 of itself: each of
 * the at most nine factors and nine products is too small by 2**-126. float_power.c. */
Approximate hnb_times_power_of_ten(uint64_t number, int32_t power);

#endif
