/* Integers by a format specification. */
#include "exports.h"
#include "format.h"

/* Types d, n and none (decimal), b, o, x and X. */
Str *hnb_format_int(Str *out, int64_t value, const Spec *spec, int32_t line) {
    uint8_t text[64];
    uint32_t type = spec->type | 0x20u, n = 0;
    uint32_t bits = type == 'x' ? 4 : type == 'o' ? 3 : type == 'b' ? 1 : 0;
    uint8_t ten = spec->type == 'X' ? 'A' : 'a';
    uint64_t left = magnitude(value);
    do {
        uint32_t digit = bits ? (uint32_t)left & ((1u << bits) - 1) : (uint32_t)(left % 10);
        left = bits ? left >> bits : left / 10;
        text[64 - ++n] = (uint8_t)(digit < 10 ? '0' + digit : ten + digit - 10);
    } while (left);
    Number number = {.text = text + 64 - n, .digits = n, .negative = value < 0};
    if (bits && spec->alternate) {
        number.prefix[0] = '0';
        number.prefix[1] = spec->type;
    }
    return hnb_format_number(out, &number, spec, line);
}

/* Type c: the character with that code point. */
Str *hnb_format_char(Str *out, int64_t value, const Spec *spec, int32_t line) {
    if (HNB_UNLIKELY(value < 0 || value > 0x10FFFF)) hnb_trap(HNB_CHAR_RANGE, line);
    uint32_t one = (uint32_t)value;
    return hnb_format_text(out, &one, 1, spec, line);
}
