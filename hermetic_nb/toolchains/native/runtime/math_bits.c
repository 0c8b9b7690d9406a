/* The functions of Python's math module that are exact: they take floats apart and put them together. */
#include "exports.h"
#include "numbers.h"

#define PI 3.141592653589793238462643383279502884

double hnb_math_fabs(double x, int32_t line) { return (void)line, __builtin_fabs(x); }
double hnb_math_copysign(double x, double y, int32_t line) { return (void)line, __builtin_copysign(x, y); }
double hnb_math_degrees(double x, int32_t line) { return (void)line, x * (180.0 / PI); }
double hnb_math_radians(double x, int32_t line) { return (void)line, x * (PI / 180.0); }
int32_t hnb_math_isfinite(double x, int32_t line) { return (void)line, is_finite(x); }
int32_t hnb_math_isinf(double x, int32_t line) { return (void)line, is_inf(x); }
int32_t hnb_math_isnan(double x, int32_t line) { return (void)line, is_nan(x); }

int32_t hnb_math_isclose(double a, double b, double relative, double absolute, int32_t line) {
    if (relative < 0 || absolute < 0) hnb_trap(HNB_TOLERANCE, line);
    if (a == b) return 1;
    if (is_inf(a) || is_inf(b)) return 0;
    double apart = __builtin_fabs(b - a);
    return apart <= __builtin_fabs(relative * b) || apart <= __builtin_fabs(relative * a) || apart <= absolute;
}

/* x = result * 2**exponent with 0.5 <= |result| < 1; zero, infinity and NaN are given back with exponent 0. */
double hnb_math_frexp(double x, int64_t *exponent, int32_t line) {
    (void)line;
    *exponent = 0;
    if (x == 0 || !is_finite(x)) return x;
    int64_t below_normal = __builtin_fabs(x) < HNB_MIN_NORMAL ? 54 : 0;
    uint64_t bits = bits_of(below_normal ? x * 0x1p54 : x);
    *exponent = (int64_t)(bits >> HNB_FRACTION_BITS & 2047) - 1022 - below_normal;
    return double_of((bits & (HNB_SIGN_BIT | HNB_FRACTION_MASK)) | (uint64_t)1022 << HNB_FRACTION_BITS);
}

/* x * 2**exponent, rounded once. */
double hnb_math_ldexp(double x, int64_t exponent, int32_t line) {
    if (x == 0 || !is_finite(x)) return x;
    int64_t own;
    double fraction = hnb_math_frexp(x, &own, line);
    if (exponent > 3000) hnb_trap(HNB_MATH_RANGE, line);
    if (exponent < -3000) return __builtin_copysign(0.0, x);
    uint64_t significand = (bits_of(fraction) & HNB_FRACTION_MASK) | (uint64_t)1 << HNB_FRACTION_BITS;
    double size = scale_exactly(significand, false, (int32_t)(own + exponent) - 53);
    if (is_inf(size)) hnb_trap(HNB_MATH_RANGE, line);
    return __builtin_copysign(size, x);
}

/* The fraction of x, and its whole part in *whole; both have the sign of x. */
double hnb_math_modf(double x, double *whole, int32_t line) {
    (void)line;
    *whole = __builtin_trunc(x);
    return is_inf(x) ? __builtin_copysign(0.0, x) : __builtin_copysign(x - *whole, x);
}

/* Floats in order as integers in order: both zeros become 0. */
static inline int64_t place_of(double x) {
    uint64_t bits = bits_of(x);
    return bits >> 63 ? -(int64_t)(bits & ~HNB_SIGN_BIT) : (int64_t)bits;
}

/* `steps` floats from x towards y, at most to y. */
double hnb_math_nextafter_steps(double x, double y, int64_t steps, int32_t line) {
    if (steps < 0) hnb_trap(HNB_NEGATIVE_STEPS, line);
    if (steps == 0) return x;
    if (is_nan(x) || is_nan(y)) return x + y;
    int64_t from = place_of(x), to = place_of(y);
    uint64_t between = from < to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    if ((uint64_t)steps >= between) return y;
    int64_t at = from < to ? from + steps : from - steps;
    /* A zero that is passed has the sign of the side one comes from. */
    if (at == 0) return __builtin_copysign(0.0, x);
    return at < 0 ? -double_of((uint64_t)-at) : double_of((uint64_t)at);
}

/* C's function: a zero that is reached also has the sign of the side one comes from. */
double hnb_math_nextafter(double x, double y, int32_t line) {
    double next = hnb_math_nextafter_steps(x, y, 1, line);
    return next == 0 && x != y ? __builtin_copysign(0.0, x) : next;
}

/* The value of the last bit of x. */
double hnb_math_ulp(double x, int32_t line) {
    (void)line;
    double size = __builtin_fabs(x);
    if (!is_finite(size)) return size;
    if (size == 0x1.fffffffffffffp1023) return 0x1p971; /* the next one is infinite */
    return double_of(bits_of(size) + 1) - size;
}

/* IEEE 754's remainder: x - n * y for the whole n nearest to x / y, the even one of two. Exact. */
double hnb_math_remainder(double x, double y, int32_t line) {
    if (is_nan(x) || is_nan(y)) return x + y;
    if (is_inf(x) || y == 0) hnb_trap(HNB_MATH_DOMAIN, line);
    if (is_inf(y)) return x;
    double size = __builtin_fabs(x), divisor = __builtin_fabs(y);
    double below = hnb_fmod(size, divisor), above = divisor - below, result = below;
    /* On a tie the quotient's parity decides: half of the multiple below is itself a multiple, or not. */
    if (below > above || (below == above && hnb_fmod(0.5 * (size - below), divisor) != 0)) result = -above;
    return x < 0 || (x == 0 && bits_of(x) >> 63) ? -result : result;
}
