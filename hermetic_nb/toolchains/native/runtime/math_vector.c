/* The functions of Python's math module on vectors of floats, computed as CPython 3.12 and later do. */
#include "exact.h"
#include "exports.h"
#include "numbers.h"

/* One coordinate of the difference of two points; q may be null. */
static inline double coordinate(const double *p, const double *q, uint32_t i) {
    return __builtin_fabs(q ? p[i] - q[i] : p[i]);
}

/* The square root of a sum of squares, off by less than an ulp. C. F. Borges, An improved algorithm for hypot(a, b)
 * (2019): scale by a power of two, add exact squares, and correct the root by its own residue. */
static inline double norm(const double *p, const double *q, uint32_t n) {
    double largest = 0.0;
    bool nan = false;
    for (uint32_t i = 0; i < n; i++) {
        double x = coordinate(p, q, i);
        nan |= is_nan(x);
        if (x > largest) largest = x;
    }
    if (is_inf(largest)) return largest;
    if (nan) return HNB_NAN;
    if (largest == 0 || n <= 1) return largest;
    /* Numbers so small that the scale would overflow are lifted first. */
    double lift = largest < HNB_MIN_NORMAL ? 0x1p1022 : 1.0;
    int32_t exponent = (int32_t)(bits_of(largest * lift) >> HNB_FRACTION_BITS) - 1022;
    /* 2**-exponent, which for the largest exponents is below the normal ones. */
    double scale = double_of((uint64_t)(1025 - exponent) << HNB_FRACTION_BITS) * 0.25;
    /* Starting from 1.0, larger than any square, makes the short form of the exact addition applicable. */
    double sum = 1.0, lost_products = 0.0, lost_sums = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        double x = coordinate(p, q, i) * lift * scale, square = x * x;
        Pair added = add_smaller(sum, square);
        sum = added.high;
        lost_products += product_error(x, x, square);
        lost_sums += added.low;
    }
    double root = __builtin_sqrt(sum - 1.0 + (lost_products + lost_sums)), square = -root * root;
    Pair added = add_smaller(sum, square);
    lost_products += product_error(-root, root, square);
    lost_sums += added.low;
    root += (added.high - 1.0 + (lost_products + lost_sums)) / (2.0 * root);
    return root / scale / lift;
}

double hnb_math_hypot(double x, double y, int32_t line) {
    double point[2] = {x, y}, size = norm(point, NULL, 2);
    /* CPython reports no range error here: an overflow gives infinity. */
    (void)line;
    return size;
}

double hnb_math_dist(const double *p, uint32_t n, const double *q, uint32_t m, int32_t line) {
    if (n != m) hnb_trap(HNB_DIMENSIONS, line);
    return norm(p, q, n);
}

double hnb_math_fsum(const double *x, uint32_t n, int32_t line) { return hnb_fsum(x, n, line); }

double hnb_math_prod_f64(const double *x, uint32_t n, double start, int32_t line) {
    double product = start;
    (void)line;
    for (uint32_t i = 0; i < n; i++) product *= x[i];
    return product;
}

/* a * b and its rounding error, also where Dekker's splitting would overflow or underflow. */
static inline Pair multiply_any(double a, double b) {
    double product = a * b, size = __builtin_fabs(product);
    if (HNB_LIKELY(size > 0x1p-900 && size < 0x1p1000 && __builtin_fabs(a) < 0x1p990 && __builtin_fabs(b) < 0x1p990))
        return (Pair){product, product_error(a, b, product)};
    return (Pair){product, a == 0 || b == 0 ? 0.0 : hnb_fma(a, b, -product)};
}

/* math.sumprod: T. Ogita, S. M. Rump and S. Oishi, Accurate sum and dot product (2005), algorithm 5.10 for K = 3. From
 * where the sum stops being finite CPython goes on in plain arithmetic, and so does this. */
double hnb_math_sumprod_f64(const double *p, uint32_t n, const double *q, uint32_t m, int32_t line) {
    if (n != m) hnb_trap(HNB_LENGTHS, line);
    double high = 0.0, low = 0.0, tiny = 0.0;
    uint32_t i = 0;
    for (; i < n; i++) {
        Pair product = multiply_any(p[i], q[i]);
        Pair sum = add_any(high, product.high);
        if (HNB_UNLIKELY(!is_finite(sum.high))) break;
        Pair lower = add_any(low, product.low), lost = add_any(lower.high, sum.low);
        high = sum.high;
        low = lost.high;
        tiny = tiny + lower.low + lost.low;
    }
    Pair last = add_any(low, high);
    double total = 0.0 + (tiny + last.low + last.high);
    for (; i < n; i++) total += p[i] * q[i];
    return total;
}
