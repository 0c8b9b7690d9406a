/* Error-free transformations: a rounded result and what rounding took from it. */
#ifndef HNB_EXACT_H
#define HNB_EXACT_H

typedef struct {
    double high, low;
} Pair;

/* The rounding error of a * b, exact while nothing overflows or underflows: T. J. Dekker, A floating-point technique
 * for extending the available precision (1971). */
static inline double product_error(double a, double b, double product) {
    double split_a = a * 134217729.0, high_a = split_a - (split_a - a), low_a = a - high_a;
    double split_b = b * 134217729.0, high_b = split_b - (split_b - b), low_b = b - high_b;
    return low_a * low_b - (((product - high_a * high_b) - low_a * high_b) - high_a * low_b);
}

/* a + b for |a| >= |b|: Dekker's fast two-sum. */
static inline Pair add_smaller(double a, double b) {
    double sum = a + b;
    return (Pair){sum, (a - sum) + b};
}

/* a + b: D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B. */
static inline Pair add_any(double a, double b) {
    double sum = a + b, part = sum - a;
    return (Pair){sum, (a - (sum - part)) + (b - part)};
}

#endif
