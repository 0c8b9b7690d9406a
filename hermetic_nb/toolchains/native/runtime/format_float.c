/* Floats by a format specification: types e f g n % (and E F G), and none. */
#include "exports.h"
#include "format.h"

enum { LEAST_ALLOCATED = 400 };

static void upper_case(uint8_t *text, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (text[i] >= 'a') text[i] -= 'a' - 'A';
}

Str *hnb_format_float(Str *out, double x, const Spec *spec, int32_t line) {
    uint8_t type = spec->type ? spec->type | 0x20 : 'r';
    bool percent = spec->type == '%', upper = spec->type && spec->type < 'a' && !percent, none = type == 'r';
    int32_t precision = spec->precision;
    if (percent) {
        type = 'f';
        x *= 100;
    }
    if (type == 'n') type = 'g';
    if (none && precision >= 0) type = 'g';
    if (precision < 0) precision = 6;
    if (type == 'g' && precision == 0) precision = 1;
    bool negative = bits_of(x) >> 63 && !is_nan(x);
    double size = __builtin_fabs(x);
    uint8_t small[LEAST_ALLOCATED], *text = small;
    uint32_t n, room = LEAST_ALLOCATED;
    if (!is_finite(size)) {
        n = 3;
        memcpy(text, is_nan(size) ? "nan" : "inf", n);
    } else {
        /* The digits that are not zero are few; the zeros behind them may be many. */
        if (type != 'r' && precision > LEAST_ALLOCATED - FLOAT_ROOM) {
            if (precision > INT32_MAX / 8) hnb_trap(HNB_MEMORY, line);
            room = (uint32_t)precision + FLOAT_ROOM;
            text = hnb_alloc(room, line);
        }
        Decimal d;
        d.count = 0;
        if (size != 0) {
            if (type == 'r')
                hnb_decimal_repr(size, &d);
            else
                hnb_decimal_exact(size, precision + (type == 'e'), type == 'f', &d);
        }
        n = hnb_float_short(text, &d, type, precision, spec->alternate, none);
        if (spec->no_negative_zero && d.count == 0) negative = false;
    }
    if (percent) text[n++] = '%';
    if (upper) upper_case(text, n);
    Number number = {.text = text, .negative = negative};
    uint32_t at = 0;
    while (at < n && text[at] - (uint32_t)'0' < 10) at++;
    number.digits = at;
    number.point = at < n && text[at] == '.';
    at += number.point;
    if (number.point)
        while (at < n && text[at] - (uint32_t)'0' < 10) at++, number.fraction++;
    number.rest = n - at;
    out = hnb_format_number(out, &number, spec, line);
    if (text != small) hnb_free(text, room);
    return out;
}
