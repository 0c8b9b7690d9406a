/* What numpy does with one item where Python does something else: it goes on with inf, nan or 0 instead of raising, and
 * ints wrap. */
#include "array.h"
#include "exports.h"
#include "libm.h"
#include "numbers.h"

double hnb_item_mod(double a, double b) {
    if (b == 0) return HNB_NAN;
    double rest = hnb_fmod(a, b);
    if (rest == 0) return __builtin_copysign(0.0, b);
    return (b < 0) != (rest < 0) ? rest + b : rest;
}

double hnb_item_floordiv(double a, double b) {
    if (b == 0) return a / b;
    double rest = hnb_fmod(a, b), parts = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0)) parts -= 1.0;
    if (parts == 0) return __builtin_copysign(0.0, a / b);
    double whole = __builtin_floor(parts);
    return parts - whole > 0.5 ? whole + 1.0 : whole;
}

int64_t hnb_item_floordiv_i64(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return (int64_t)-(uint64_t)a;
    int64_t parts = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? parts - 1 : parts;
}

int64_t hnb_item_mod_i64(int64_t a, int64_t b) {
    if (b == 0 || b == -1) return 0;
    int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double hnb_item_pow(double a, double b) { return pow(a, b); }

/* a ** b with one b for all items, of which numpy computes some in other ways. */
double hnb_item_fixed_pow(double a, double b) {
    if (b == 2.0) return a * a;
    if (b == 1.0) return a;
    if (b == 0.5) return __builtin_sqrt(a);
    if (b == -1.0) return 1.0 / a;
    if (b == 0.0) return 1.0;
    return pow(a, b);
}

int64_t hnb_item_pow_i64(int64_t base, int64_t exp, int32_t line) {
    if (HNB_UNLIKELY(exp < 0)) hnb_trap(HNB_NEGATIVE_POWER, line);
    uint64_t result = 1, square = (uint64_t)base;
    for (; exp; exp >>= 1, square *= square)
        if (exp & 1) result *= square;
    return (int64_t)result;
}

double hnb_item_exp(double x) { return exp(x); }
double hnb_item_expm1(double x) { return expm1(x); }
double hnb_item_exp2(double x) { return exp2(x); }
double hnb_item_log(double x) { return log(x); }
double hnb_item_log2(double x) { return log2(x); }
double hnb_item_log10(double x) { return log10(x); }
double hnb_item_log1p(double x) { return log1p(x); }
double hnb_item_sin(double x) { return sin(x); }
double hnb_item_cos(double x) { return cos(x); }
double hnb_item_tan(double x) { return tan(x); }
double hnb_item_arcsin(double x) { return asin(x); }
double hnb_item_arccos(double x) { return acos(x); }
double hnb_item_arctan(double x) { return atan(x); }
double hnb_item_arctan2(double y, double x) { return atan2(y, x); }
double hnb_item_hypot(double x, double y) { return hnb_math_hypot(x, y, 0); }
double hnb_item_sinh(double x) { return sinh(x); }
double hnb_item_cosh(double x) { return cosh(x); }
double hnb_item_tanh(double x) { return tanh(x); }
double hnb_item_cbrt(double x) { return cbrt(x); }

/* astype(int): where no int is near, C leaves the result to the processor, and so does numpy. */
int64_t hnb_item_to_int(double x, int32_t line) {
    if (HNB_UNLIKELY(!(x >= -HNB_TWO_63 && x < HNB_TWO_63))) hnb_trap(HNB_NOT_AN_INT, line);
    return (int64_t)x;
}

/* ** of two numbers of which either may be numpy's: a limit where Python raises and numpy goes on. */
double hnb_number_pow(double base, double exp, int32_t line) {
    double result = pow(base, exp);
    int32_t fine = is_finite(base) && is_finite(exp);
    if (HNB_UNLIKELY(fine && !is_finite(result))) hnb_trap(HNB_NUMPY_OR_PYTHON, line);
    return result;
}

/* An int as the float that it is: where it has none, numpy rounds and Python does not. */
double hnb_number_exact(int64_t value, int32_t line) {
    if (HNB_UNLIKELY(value > (int64_t)1 << 53 || value < -((int64_t)1 << 53))) hnb_trap(HNB_NUMPY_ROUNDS, line);
    return (double)value;
}
