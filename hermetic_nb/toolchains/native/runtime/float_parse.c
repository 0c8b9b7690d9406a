/* float() of a text, exactly rounded. */
#include "approximate.h"
#include "big.h"
#include "exports.h"
#include "spaces.h"

enum {
    EXACT_DIGITS = 19,   /* as many fit 64 bits */
    DIGITS_KEPT = 770,   /* half-way points between floats have at most 767 significant digits */
    FAR = 400            /* powers of ten beyond this overflow or vanish with 19 digits */
};

/* whole * 10**power, rounded: from below, or from above what is meant. */
static double scaled(uint64_t whole, int32_t power, bool above) {
    Approximate value = hnb_times_power_of_ten(whole, power);
    if (above) {
        value.low += APPROXIMATE_ERROR;
        if (value.low < APPROXIMATE_ERROR && ++value.high == 0) {
            value.high = HNB_SIGN_BIT;
            value.exponent++;
        }
    }
    return scale_exactly(value.high, value.low != 0, value.exponent + 64);
}

/* The digits from `at` on, without points and underscores, and 1 at the end for those beyond the last one kept. */
static uint32_t whole_of(Big *big, const uint32_t *c, uint32_t n) {
    uint32_t kept = 0, dropped = 0;
    bool more = false;
    big->used = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t digit = c[i] - '0';
        if (digit > 9) continue;
        if (kept == DIGITS_KEPT) {
            more |= digit != 0;
            dropped++;
            continue;
        }
        big_multiply_add(big, 10, digit);
        kept += kept || digit;
    }
    if (!more) return dropped;
    big_multiply_add(big, 10, 1);
    return dropped - 1;
}

/* Which of two neighbouring floats is nearer to the number with these digits times 10**exponent. */
static __attribute__((noinline)) double nearer(double below, double above, const uint32_t *c, uint32_t n, int32_t exponent) {
    Big number, middle;
    exponent += (int32_t)whole_of(&number, c, n);
    uint64_t bits = bits_of(below);
    int32_t biased = (int32_t)(bits >> HNB_FRACTION_BITS), power = (biased ? biased : 1) - 1076;
    uint64_t significand = (bits & HNB_FRACTION_MASK) | ((uint64_t)(biased != 0) << HNB_FRACTION_BITS);
    big_set(&middle, 2 * significand + 1);
    /* 10**e is 5**e * 2**e: the fives go to one side, the twos to the side that keeps them whole. */
    Big *fives = exponent < 0 ? &middle : &number;
    for (int32_t i = exponent < 0 ? -exponent : exponent; i > 0; i--) big_multiply_add(fives, 5, 0);
    power -= exponent;
    big_shift_left(power < 0 ? &number : &middle, (uint32_t)(power < 0 ? -power : power));
    int32_t side = big_compare(&number, &middle);
    return side < 0 || (side == 0 && (bits & 1) == 0) ? below : above;
}

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The float nearest to the number that n characters (digits, a point, underscores) spell, times 10**exponent. */
static double nearest(const uint32_t *c, uint32_t n, int64_t exponent) {
    uint64_t first = 0;
    uint32_t significant = 0;
    bool after_point = false, more = false;
    int64_t beyond = 0; /* digits that are not in `first` */
    int64_t places = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t digit = c[i] - '0';
        after_point |= c[i] == '.';
        if (digit > 9) continue;
        places += after_point;
        if (significant < EXACT_DIGITS) {
            first = first * 10 + digit;
            significant += first != 0;
        } else {
            more |= digit != 0;
            beyond++;
        }
    }
    if (first == 0) return 0.0;
    exponent -= places;
    int64_t power = exponent + beyond;
    if (!more && first <= (uint64_t)1 << 53 && power >= -22 && power <= 22)
        return power < 0 ? (double)first / tens[-power] : (double)first * tens[power];
    if (!more && first >> 63 == 0 && power < 0 && power >= -18)
        return hnb_truediv_int((int64_t)first, (int64_t)tens[-power]); /* rounded once */
    if (power > FAR) return HNB_INFINITY;
    if (power < -FAR) return 0.0;
    double below = scaled(first, (int32_t)power, false), above = scaled(first + more, (int32_t)power, true);
    return below == above ? below : nearer(below, above, c, n, (int32_t)exponent);
}

static inline bool is_digit(uint32_t c) { return c - '0' < 10; }

/* Digits with single underscores between them; where they end. */
static uint32_t digits_end(const uint32_t *c, uint32_t at, uint32_t end) {
    if (at == end || !is_digit(c[at])) return at;
    for (at++; at < end && (is_digit(c[at]) || (c[at] == '_' && at + 1 < end && is_digit(c[at + 1]))); at++) {
    }
    return at;
}

/* Whether the text from `at` to `end` is this word, in any case. */
static bool is_word(const uint32_t *c, uint32_t at, uint32_t end, const char *word) {
    for (; *word; at++, word++)
        if (at >= end || (c[at] | 0x20) != (uint32_t)*word) return false;
    return at == end;
}

/* float(s): CPython's grammar. */
double hnb_str_to_float(Str *s, int32_t line) {
    const uint32_t *c = s->c;
    uint32_t at = 0, end = s->len, seen = 0;
    for (uint32_t i = 0; i < end; i++) seen |= c[i];
    if (HNB_UNLIKELY(seen >= 0x80)) hnb_trap(HNB_FLOAT_BEYOND_ASCII, line);
    while (at < end && is_space(c[at])) at++;
    while (at < end && is_space(c[end - 1])) end--;
    bool negative = at < end && c[at] == '-';
    if (negative || (at < end && c[at] == '+')) at++;
    if (is_word(c, at, end, "inf") || is_word(c, at, end, "infinity")) return negative ? -HNB_INFINITY : HNB_INFINITY;
    if (is_word(c, at, end, "nan")) return HNB_NAN;
    uint32_t start = at, whole = digits_end(c, at, end), fraction = whole;
    if (whole < end && c[whole] == '.') fraction = digits_end(c, whole + 1, end);
    at = fraction;
    bool some = whole > start || fraction > whole + 1;
    int64_t exponent = 0;
    if (some && at < end && (c[at] | 0x20) == 'e') {
        bool less = ++at < end && c[at] == '-';
        if (less || (at < end && c[at] == '+')) at++;
        uint32_t first = at;
        at = digits_end(c, at, end);
        some = at > first;
        for (uint32_t i = first; i < at; i++)
            if (c[i] != '_' && exponent < (int64_t)1 << 40) exponent = exponent * 10 + (c[i] - '0');
        if (less) exponent = -exponent;
    }
    if (!some || at != end) return hnb_fail(HNB_INVALID_FLOAT, line), 0;
    double size = nearest(c + start, fraction - start, exponent);
    return negative ? -size : size;
}
