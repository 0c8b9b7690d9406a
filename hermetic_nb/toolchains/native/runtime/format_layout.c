/* Numbers with sign, prefix, grouping and padding. */
#include "exports.h"
#include "format.h"

/* Writes n digits backwards from `to`, with a separator between groups of `size` and zeros in front up to `least`
 * characters; the lowest digit's end is `to`. With no place to write only counts. The count includes separators. */
static uint32_t grouped(uint32_t *to, const uint8_t *digit, uint32_t n, int64_t least, uint32_t size, uint32_t separator) {
    uint32_t count = 0, in_group = 0;
    while (n || least > 0) {
        if (separator && in_group == size) {
            if (to) *--to = separator;
            count++;
            least--;
            in_group = 0;
            /* A separator is never the first character, so one zero more may come than was asked for. */
            if (n == 0 && least < 1) least = 1;
        }
        uint32_t c = n ? digit[--n] : '0';
        if (to) *--to = c;
        count++;
        least--;
        in_group++;
    }
    return count;
}

/* The digits after the point are grouped from the left. */
static uint32_t *fraction(uint32_t *to, const uint8_t *digit, uint32_t n, uint32_t separator) {
    for (uint32_t i = 0; i < n; i++) {
        if (separator && i && i % 3 == 0) *to++ = separator;
        *to++ = digit[i];
    }
    return to;
}

static uint32_t *filled(uint32_t *to, uint32_t fill, int64_t n) {
    while (n-- > 0) *to++ = fill;
    return to;
}

Str *hnb_format_number(Str *out, const Number *number, const Spec *spec, int32_t line) {
    uint32_t sign = number->negative ? '-' : spec->sign == '-' ? 0 : spec->sign;
    uint32_t prefix = number->prefix[0] ? 2 : 0;
    uint32_t type = spec->type | 0x20u;
    uint32_t size = type == 'x' || type == 'o' || type == 'b' ? 4 : 3;
    uint32_t separators = spec->fraction_grouping && number->fraction ? (number->fraction - 1) / 3 : 0;
    uint64_t other = (sign != 0) + prefix + number->point + (uint64_t)number->fraction + separators + number->rest;
    int64_t least = spec->fill == '0' && spec->align == '=' ? (int64_t)spec->width - (int64_t)other : 0;
    const uint8_t *text = number->text;
    uint32_t whole = number->digits ? grouped(NULL, text, number->digits, least, size, spec->grouping) : 0;
    int64_t padding = (int64_t)spec->width - (int64_t)(other + whole);
    if (padding < 0) padding = 0;
    int64_t left = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    int64_t inner = spec->align == '=' ? padding : 0;
    uint64_t total = other + whole + (uint64_t)padding;
    if (HNB_UNLIKELY(total > UINT32_MAX / 8)) hnb_trap(HNB_MEMORY, line);
    out = hnb_text_room(out, (uint32_t)total, line);
    uint32_t *to = filled(out->c + out->len, spec->fill, left);
    if (sign) *to++ = sign;
    for (uint32_t i = 0; i < prefix; i++) *to++ = number->prefix[i];
    to = filled(to, spec->fill, inner);
    if (whole) grouped(to + whole, text, number->digits, least, size, spec->grouping);
    to += whole;
    text += number->digits;
    if (number->point) *to++ = *text++;
    to = fraction(to, text, number->fraction, spec->fraction_grouping);
    text += number->fraction;
    for (uint32_t i = 0; i < number->rest; i++) *to++ = text[i];
    filled(to, spec->fill, padding - left - inner);
    out->len += (uint32_t)total;
    return out;
}

/* Characters, cut by the precision and padded. */
Str *hnb_format_text(Str *out, const uint32_t *text, uint32_t n, const Spec *spec, int32_t line) {
    if (spec->precision >= 0 && (uint32_t)spec->precision < n) n = (uint32_t)spec->precision;
    int64_t padding = (int64_t)spec->width - n;
    if (padding < 0) padding = 0;
    int64_t left = spec->align == '<' ? 0 : spec->align == '^' ? padding / 2 : padding;
    out = hnb_text_room(out, n + (uint32_t)padding, line);
    uint32_t *to = filled(out->c + out->len, spec->fill, left);
    for (uint32_t i = 0; i < n; i++) *to++ = text[i];
    filled(to, spec->fill, padding - left);
    out->len += n + (uint32_t)padding;
    return out;
}

Str *hnb_format_str(Str *out, Str *text, const Spec *spec, int32_t line) {
    return hnb_format_text(out, text->c, text->len, spec, line);
}
