/* Bits of floats and checked arithmetic of 64-bit integers, for several parts of the runtime. */
#ifndef HNB_NUMBERS_H
#define HNB_NUMBERS_H

#include <stdbool.h>

#include "runtime.h"

#define HNB_INFINITY __builtin_inf()
#define HNB_NAN __builtin_nan("")
#define HNB_TWO_63 9223372036854775808.0
#define HNB_SIGN_BIT ((uint64_t)1 << 63)
#define HNB_FRACTION_BITS 52
#define HNB_FRACTION_MASK (((uint64_t)1 << HNB_FRACTION_BITS) - 1)
#define HNB_MIN_NORMAL 0x1p-1022

static inline uint64_t bits_of(double x) {
    union { double value; uint64_t bits; } view = {.value = x};
    return view.bits;
}

static inline double double_of(uint64_t bits) {
    union { uint64_t bits; double value; } view = {.bits = bits};
    return view.value;
}

static inline bool is_nan(double x) { return x != x; }
static inline bool is_inf(double x) { return __builtin_fabs(x) == HNB_INFINITY; }
static inline bool is_finite(double x) { return __builtin_fabs(x) < HNB_INFINITY; }

/* |a|, exact also for the smallest integer. */
static inline uint64_t magnitude(int64_t a) { return a < 0 ? -(uint64_t)a : (uint64_t)a; }

/* The product of two 64-bit magnitudes; true when it needs more than 64 bits. No 128-bit arithmetic. */
static inline bool multiply_magnitudes(uint64_t a, uint64_t b, uint64_t *product) {
    uint64_t a_high = a >> 32, b_high = b >> 32, a_low = (uint32_t)a, b_low = (uint32_t)b;
    *product = a * b;
    if (a_high && b_high) return true;
    uint64_t cross = a_high * b_low + b_high * a_low; /* one of the two is zero */
    return cross >> 32 || (cross << 32) + a_low * b_low < cross << 32;
}

/* The product of two integers; true when it leaves 64 bits. */
static inline bool multiply_overflows(int64_t a, int64_t b, int64_t *product) {
    uint64_t size;
    bool negative = (a < 0) != (b < 0);
    bool over = multiply_magnitudes(magnitude(a), magnitude(b), &size);
    *product = (int64_t)(negative ? -size : size);
    return over || size > HNB_SIGN_BIT - !negative;
}

/* The float m * 2**e of an exact integer m != 0, rounded half to even once; `sticky` says that a little more than m
 * is meant. Infinity when it is too large. */
static inline double scale_exactly(uint64_t m, bool sticky, int32_t e) {
    int32_t top = 63 - __builtin_clzll(m) + e; /* the value is in [2**top, 2**(top+1)) */
    if (top > 1023) return HNB_INFINITY;
    int32_t last = top < -1022 ? -1074 : top - HNB_FRACTION_BITS; /* exponent of the last kept bit */
    int32_t drop = last - e;
    if (drop > 64) return 0.0;
    uint64_t kept = drop <= 0 ? m << -drop : drop == 64 ? 0 : m >> drop;
    if (drop > 0) {
        uint64_t rest = m << (64 - drop);
        kept += rest > HNB_SIGN_BIT || (rest == HNB_SIGN_BIT && (sticky || (kept & 1)));
    }
    /* A carry out of the fraction runs into the exponent, which is what it means. */
    uint64_t biased = top < -1022 ? 0 : (uint64_t)(top + 1022);
    return double_of((biased << HNB_FRACTION_BITS) + kept);
}

#endif
