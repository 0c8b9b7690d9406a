/* x * y + z, rounded once (IEEE 754 fusedMultiplyAdd): by the exact product and sum of the significands. */
#include "exports.h"
#include "numbers.h"
#include "wide.h"

/* (high * 2**64 + low) * 2**exponent */
typedef struct {
    uint64_t high, low;
    int32_t exponent;
} Wide;

/* With the top bit at place 126, so that a sum of two has room. */
static inline Wide normalised(Wide a) {
    if (a.high == 0) a = (Wide){a.low, 0, a.exponent - 64};
    int32_t up = __builtin_clzll(a.high) - 1;
    if (up < 0) return (Wide){a.high >> 1, a.high << 63 | a.low >> 1, a.exponent + 1}; /* only zeros fall out */
    if (up == 0) return a;
    return (Wide){a.high << up | a.low >> (64 - up), a.low << up, a.exponent - up};
}

/* Shifted right; what falls out is remembered in the last bit. */
static inline Wide lowered(Wide a, int32_t by) {
    if (by == 0) return a;
    if (by > 127) return (Wide){0, 1, a.exponent + by};
    uint64_t lost = by < 64 ? a.low << (64 - by) : a.low | (by > 64 ? a.high << (128 - by) : 0);
    Wide b = {by < 64 ? a.high >> by : 0, by < 64 ? a.low >> by | a.high << (64 - by) : a.high >> (by - 64), a.exponent + by};
    b.low |= lost != 0;
    return b;
}

static inline uint64_t significand_of(double x, int32_t *exponent) {
    uint64_t bits = bits_of(x) & ~HNB_SIGN_BIT;
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS);
    *exponent = (biased ? biased : 1) - 1075;
    return (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS);
}

double hnb_fma(double x, double y, double z) {
    if (!is_finite(z) && is_finite(x) && is_finite(y)) return z;
    /* Here the plain operations are exact, or round once. */
    if (!is_finite(x) || !is_finite(y) || !is_finite(z) || x == 0 || y == 0) return x * y + z;
    if (z == 0) return x * y;
    int32_t exponent_x, exponent_y, exponent_z;
    uint64_t mx = significand_of(x, &exponent_x), my = significand_of(y, &exponent_y), mz = significand_of(z, &exponent_z);
    Wide a = normalised((Wide){multiply_upper(mx, my), mx * my, exponent_x + exponent_y});
    Wide b = normalised((Wide){0, mz, exponent_z});
    bool negative = (bits_of(x) ^ bits_of(y)) >> 63, subtract = negative != bits_of(z) >> 63;
    if (a.exponent < b.exponent || (a.exponent == b.exponent && (a.high < b.high || (a.high == b.high && a.low < b.low)))) {
        Wide larger = b;
        b = a;
        a = larger;
        negative ^= subtract;
    }
    b = lowered(b, a.exponent - b.exponent);
    if (subtract) {
        a.high -= b.high + (a.low < b.low);
        a.low -= b.low;
        if ((a.high | a.low) == 0) return 0.0;
    } else {
        a.low += b.low;
        a.high += b.high + (a.low < b.low);
    }
    if (a.high == 0) a = (Wide){a.low, 0, a.exponent - 64};
    int32_t up = __builtin_clzll(a.high);
    if (up) a = (Wide){a.high << up | a.low >> (64 - up), a.low << up, a.exponent - up};
    double size = scale_exactly(a.high, a.low != 0, a.exponent + 64);
    return negative ? -size : size;
}
