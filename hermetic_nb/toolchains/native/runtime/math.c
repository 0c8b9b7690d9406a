/* The functions of Python's math module that pass through libm, with Python's errors. */
#include "exports.h"
#include "libm.h"
#include "numbers.h"

/* Python's rule for a function of one argument: a NaN that the argument was not is a domain error; an infinity from a
 * finite argument is a range error where the function grows without bound, else a pole and so a domain error. */
static inline double checked(double x, double result, int32_t pole, int32_t line) {
    if (HNB_UNLIKELY(!is_finite(result))) {
        if (is_nan(result) && !is_nan(x)) return hnb_fail(HNB_MATH_DOMAIN, line), 0;
        if (is_inf(result) && is_finite(x)) return hnb_fail(pole, line), 0;
    }
    return result;
}

#define FUNCTION(NAME, POLE) \
    double hnb_math_##NAME(double x, int32_t line) { return checked(x, NAME(x), POLE, line); }

FUNCTION(acos, HNB_MATH_DOMAIN)
FUNCTION(asin, HNB_MATH_DOMAIN)
FUNCTION(asinh, HNB_MATH_DOMAIN)
FUNCTION(atan, HNB_MATH_DOMAIN)
FUNCTION(atanh, HNB_MATH_DOMAIN)
FUNCTION(cbrt, HNB_MATH_DOMAIN)
FUNCTION(cos, HNB_MATH_DOMAIN)
FUNCTION(cosh, HNB_MATH_RANGE)
FUNCTION(erf, HNB_MATH_DOMAIN)
FUNCTION(erfc, HNB_MATH_DOMAIN)
FUNCTION(exp, HNB_MATH_RANGE)
FUNCTION(exp2, HNB_MATH_RANGE)
FUNCTION(expm1, HNB_MATH_RANGE)
FUNCTION(log1p, HNB_MATH_DOMAIN)
FUNCTION(sin, HNB_MATH_DOMAIN)
FUNCTION(sinh, HNB_MATH_RANGE)
FUNCTION(tan, HNB_MATH_DOMAIN)
FUNCTION(tanh, HNB_MATH_DOMAIN)

/* Zig's log2 and log10 are wrong below the normal floats, so LIFT brings these up and LIFTED takes it off the result. */
#define LOGARITHM(NAME, LIFT, LIFTED)                                                  \
    double hnb_math_##NAME(double x, int32_t line) {                                   \
        if (HNB_UNLIKELY(x < HNB_MIN_NORMAL)) {                                        \
            if (x <= 0) return hnb_fail(HNB_MATH_DOMAIN, line), 0;                               \
            return NAME(x * LIFT) - LIFTED;                                            \
        }                                                                              \
        return NAME(x);                                                                \
    }

LOGARITHM(log2, 0x1p54, 54.0)
LOGARITHM(log10, 1e16, 16.0)

double hnb_math_log(double x, int32_t line) {
    if (HNB_UNLIKELY(x <= 0)) return hnb_fail(HNB_MATH_DOMAIN, line), 0;
    return log(x);
}

/* musl's acosh has a value for numbers far below zero. */
double hnb_math_acosh(double x, int32_t line) {
    if (HNB_UNLIKELY(x < 1.0)) return hnb_fail(HNB_MATH_DOMAIN, line), 0;
    return acosh(x);
}

/* math.log(x, base): a quotient of two logarithms. */
double hnb_math_log_base(double x, double base, int32_t line) {
    double top = hnb_math_log(x, line), bottom = hnb_math_log(base, line);
    if (bottom == 0) return hnb_fail(HNB_ZERO_DIVISION, line), 0;
    return top / bottom;
}

double hnb_math_sqrt(double x, int32_t line) {
    if (HNB_UNLIKELY(x < 0)) return hnb_fail(HNB_MATH_DOMAIN, line), 0;
    return __builtin_sqrt(x);
}

/* Never fails: its results are finite for all that is not a NaN. */
double hnb_math_atan2(double y, double x, int32_t line) {
    (void)line;
    return atan2(y, x);
}

double hnb_math_fmod(double x, double y, int32_t line) {
    double rest = hnb_fmod(x, y);
    if (HNB_UNLIKELY(is_nan(rest)) && !is_nan(x) && !is_nan(y)) return hnb_fail(HNB_MATH_DOMAIN, line), 0;
    return rest;
}

/* math.pow: C99's special cases; zero to a negative power is a domain error here, unlike for **. */
double hnb_math_pow(double x, double y, int32_t line) {
    double result = pow(x, y);
    if (HNB_UNLIKELY(!is_finite(result)) && is_finite(x) && is_finite(y))
        return hnb_fail(is_nan(result) || x == 0 ? HNB_MATH_DOMAIN : HNB_MATH_RANGE, line), 0;
    return result;
}

double hnb_math_fma(double x, double y, double z, int32_t line) {
    double result = hnb_fma(x, y, z);
    if (HNB_LIKELY(is_finite(result))) return result;
    if (is_nan(result)) {
        if (!is_nan(x) && !is_nan(y) && !is_nan(z)) hnb_trap(HNB_FMA_INVALID, line);
    } else if (is_finite(x) && is_finite(y) && is_finite(z)) {
        hnb_trap(HNB_FMA_RANGE, line);
    }
    return result;
}

int64_t hnb_math_ceil(double x, int32_t line) { return hnb_float_to_int(__builtin_ceil(x), line); }
int64_t hnb_math_floor(double x, int32_t line) { return hnb_float_to_int(__builtin_floor(x), line); }
int64_t hnb_math_trunc(double x, int32_t line) { return hnb_float_to_int(x, line); }
