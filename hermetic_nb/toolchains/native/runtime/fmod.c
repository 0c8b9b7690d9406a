/* The exact remainder of two floats. */
#include "exports.h"
#include "numbers.h"

/* The significand of a positive finite float as an integer, and the exponent that goes with it. */
static inline uint64_t significand(double x, int32_t *exponent) {
    uint64_t bits = bits_of(x);
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS);
    *exponent = biased ? biased : 1;
    return (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS);
}

/* C's fmod, exact by definition: x - y * trunc(x / y), by integer remainders of the significands, 11 bits of the
 * difference of exponents at a time (that many fit above a 53-bit remainder). NaN when x is infinite or y is zero. */
double hnb_fmod(double x, double y) {
    double size_x = __builtin_fabs(x), size_y = __builtin_fabs(y);
    if (size_x < size_y) return x;
    if (HNB_UNLIKELY(!(size_x < HNB_INFINITY) || !(size_y > 0))) return is_nan(x) || is_nan(y) ? x + y : HNB_NAN;
    int32_t exponent_x, exponent_y;
    uint64_t rest = significand(size_x, &exponent_x), divisor = significand(size_y, &exponent_y);
    int32_t shift = exponent_x - exponent_y;
    while (shift > 11 && rest) {
        rest = (rest << 11) % divisor;
        shift -= 11;
    }
    rest = (rest << (shift > 11 ? 0 : shift)) % divisor;
    if (rest == 0) return __builtin_copysign(0.0, x);
    int32_t lead = __builtin_clzll(rest) - 11; /* to bring the top bit to the implicit place */
    uint64_t bits;
    if (exponent_y > lead)
        bits = ((uint64_t)(exponent_y - lead - 1) << HNB_FRACTION_BITS) + (rest << lead);
    else
        bits = rest << (exponent_y - 1); /* subnormal: only as far as the smallest exponent */
    return __builtin_copysign(double_of(bits), x);
}
