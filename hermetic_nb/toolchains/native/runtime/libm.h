/* The functions that the toolchain's math library supplies: freestanding builds have no <math.h>. */
#ifndef HNB_LIBM_H
#define HNB_LIBM_H

double acos(double), acosh(double), asin(double), asinh(double), atan(double), atan2(double, double), atanh(double);
double cbrt(double), cos(double), cosh(double), erf(double), erfc(double), exp(double), exp2(double), expm1(double);
double log(double), log10(double), log1p(double), log2(double), pow(double, double);
double sin(double), sinh(double), tan(double), tanh(double);

#endif
