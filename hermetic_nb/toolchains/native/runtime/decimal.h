/* A positive float in decimal: what the ways to print one share. */
#ifndef HNB_DECIMAL_H
#define HNB_DECIMAL_H

#include "int_digits.h"
#include "numbers.h"

enum { DECIMAL_DIGITS = 800 }; /* a float has at most 767 significant digits; they come nine at a time */

/* 0.d0d1d2... * 10**point, without zeros at the end; no digit: rounded to zero. */
typedef struct {
    int32_t count;
    int32_t point;
    uint8_t digit[DECIMAL_DIGITS]; /* 0 to 9 */
} Decimal;

/* The decimal of a whole number times 10**exponent. */
static inline void decimal_of(uint64_t whole, int32_t exponent, Decimal *d) {
    uint8_t reversed[INT_DIGITS];
    int32_t n = (int32_t)digits_of(whole, reversed);
    int32_t zeros = 0;
    while (zeros < n && reversed[zeros] == 0) zeros++;
    d->point = n + exponent;
    d->count = n - zeros;
    for (int32_t i = 0; i < d->count; i++) d->digit[i] = reversed[n - 1 - i];
}

/* float_exact.c: rounded half to even from the exact value, to `digits` significant digits or digits after the point. */
void hnb_decimal_exact(double size, int32_t digits, int32_t after_point, Decimal *d);

/* float_repr.c: the fewest digits that are read as the same float. */
void hnb_decimal_repr(double size, Decimal *d);

/* decimal.zig: the fewest digits that are read as the same float, the nearest of these: their value as a whole number
 * times 10**exponent. Not for infinities and NaNs. */
uint64_t hnb_decimal_shortest(uint64_t bits, int32_t *exponent);

#endif
