/* The mean of floats, and how far numbers spread, exact until the one rounding at the end, as CPython's `statistics`.
 *
 * Sums are whole numbers of the smallest float, 2**-1074, and of its square: every float and every int is one. With
 * n numbers, their sum s and the sum q of their squares, the sum of the squared distances from the mean is
 * (n * q - s * s) / n. */
#include "exports.h"
#include "numbers.h"

enum {
    UNIT = 1074,          /* the exponent of the smallest float, negated */
    SUM_WORDS = 72,       /* a float has 2098 bits in these units; of 2**32 numbers the sum has 32 more */
    SQUARE_WORDS = 144,
    ROOM_BITS = 128,      /* zeros put behind a number before it is divided, so that the quotient has enough bits */
    ROOT_BITS = 60,
};

/* Words of 32 bits, lowest first, whose carries have not run yet. */
typedef struct {
    int64_t word[SQUARE_WORDS + 8];
} Sum;

static void add_shifted(Sum *sum, uint64_t value, uint32_t shift, int32_t negative) {
    uint32_t at = shift >> 5, rest = shift & 31;
    uint64_t parts[3] = {value << rest & UINT32_MAX, (value >> (32 - rest)) & UINT32_MAX, rest ? value >> (64 - rest) : 0};
    for (uint32_t i = 0; i < 3; i++) sum->word[at + i] += negative ? -(int64_t)parts[i] : (int64_t)parts[i];
}

/* Adds value * 2**(shift - UNIT) and its square. */
static void add_number(Sum *sum, Sum *squares, uint64_t value, uint32_t shift, int32_t negative) {
    add_shifted(sum, value, shift, negative);
    if (!squares) return;
    uint64_t high = value >> 32, low = value & UINT32_MAX;
    add_shifted(squares, low * low, 2 * shift, 0);
    add_shifted(squares, high * low, 2 * shift + 32, 0);
    add_shifted(squares, high * low, 2 * shift + 32, 0);
    add_shifted(squares, high * high, 2 * shift + 64, 0);
}

static void add_float(Sum *sum, Sum *squares, double x) {
    uint64_t bits = bits_of(x), fraction = bits & HNB_FRACTION_MASK;
    uint32_t exponent = (uint32_t)(bits >> HNB_FRACTION_BITS) & 2047;
    if (exponent) add_number(sum, squares, fraction | (HNB_FRACTION_MASK + 1), exponent - 1, (int32_t)(bits >> 63));
    else add_number(sum, squares, fraction, 0, (int32_t)(bits >> 63));
}

/* Lets the carries run: the words become those of the magnitude. Returns whether it is negative. */
static int32_t settle(Sum *sum, uint32_t words) {
    int64_t carry = 0;
    for (uint32_t i = 0; i < words; i++) {
        carry += sum->word[i];
        sum->word[i] = carry & UINT32_MAX;
        carry >>= 32;
    }
    if (carry >= 0) return 0;
    uint64_t one = 1;
    for (uint32_t i = 0; i < words; i++) {
        one += (uint64_t)sum->word[i] ^ UINT32_MAX;
        sum->word[i] = (int64_t)(one & UINT32_MAX);
        one >>= 32;
    }
    return 1;
}

/* Divides by a number below 2**32; whether something is left. */
static int32_t divide(Sum *sum, uint32_t words, uint32_t divisor) {
    uint64_t rest = 0;
    for (uint32_t i = words; i-- > 0;) {
        rest = rest << 32 | (uint64_t)sum->word[i];
        sum->word[i] = (int64_t)(rest / divisor);
        rest %= divisor;
    }
    return rest != 0;
}

/* Moves the words up by ROOM_BITS. */
static void make_room(Sum *sum, uint32_t words) {
    for (uint32_t i = words; i-- > 0;) sum->word[i + ROOM_BITS / 32] = sum->word[i];
    for (uint32_t i = 0; i < ROOM_BITS / 32; i++) sum->word[i] = 0;
}

static uint32_t bit_length(const Sum *sum, uint32_t words) {
    while (words && !sum->word[words - 1]) words--;
    return words ? words * 32 - (uint32_t)__builtin_clz((uint32_t)sum->word[words - 1]) : 0;
}

static uint64_t bits_at(const Sum *sum, uint32_t from, uint32_t count) {
    uint64_t bits = 0;
    for (uint32_t i = count; i-- > 0;) bits = bits << 1 | ((uint64_t)sum->word[(from + i) >> 5] >> ((from + i) & 31) & 1);
    return bits;
}

static int32_t any_below(const Sum *sum, uint32_t bit) {
    for (uint32_t i = 0; i < bit >> 5; i++)
        if (sum->word[i]) return 1;
    return bit & 31 && bits_at(sum, bit & ~31u, bit & 31);
}

/* The float of a whole number times 2**exponent; `sticky`: and a little more. */
static double rounded(const Sum *sum, uint32_t words, int32_t sticky, int32_t exponent) {
    uint32_t length = bit_length(sum, words);
    if (length == 0) return 0.0;
    uint32_t drop = length > 64 ? length - 64 : 0;
    return scale_exactly(bits_at(sum, drop, length - drop), sticky || any_below(sum, drop), exponent + (int32_t)drop);
}

/* The float of its square root, of 2**exponent too; the exponent is even. */
static double rounded_root(const Sum *sum, uint32_t words, int32_t sticky, int32_t exponent) {
    uint32_t length = bit_length(sum, words);
    if (length == 0) return 0.0;
    uint32_t drop = length > 2 * ROOT_BITS ? (length - 2 * ROOT_BITS + 1) & ~1u : 0;
    uint64_t root = 0, rest = 0;
    for (uint32_t pair = ROOT_BITS; pair-- > 0;) {
        uint32_t at = drop + 2 * pair;
        rest = rest << 2 | bits_at(sum, at, 2);
        uint64_t trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    return scale_exactly(root, sticky || rest || any_below(sum, drop), (exponent + (int32_t)drop) / 2);
}

/* The exactly rounded mean of n > 0 floats. With infinities or NaNs it is theirs, as in CPython. */
double hnb_exact_mean(List *list) {
    const double *x = list->data;
    double beyond = 0.0;
    int32_t odd = 0;
    Sum sum = {0};
    for (uint32_t i = 0; i < list->len; i++) {
        if (HNB_LIKELY(is_finite(x[i]))) {
            add_float(&sum, NULL, x[i]);
        } else {
            beyond += x[i];
            odd = 1;
        }
    }
    if (odd) return beyond / list->len;
    int32_t negative = settle(&sum, SUM_WORDS);
    make_room(&sum, SUM_WORDS);
    int32_t sticky = divide(&sum, SUM_WORDS + ROOM_BITS / 32, list->len);
    double mean = rounded(&sum, SUM_WORDS + ROOM_BITS / 32, sticky, -UNIT - ROOM_BITS);
    return negative ? -mean : mean;
}

/* squares = n * squares - sum * sum, which is never negative. */
static void distances(Sum *squares, Sum *sum, uint32_t n) {
    settle(sum, SUM_WORDS);
    settle(squares, SQUARE_WORDS);
    uint64_t carry = 0;
    for (uint32_t i = 0; i < SQUARE_WORDS; i++) {
        carry += (uint64_t)squares->word[i] * n;
        squares->word[i] = (int64_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    for (uint32_t i = 0; i < SUM_WORDS; i++) {
        if (!sum->word[i]) continue;
        for (uint32_t j = 0; j < SUM_WORDS; j++) {
            uint64_t product = (uint64_t)sum->word[i] * (uint64_t)sum->word[j];
            squares->word[i + j] -= (int64_t)(product & UINT32_MAX);
            squares->word[i + j + 1] -= (int64_t)(product >> 32);
        }
    }
    settle(squares, SQUARE_WORDS);
}

static double spread(Sum *squares, Sum *sum, uint32_t n, uint32_t less, int32_t root) {
    distances(squares, sum, n);
    make_room(squares, SQUARE_WORDS);
    uint32_t words = SQUARE_WORDS + ROOM_BITS / 32;
    int32_t sticky = divide(squares, words, n);
    sticky |= divide(squares, words, n - less);
    int32_t exponent = -2 * UNIT - ROOM_BITS;
    return root ? rounded_root(squares, words, sticky, exponent) : rounded(squares, words, sticky, exponent);
}

/* The variance of floats by n - less, or its square root; trap 32 where it is too large. An infinity or a NaN among the
 * floats: trap 112. */
double hnb_exact_spread_f64(List *list, int64_t less, int32_t root, int32_t line) {
    const double *x = list->data;
    Sum sum = {0}, squares = {0};
    for (uint32_t i = 0; i < list->len; i++) {
        if (HNB_UNLIKELY(!is_finite(x[i]))) hnb_trap(HNB_STATISTICS_INFINITE, line);
        add_float(&sum, &squares, x[i]);
    }
    double result = spread(&squares, &sum, list->len, (uint32_t)less, root);
    if (HNB_UNLIKELY(is_inf(result))) hnb_trap(HNB_INT_DIVISION_RANGE, line);
    return result;
}

/* The square root of the variance of ints by n - less. */
double hnb_exact_deviation_i64(List *list, int64_t less, int32_t line) {
    const int64_t *x = list->data;
    Sum sum = {0}, squares = {0};
    (void)line;
    for (uint32_t i = 0; i < list->len; i++) add_number(&sum, &squares, magnitude(x[i]), UNIT, x[i] < 0);
    return spread(&squares, &sum, list->len, (uint32_t)less, 1);
}
