/* The functions of Python's math module on integers. */
#include "exports.h"
#include "numbers.h"

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    if (a == 0 || b == 0) return a | b;
    /* J. Stein, Computational problems associated with Racah algebra (1967): the binary algorithm. */
    int32_t twos = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b) {
        b >>= __builtin_ctzll(b);
        uint64_t larger = a > b ? a : b;
        a = a > b ? b : a;
        b = larger - a;
    }
    return a << twos;
}

static inline int64_t positive(uint64_t size, bool over, int32_t line) {
    if (HNB_UNLIKELY(over || size >= HNB_SIGN_BIT)) hnb_trap(HNB_OVERFLOW, line);
    return (int64_t)size;
}

int64_t hnb_math_gcd(int64_t a, int64_t b, int32_t line) {
    return positive(common_divisor(magnitude(a), magnitude(b)), false, line);
}

int64_t hnb_math_lcm(int64_t a, int64_t b, int32_t line) {
    uint64_t x = magnitude(a), y = magnitude(b), product;
    if (x == 0 || y == 0) return 0;
    bool over = multiply_magnitudes(x / common_divisor(x, y), y, &product);
    return positive(product, over, line);
}

int64_t hnb_math_factorial(int64_t n, int32_t line) {
    if (n < 0) return hnb_fail(HNB_NEGATIVE_FACTORIAL, line), 0;
    if (n > 20) hnb_trap(HNB_OVERFLOW, line);
    int64_t product = 1;
    for (int64_t i = 2; i <= n; i++) product *= i;
    return product;
}

static inline int32_t refused(int64_t n, int64_t k, int32_t line) {
    if (n < 0 || k < 0) hnb_fail(n < 0 ? HNB_NEGATIVE_N : HNB_NEGATIVE_K, line);
    return n < 0 || k < 0;
}

/* n! / (n - k)! */
int64_t hnb_math_perm(int64_t n, int64_t k, int32_t line) {
    if (refused(n, k, line) || k > n) return 0;
    uint64_t product = 1;
    for (int64_t i = 0; i < k; i++) {
        bool over = multiply_magnitudes(product, (uint64_t)(n - i), &product);
        positive(product, over, line);
    }
    return (int64_t)product;
}

/* n! / (k! (n - k)!), by the products C(m, i) = C(m - 1, i - 1) * m / i, which grow: none exceeds the result. */
int64_t hnb_math_comb(int64_t n, int64_t k, int32_t line) {
    if (refused(n, k, line) || k > n) return 0;
    if (k > n - k) k = n - k;
    uint64_t result = 1;
    for (int64_t i = 1; i <= k; i++) {
        uint64_t divisor = (uint64_t)i, factor = (uint64_t)(n - k + i);
        uint64_t common = common_divisor(result, divisor);
        bool over = multiply_magnitudes(result / common, factor / (divisor / common), &result);
        positive(result, over, line);
    }
    return (int64_t)result;
}

int64_t hnb_math_isqrt(int64_t n, int32_t line) {
    if (n < 0) return hnb_fail(HNB_NEGATIVE_ISQRT, line), 0;
    /* The float's root is off by one at most. */
    int64_t root = (int64_t)__builtin_sqrt((double)n);
    root -= root * root > n || root > 3037000499;
    return root + (root < 3037000499 && (root + 1) * (root + 1) <= n);
}

/* math.prod of ints; an overflow on the way does not count when a later item is zero. */
int64_t hnb_math_prod_i64(const int64_t *x, uint32_t n, int64_t start, int32_t line) {
    int64_t product = start;
    for (uint32_t i = 0; i < n; i++) {
        if (HNB_LIKELY(!multiply_overflows(product, x[i], &product))) continue;
        while (++i < n)
            if (x[i] == 0) return 0;
        hnb_trap(HNB_OVERFLOW, line);
    }
    return product;
}

/* math.sumprod of ints; a product or partial sum beyond 64 bits is an overflow. */
int64_t hnb_math_sumprod_i64(const int64_t *p, uint32_t n, const int64_t *q, uint32_t m, int32_t line) {
    if (n != m) hnb_trap(HNB_LENGTHS, line);
    int64_t sum = 0, product;
    for (uint32_t i = 0; i < n; i++)
        if (multiply_overflows(p[i], q[i], &product) || __builtin_add_overflow(sum, product, &sum))
            hnb_trap(HNB_OVERFLOW, line);
    return sum;
}
