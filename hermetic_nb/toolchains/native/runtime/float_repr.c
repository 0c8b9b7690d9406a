/* repr() of a float: the fewest digits that are read as the same float. */
#include "exports.h"
#include "format.h"

void hnb_decimal_repr(double size, Decimal *d) {
    uint64_t whole = size < 0x1p53 ? (uint64_t)size : 0;
    int32_t exponent = 0;
    /* A whole number below 2**53 has no shorter text than its own digits. */
    if ((double)whole != size) whole = hnb_decimal_shortest(bits_of(size), &exponent);
    decimal_of(whole, exponent, d);
}

/* A NaN's sign does not show. */
Str *hnb_put_float(Str *out, double x, int32_t line) {
    uint8_t text[FLOAT_ROOM];
    uint32_t n = 0;
    if (HNB_UNLIKELY(!is_finite(x))) {
        const char *name = is_nan(x) ? "nan" : x < 0 ? "-inf" : "inf";
        return hnb_put_ascii(out, (const uint8_t *)name, x < 0 ? 4 : 3, line);
    }
    Decimal d;
    hnb_decimal_repr(__builtin_fabs(x), &d);
    if (bits_of(x) >> 63) text[n++] = '-';
    n += hnb_float_short(text + n, &d, 'r', 0, false, true);
    return hnb_put_ascii(out, text, n, line);
}

/* A number that is an int or a float: tag 0 float, 1 int, 2 unknown (lowering/code.py). */
Str *hnb_put_num(Str *out, double x, int32_t tag, int32_t line) {
    if (tag == 0) return hnb_put_float(out, x, line);
    if (tag == 2) hnb_trap(HNB_INEXACT_INT, line);
    return hnb_put_int(out, (int64_t)x, line);
}
