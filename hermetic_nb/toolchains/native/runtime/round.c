/* round() with digits, correctly rounded. */
#include "exact.h"
#include "exports.h"
#include "numbers.h"

enum { WORDS = 44 }; /* 1408 bits: more than 10**323 << 64 or 2**1024 << 64 */

typedef struct {
    uint32_t used;
    uint32_t word[WORDS]; /* lowest first */
} Big;

static void big_set(Big *a, uint64_t value) {
    a->word[0] = (uint32_t)value;
    a->word[1] = (uint32_t)(value >> 32);
    a->used = value >> 32 ? 2 : value != 0;
}

static void big_multiply(Big *a, uint32_t factor) {
    uint64_t carry = 0;
    for (uint32_t i = 0; i < a->used; i++) {
        carry += (uint64_t)a->word[i] * factor;
        a->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) a->word[a->used++] = (uint32_t)carry;
}

static void big_power_of_ten(Big *a, int32_t exponent) {
    for (; exponent >= 9; exponent -= 9) big_multiply(a, 1000000000u);
    for (; exponent > 0; exponent--) big_multiply(a, 10);
}

static void big_shift_left(Big *a, int32_t bits) {
    uint32_t words = (uint32_t)bits >> 5, rest = (uint32_t)bits & 31, carry = 0;
    if (a->used == 0) return;
    for (uint32_t i = a->used; i-- > 0;) a->word[i + words] = a->word[i];
    for (uint32_t i = 0; i < words; i++) a->word[i] = 0;
    a->used += words;
    if (rest == 0) return;
    for (uint32_t i = words; i < a->used; i++) {
        uint32_t word = a->word[i];
        a->word[i] = word << rest | carry;
        carry = word >> (32 - rest);
    }
    if (carry) a->word[a->used++] = carry;
}

static int32_t big_bits(const Big *a) {
    return a->used ? (int32_t)(a->used * 32) - __builtin_clz(a->word[a->used - 1]) : 0;
}

static int32_t big_compare(const Big *a, const Big *b) {
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    for (uint32_t i = a->used; i-- > 0;)
        if (a->word[i] != b->word[i]) return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

static void big_subtract(Big *a, const Big *b) {
    int64_t borrow = 0;
    for (uint32_t i = 0; i < a->used; i++) {
        borrow += (int64_t)a->word[i] - (i < b->used ? b->word[i] : 0);
        a->word[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    while (a->used && a->word[a->used - 1] == 0) a->used--;
}

/* floor(a / b), which must need at most 64 bits; a becomes the remainder. One bit at a time. */
static uint64_t big_divide(Big *a, const Big *b) {
    uint64_t quotient = 0;
    for (int32_t shift = big_bits(a) - big_bits(b); shift >= 0; shift--) {
        Big part = *b;
        big_shift_left(&part, shift);
        if (big_compare(a, &part) < 0) continue;
        big_subtract(a, &part);
        quotient |= (uint64_t)1 << shift;
    }
    return quotient;
}

/* The float nearest to a / b, half to even; a is used up. */
static double big_ratio(Big *a, Big *b) {
    if (a->used == 0) return 0.0;
    int32_t shift = 62 - (big_bits(a) - big_bits(b)); /* for a quotient of 62 or 63 bits */
    if (shift > 0)
        big_shift_left(a, shift);
    else
        big_shift_left(b, -shift);
    uint64_t quotient = big_divide(a, b);
    return scale_exactly(quotient, a->used != 0, -shift);
}

/* Rounds size > 0 where machine arithmetic does not suffice: exact numerator and denominator. */
static __attribute__((noinline)) double round_exactly(double size, int32_t digits, int32_t line) {
    uint64_t bits = bits_of(size);
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS);
    int32_t e = (biased ? biased : 1) - 1075;
    Big top, bottom;
    big_set(&top, (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS));
    big_set(&bottom, 1);
    big_power_of_ten(digits > 0 ? &top : &bottom, digits > 0 ? digits : -digits);
    big_shift_left(e > 0 ? &top : &bottom, e > 0 ? e : -e);
    /* A quotient of 55 bits or more is spaced so finely that the nearest float is the one we came from. */
    if (big_bits(&top) - big_bits(&bottom) > 55) return size;
    uint64_t whole = big_divide(&top, &bottom);
    big_shift_left(&top, 1);
    int32_t side = big_compare(&top, &bottom);
    whole += side > 0 || (side == 0 && (whole & 1));
    big_set(&top, whole);
    big_set(&bottom, 1);
    big_power_of_ten(digits > 0 ? &bottom : &top, digits > 0 ? digits : -digits);
    double rounded = big_ratio(&top, &bottom);
    if (is_inf(rounded)) hnb_trap(HNB_ROUND_RANGE, line);
    return rounded;
}

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* round(x, nd): the decimal with nd digits nearest to x, ties to even, then the float nearest to that. */
double hnb_round_digits(double x, int64_t nd, int32_t line) {
    if (!is_finite(x) || nd > 323) return x;
    if (nd < -308) return __builtin_copysign(0.0, x);
    double size = __builtin_fabs(x);
    if (size == 0 || (nd >= 0 && size >= 0x1p52)) return x;
    int32_t digits = (int32_t)nd;
    if (digits >= 0 && digits <= 22) {
        double scaled = size * tens[digits];
        if (scaled < 0x1p52) {
            /* size * 10**digits is exactly scaled + error; decide on which side of the half it lies. The quotient
             * of two exact floats at the end is correctly rounded. */
            double whole = __builtin_rint(scaled), error = product_error(size, tens[digits], scaled);
            double over = scaled - whole;
            if (over == 0.5 && error > 0) whole += 1.0;
            if (over == -0.5 && error < 0) whole -= 1.0;
            return __builtin_copysign(whole / tens[digits], x);
        }
    } else if (digits < -18 && size < HNB_TWO_63) {
        return __builtin_copysign(digits == -19 && size > 5e18 ? 1e19 : 0.0, x);
    } else if (digits < 0 && size < HNB_TWO_63) {
        uint64_t unit = (uint64_t)tens[-digits], whole = (uint64_t)size;
        uint64_t rest = whole % unit, up = unit - rest;
        bool beyond = (double)whole != size;
        bool round_up = rest > up || (rest == up && (beyond || (whole / unit & 1)));
        return __builtin_copysign((double)(round_up ? whole + up : whole - rest), x);
    }
    return __builtin_copysign(round_exactly(size, digits, line), x);
}

int64_t hnb_round_int_digits(int64_t x, int64_t nd, int32_t line) {
    const uint64_t half_of_19 = 5000000000000000000u;
    if (nd >= 0 || x == 0) return x;
    uint64_t size = magnitude(x);
    if (nd < -18) {
        if (nd == -19 && size > half_of_19) hnb_trap(HNB_OVERFLOW, line);
        return 0;
    }
    uint64_t unit = (uint64_t)tens[-nd], rest = size % unit, up = unit - rest;
    uint64_t rounded = rest > up || (rest == up && (size / unit & 1)) ? size + up : size - rest;
    if (rounded > HNB_SIGN_BIT - (x > 0)) hnb_trap(HNB_OVERFLOW, line);
    return (int64_t)(x < 0 ? -rounded : rounded);
}
