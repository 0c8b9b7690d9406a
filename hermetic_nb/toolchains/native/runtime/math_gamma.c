/* The gamma function and its logarithm by the Lanczos approximation with g = 6.0246..., n = 13 in rational form. The
 * numerator's coefficients are those that J. Maddock published in Boost.Math (lanczos13m53), which CPython also uses;
 * the denominator is x (x+1) ... (x+11). The steps of rounding are CPython's, so that results agree with its. */
#include "exports.h"
#include "libm.h"
#include "numbers.h"

#define PI 3.141592653589793238462643383279502884
#define LOG_PI 1.144729885849400174143427351353058711647
#define G 6.024680040776729583740234375
#define G_LESS_HALF 5.524680040776729583740234375

enum { TERMS = 13, LARGEST_FACTORIAL = 22 };

/* Of powers 0 to 12. */
static const double top[TERMS] = {
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408};
static const double bottom[TERMS] = {0.0,        39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
                                     2637558.0,  357423.0,   32670.0,     1925.0,      66.0,        1.0};

/* The rational function at x > 0; for large x in powers of 1 / x, which cannot overflow. */
static double lanczos_sum(double x) {
    double a = 0.0, b = 0.0;
    if (x < 5.0) {
        for (int32_t i = TERMS - 1; i >= 0; i--) {
            a = a * x + top[i];
            b = b * x + bottom[i];
        }
    } else {
        for (int32_t i = 0; i < TERMS; i++) {
            a = a / x + top[i];
            b = b / x + bottom[i];
        }
    }
    return a / b;
}

/* sin(pi * x), from the nearest multiple of a half. */
static double sine_of_turns(double x) {
    double rest = hnb_fmod(__builtin_fabs(x), 2.0), result;
    switch ((int32_t)__builtin_floor(2.0 * rest + 0.5)) {
        case 1: result = cos(PI * (rest - 0.5)); break;
        case 2: result = sin(PI * (1.0 - rest)); break;
        case 3: result = -cos(PI * (rest - 1.5)); break;
        case 4: result = sin(PI * (rest - 2.0)); break;
        default: result = sin(PI * rest);
    }
    return x < 0 ? -result : result;
}

static double gamma_of(double x) {
    double size = __builtin_fabs(x);
    if (size < 1e-20) return 1.0 / x;
    if (size > 200.0) return x < 0 ? 0.0 / sine_of_turns(x) : HNB_INFINITY;
    /* What adding g - 1/2 loses comes back as a correction of the first order. */
    double y = size + G_LESS_HALF, lost;
    if (size > G_LESS_HALF)
        lost = (y - size) - G_LESS_HALF;
    else
        lost = (y - G_LESS_HALF) - size;
    lost = lost * G / y;
    double result;
    if (x < 0) {
        result = -PI / sine_of_turns(size) / size * exp(y) / lanczos_sum(size);
        result -= lost * result;
    } else {
        result = lanczos_sum(size) / exp(y);
        result += lost * result;
    }
    /* The power is taken in two halves where it alone would overflow. */
    double power = size < 140.0 ? pow(y, size - 0.5) : pow(y, size / 2.0 - 0.25);
    result = x < 0 ? result / power : result * power;
    if (size >= 140.0) result = x < 0 ? result / power : result * power;
    return result;
}

double hnb_math_gamma(double x, int32_t line) {
    if (is_nan(x) || x == HNB_INFINITY) return x;
    if (x == 0 || is_inf(x)) hnb_trap(HNB_MATH_DOMAIN, line);
    if (x == __builtin_floor(x)) {
        if (x < 0) hnb_trap(HNB_MATH_DOMAIN, line);
        if (x <= LARGEST_FACTORIAL + 1) {
            double factorial = 1.0;
            for (double i = 2.0; i < x; i += 1.0) factorial *= i; /* exact up to 22! */
            return factorial;
        }
    }
    double result = gamma_of(x);
    if (is_inf(result)) hnb_trap(HNB_MATH_RANGE, line);
    return result;
}

double hnb_math_lgamma(double x, int32_t line) {
    if (!is_finite(x)) return is_nan(x) ? x : HNB_INFINITY;
    if (x == __builtin_floor(x) && x <= 2.0) {
        if (x <= 0) hnb_trap(HNB_MATH_DOMAIN, line);
        return 0.0;
    }
    double size = __builtin_fabs(x);
    if (size < 1e-20) return -log(size);
    double result = log(lanczos_sum(size)) - G;
    result += (size - 0.5) * (log(size + G - 0.5) - 1.0);
    if (x < 0) result = LOG_PI - log(__builtin_fabs(sine_of_turns(size))) - log(size) - result;
    if (is_inf(result)) hnb_trap(HNB_MATH_RANGE, line);
    return result;
}
