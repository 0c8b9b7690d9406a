/* Floats as decimals of a given length, rounded half to even from their exact value. */
#include "approximate.h"
#include "big.h"
#include "decimal.h"
#include "exact.h"
#include "exports.h"

enum { CHUNK = 1000000000, CHUNK_DIGITS = 9 };

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Nine digits more; zeros before the first other digit only move the point. */
static void push(Decimal *d, uint32_t chunk, bool fraction) {
    uint8_t nine[CHUNK_DIGITS];
    for (int32_t i = CHUNK_DIGITS; i-- > 0; chunk /= 10) nine[i] = (uint8_t)(chunk % 10);
    for (int32_t i = 0; i < CHUNK_DIGITS; i++) {
        if (d->count == 0 && nine[i] == 0) {
            d->point -= fraction;
            continue;
        }
        d->digit[d->count++] = nine[i];
        d->point += !fraction;
    }
}

/* The digits of a whole number. */
static void push_whole(Decimal *d, Big *whole) {
    uint32_t chunk[40], n = 0;
    while (whole->used) chunk[n++] = big_divide_small(whole, CHUNK);
    while (n) push(d, chunk[--n], false);
}

/* Keeps the first `wanted` digits; `more`: what follows the last digit is not zero. */
static void round_to(Decimal *d, int64_t wanted, bool more) {
    if (wanted < d->count) {
        bool up = false;
        if (wanted >= 0) {
            for (int32_t i = (int32_t)wanted + 1; i < d->count; i++) more |= d->digit[i] != 0;
            uint8_t next = d->digit[wanted];
            bool odd = wanted > 0 && (d->digit[wanted - 1] & 1);
            up = next > 5 || (next == 5 && (more || odd));
        }
        d->count = wanted < 0 ? 0 : (int32_t)wanted;
        if (up) {
            while (d->count && d->digit[d->count - 1] == 9) d->count--;
            if (d->count) {
                d->digit[d->count - 1]++;
            } else {
                d->digit[d->count++] = 1;
                d->point++;
            }
        }
    }
    while (d->count && d->digit[d->count - 1] == 0) d->count--;
}

static __attribute__((noinline)) void from_bits(double size, int32_t digits, bool after_point, Decimal *d) {
    uint64_t bits = bits_of(size);
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS), exponent = (biased ? biased : 1) - 1075;
    uint64_t significand = (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS);
    Big big;
    d->count = d->point = 0;
    if (exponent >= 0) {
        big_set(&big, significand);
        big_shift_left(&big, (uint32_t)exponent);
        push_whole(d, &big);
        round_to(d, (int64_t)digits + (after_point ? d->point : 0), false);
        return;
    }
    uint32_t below = (uint32_t)-exponent; /* bits after the point */
    if (below < 64) {
        big_set(&big, significand >> below);
        push_whole(d, &big);
        significand &= ((uint64_t)1 << below) - 1;
    }
    /* The fraction's bits end at a word's border, so that what a multiplication carries beyond the point is a word. */
    big_set(&big, significand);
    big_shift_left(&big, -below & 31);
    uint32_t words = (below + 31) / 32;
    int64_t wanted;
    while (true) {
        wanted = (int64_t)digits + (after_point ? d->point : 0);
        if (big.used == 0 || (d->count ? d->count > wanted : wanted < 0)) break;
        big_multiply_add(&big, CHUNK, 0);
        uint32_t chunk = 0;
        if (big.used > words) {
            chunk = big.word[words];
            big.used = words;
            while (big.used && big.word[big.used - 1] == 0) big.used--;
        }
        push(d, chunk, true);
    }
    round_to(d, wanted, big.used != 0);
}

/* The same for up to 17 significant digits; false where 128 bits cannot tell on which side of a half the number lies. */
static bool from_product(double size, int32_t digits, Decimal *d) {
    uint64_t bits = bits_of(size), most = (uint64_t)tens[digits];
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS), exponent = (biased ? biased : 1) - 1075;
    uint64_t significand = (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS);
    int32_t top = 63 - __builtin_clzll(significand) + exponent;
    /* floor(log10(2**top)), from log10(2) in 20 bits: what it lacks to the number's own is at most 1. */
    int32_t power = digits - 1 - (int32_t)(((int64_t)top * 315653) >> 20);
    while (true) {
        Approximate value = hnb_times_power_of_ten(significand, power);
        int32_t whole_bits = 128 + value.exponent + exponent; /* at most 61 */
        if (whole_bits < 1) return false; /* a power of ten, cut to a little less than 1 */
        uint64_t whole = value.high >> (64 - whole_bits);
        uint64_t fraction = value.high << whole_bits | value.low >> (64 - whole_bits);
        if (whole >= most) {
            power--;
            continue;
        }
        const uint64_t half = HNB_SIGN_BIT, near = 2 * APPROXIMATE_ERROR;
        if (fraction - (half - near) < 2 * near) return false;
        decimal_of(whole + (fraction >= half), -power, d);
        return true;
    }
}

void hnb_decimal_exact(double size, int32_t digits, int32_t after_point, Decimal *d) {
    if (after_point && digits <= 22) {
        double scaled = size * tens[digits];
        if (scaled < 0x1p52) {
            /* size * 10**digits is exactly scaled + error; decide on which side of the half it lies. */
            double whole = __builtin_rint(scaled), over = scaled - whole;
            double error = product_error(size, tens[digits], scaled);
            if (over == 0.5 && error > 0) whole += 1.0;
            if (over == -0.5 && error < 0) whole -= 1.0;
            decimal_of((uint64_t)whole, -digits, d);
            return;
        }
    }
    if (after_point || digits > 17 || !from_product(size, digits, d)) from_bits(size, digits, after_point, d);
}
