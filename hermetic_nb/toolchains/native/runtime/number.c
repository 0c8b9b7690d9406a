/* Operators of int and float that one instruction cannot give exactly. */
#include "exports.h"
#include "numbers.h"
#include "wide.h"

__attribute__((noinline)) int64_t hnb_mul_slow(int64_t a, int64_t b, int32_t line) {
    int64_t product;
    if (HNB_UNLIKELY(multiply_overflows(a, b, &product))) hnb_trap(HNB_OVERFLOW, line);
    return product;
}

static __attribute__((noinline)) double divide_large(int64_t a, int64_t b) {
    uint64_t x = magnitude(a), y = magnitude(b), rest;
    if (x == 0) return b < 0 ? -0.0 : 0.0;
    int32_t shift_x = __builtin_clzll(x), shift_y = __builtin_clzll(y);
    x <<= shift_x;
    y <<= shift_y;
    bool above_one = x >= y; /* x / y lies in (1/2, 2) */
    uint64_t fraction = divide_wide(above_one ? x - y : x, 0, y, &rest);
    bool sticky = rest != 0;
    if (above_one) {
        sticky |= fraction & 1;
        fraction = fraction >> 1 | HNB_SIGN_BIT;
    }
    double size = scale_exactly(fraction, sticky, shift_y - shift_x - 64 + above_one);
    return (a < 0) != (b < 0) ? -size : size;
}

double hnb_truediv_int(int64_t a, int64_t b) {
    const uint64_t exact = (uint64_t)1 << 53;
    if (HNB_LIKELY((uint64_t)a + exact <= 2 * exact && (uint64_t)b + exact <= 2 * exact)) return (double)a / (double)b;
    return divide_large(a, b);
}

int32_t hnb_cmp_int_float(int64_t a, double b) {
    if (HNB_UNLIKELY(!(b >= -HNB_TWO_63 && b < HNB_TWO_63))) return is_nan(b) ? 2 : b > 0 ? -1 : 1;
    int64_t whole = (int64_t)b;
    if (a != whole) return a < whole ? -1 : 1;
    double rest = b - (double)whole; /* exact: a float with a fraction is below 2**53 */
    return (rest < 0) - (rest > 0);
}

int64_t hnb_float_to_int(double x, int32_t line) {
    if (HNB_LIKELY(__builtin_fabs(x) < HNB_TWO_63)) return (int64_t)x;
    if (x == -HNB_TWO_63) return INT64_MIN;
    return hnb_fail(is_nan(x) ? HNB_NAN_TO_INT : is_inf(x) ? HNB_INFINITY_TO_INT : HNB_OVERFLOW, line), 0;
}

int64_t hnb_round_int(double x, int32_t line) { return hnb_float_to_int(__builtin_rint(x), line); }

double hnb_float_mod(double x, double y, int32_t line) {
    if (HNB_UNLIKELY(y == 0)) return hnb_fail(HNB_ZERO_DIVISION, line), 0;
    double rest = hnb_fmod(x, y);
    if (rest == 0) return __builtin_copysign(0.0, y);
    return (y < 0) != (rest < 0) ? rest + y : rest;
}

double hnb_float_floordiv(double x, double y, int32_t line) {
    if (HNB_UNLIKELY(y == 0)) return hnb_fail(HNB_ZERO_DIVISION, line), 0;
    double rest = hnb_fmod(x, y);
    double quotient = (x - rest) / y; /* nearly a whole number */
    if (rest != 0 && (y < 0) != (rest < 0)) quotient -= 1.0;
    if (quotient == 0) return __builtin_copysign(0.0, x / y);
    double whole = __builtin_floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

int64_t hnb_shl(int64_t a, int64_t n, int32_t line) {
    if (HNB_UNLIKELY(n < 0)) return hnb_fail(HNB_NEGATIVE_SHIFT, line), 0;
    if (a == 0) return 0;
    int64_t shifted = n < 64 ? (int64_t)((uint64_t)a << n) : 0;
    if (HNB_UNLIKELY(n > 63 || shifted >> n != a)) hnb_trap(HNB_OVERFLOW, line);
    return shifted;
}

int64_t hnb_shr(int64_t a, int64_t n, int32_t line) {
    if (HNB_UNLIKELY(n < 0)) return hnb_fail(HNB_NEGATIVE_SHIFT, line), 0;
    return a >> (n > 63 ? 63 : n);
}
