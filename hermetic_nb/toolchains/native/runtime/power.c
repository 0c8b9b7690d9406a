/* The power operators. */
#include "exports.h"
#include "libm.h"
#include "numbers.h"
#include "wide.h"

int64_t hnb_int_pow(int64_t base, int64_t exp, int32_t line) {
    int64_t result = 1;
    for (;;) {
        if ((exp & 1) && multiply_overflows(result, base, &result)) hnb_trap(HNB_OVERFLOW, line);
        exp >>= 1;
        if (exp == 0) return result;
        /* A square that overflows is a factor of the result, so the result overflows too. */
        if (multiply_overflows(base, base, &base)) hnb_trap(HNB_OVERFLOW, line);
    }
}

/* a * b modulo m, for a, b < m and m < 2**63 + 1. */
static uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t m) {
    if ((a | b) >> 32 == 0) return a * b % m;
    int32_t shift = __builtin_clzll(m);
    uint64_t rest, high = multiply_upper(a, b), low = a * b;
    if (shift) {
        high = high << shift | low >> (64 - shift);
        low <<= shift;
    }
    divide_wide(high, low, m << shift, &rest);
    return rest >> shift;
}

/* The inverse of a modulo m (a < m, m > 1) by Euclid's extended algorithm, or 0 when there is none. */
static uint64_t invert_modulo(uint64_t a, uint64_t m) {
    uint64_t older = m, newer = a, factor_older = 0, factor_newer = 1;
    while (newer) {
        uint64_t quotient = older / newer, rest = older % newer;
        uint64_t product = multiply_modulo(quotient % m, factor_newer, m);
        uint64_t factor = factor_older >= product ? factor_older - product : factor_older + (m - product);
        older = newer;
        newer = rest;
        factor_older = factor_newer;
        factor_newer = factor;
    }
    return older == 1 ? factor_older : 0;
}

/* pow(base, exp, mod): the result has the sign of mod. */
int64_t hnb_int_powmod(int64_t base, int64_t exp, int64_t mod, int32_t line) {
    if (mod == 0) return hnb_fail(HNB_POW_MODULUS, line), 0;
    uint64_t m = magnitude(mod);
    if (m == 1) return 0;
    uint64_t factor = magnitude(base) % m;
    if (base < 0 && factor) factor = m - factor;
    if (exp < 0) {
        factor = invert_modulo(factor, m);
        if (factor == 0) return hnb_fail(HNB_NOT_INVERTIBLE, line), 0;
    }
    uint64_t result = 1;
    for (uint64_t left = magnitude(exp); left; left >>= 1) {
        if (left & 1) result = multiply_modulo(result, factor, m);
        factor = multiply_modulo(factor, factor, m);
    }
    return mod < 0 && result ? (int64_t)(result - m) : (int64_t)result;
}

/* base ** exp of floats. The special cases are Python's, which follow C99 F.9.4.4 apart from the errors. */
double hnb_float_pow(double base, double exp, int32_t line) {
    if (exp == 0 || base == 1.0) return 1.0;
    if (is_nan(base) || is_nan(exp)) return base + exp;
    double size = __builtin_fabs(base);
    if (is_inf(exp)) return size == 1.0 ? 1.0 : (exp > 0) == (size > 1.0) ? HNB_INFINITY : 0.0;
    bool whole = __builtin_floor(exp) == exp;
    bool odd = whole && __builtin_fabs(exp) < 0x1p53 && ((int64_t)exp & 1);
    if (size == 0 || size == HNB_INFINITY) {
        if (size == 0 && exp < 0) return hnb_fail(HNB_ZERO_TO_NEGATIVE, line), 0;
        double limit = (size == 0) == (exp > 0) ? 0.0 : HNB_INFINITY;
        return odd ? __builtin_copysign(limit, base) : limit;
    }
    if (base < 0 && !whole) hnb_trap(HNB_COMPLEX, line);
    double result = size == 1.0 ? 1.0 : pow(size, exp);
    if (HNB_UNLIKELY(is_inf(result))) return hnb_fail(HNB_RESULT_TOO_LARGE, line), 0;
    return base < 0 && odd ? -result : result;
}

/* base ** exp of ints for exp < 0: both become floats first, as in CPython. */
double hnb_int_pow_neg(int64_t base, int64_t exp, int32_t line) {
    return hnb_float_pow((double)base, (double)exp, line);
}
