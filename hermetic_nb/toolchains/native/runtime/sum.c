/* Sums of floats: Python's compensated sum() and the exact math.fsum. */
#include "exports.h"
#include "numbers.h"

/* One step of A. Neumaier's summation (Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974). */
static inline void add_compensated(double *hi, double *lo, double x) {
    double sum = *hi + x;
    *lo += __builtin_fabs(*hi) >= __builtin_fabs(x) ? (*hi - sum) + x : (x - sum) + *hi;
    *hi = sum;
}

void hnb_sum_step(double *hi, double *lo, double x) { add_compensated(hi, lo, x); }

/* The compensation must not turn an infinite sum into a NaN, nor -0.0 into 0.0. */
double hnb_sum_finish(double hi, double lo) { return lo != 0 && is_finite(lo) ? hi + lo : hi; }

/* sum(x, start) as CPython 3.12 and later compute it. */
double hnb_sum_f64(const double *x, uint32_t n, double start_hi) {
    double hi = start_hi, lo = 0.0;
    for (uint32_t i = 0; i < n; i++) add_compensated(&hi, &lo, x[i]);
    return hnb_sum_finish(hi, lo);
}

/* The partial sums, smallest first, and room for more. */
typedef struct {
    double *part;
    uint32_t used, room;
} Partials;

/* Adds x to the partials by error-free additions. Returns the largest part, which is infinite after an overflow. */
static double add_exactly(Partials *sums, double x, int32_t line) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sums->used; i++) {
        double y = sums->part[i];
        double large = __builtin_fabs(x) < __builtin_fabs(y) ? y : x, small = large == x ? y : x;
        double high = large + small, low = small - (high - large);
        if (low != 0) sums->part[kept++] = low;
        x = high;
    }
    sums->used = kept;
    if (x == 0 || !is_finite(x)) return x;
    if (kept == sums->room) {
        sums->part = hnb_realloc(sums->part, kept * 8, kept * 16, line);
        sums->room = kept * 2;
    }
    sums->part[sums->used++] = x;
    return x;
}

/* The partials' exact sum, rounded once, half to even. */
static double round_partials(const Partials *sums) {
    uint32_t n = sums->used;
    if (n == 0) return 0.0;
    double high = sums->part[--n], low = 0.0;
    while (n > 0) {
        double x = high, y = sums->part[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0) break;
    }
    /* A tie was rounded to even: the next part decides on which side of it the sum lies. */
    if (n > 0 && ((low < 0 && sums->part[n - 1] < 0) || (low > 0 && sums->part[n - 1] > 0))) {
        double twice = low * 2.0, moved = high + twice;
        if (twice == moved - high) high = moved;
    }
    return high;
}

/* math.fsum: J. R. Shewchuk, Adaptive precision floating-point arithmetic (1997), grow-expansion. An overflow of a
 * partial sum is an error even where the total would fit, as in CPython. */
double hnb_fsum(const double *x, uint32_t n, int32_t line) {
    Partials sums = {hnb_alloc(32 * 8, line), 0, 32};
    double infinities = 0.0, special = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        if (is_finite(add_exactly(&sums, x[i], line))) continue;
        if (is_finite(x[i])) hnb_trap(HNB_FSUM_RANGE, line);
        if (is_inf(x[i])) infinities += x[i];
        special += x[i];
        sums.used = 0;
    }
    if (is_nan(infinities)) hnb_trap(HNB_FSUM_INFINITIES, line);
    double total = special != 0 ? special : round_partials(&sums);
    hnb_free(sums.part, sums.room * 8);
    return total;
}
