/* The text of a decimal in the forms of repr(), e, f and g, as CPython's PyOS_double_to_string lays them out. */
#include "exports.h"
#include "format.h"

static uint8_t *zeros(uint8_t *to, int32_t n) {
    while (n-- > 0) *to++ = '0';
    return to;
}

static uint8_t *digits(uint8_t *to, const Decimal *d, int32_t from, int32_t end) {
    for (; from < end && from < d->count; from++) *to++ = '0' + d->digit[from];
    return zeros(to, end - from);
}

/* The exponent, with two digits at least. */
static uint8_t *exponent_text(uint8_t *to, int32_t exponent) {
    *to++ = exponent < 0 ? '-' : '+';
    uint32_t size = (uint32_t)(exponent < 0 ? -exponent : exponent);
    if (size >= 100) *to++ = (uint8_t)('0' + size / 100);
    *to++ = (uint8_t)('0' + size / 10 % 10);
    *to++ = (uint8_t)('0' + size % 10);
    return to;
}

/* type: r, e, f or g; precision as for these forms (r has none). keep_point_0: a whole number ends in .0. */
uint32_t hnb_float_short(uint8_t *to, Decimal *d, uint8_t type, int32_t precision, bool alternate, bool keep_point_0) {
    const uint8_t *start = to;
    if (d->count == 0) d->point = type == 'f' ? -precision : 1;
    int32_t point = d->point, end = d->count;
    bool exponent = type == 'e';
    if (type == 'e') end = precision + 1;
    if (type == 'f') end = point + precision;
    if (type == 'g') {
        exponent = point <= -4 || point > precision - keep_point_0;
        if (alternate) end = precision;
    }
    /* From 1e16 on, because a shortest text padded with zeros up to the point would pretend digits. */
    if (type == 'r') exponent = point <= -4 || point > 16;
    int32_t power = point - 1;
    if (exponent) point = 1;
    int32_t least = !exponent && keep_point_0 ? point + 1 : point;
    if (end < least) end = least;
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        to = zeros(to, -point);
        to = digits(to, d, 0, end);
    } else {
        to = digits(to, d, 0, point);
        *to++ = '.';
        to = digits(to, d, point, end);
    }
    if (to[-1] == '.' && !alternate) to--;
    if (exponent) {
        *to++ = 'e';
        to = exponent_text(to, power);
    }
    return (uint32_t)(to - start);
}
