/* Strings to and from integers. */
#include "exports.h"
#include "slices.h"

enum { MOST_DIGITS = 4300 }; /* CPython's default limit for int(str), sys.int_info.default_max_str_digits */

/* What int() strips from ASCII text: C's isspace, not the four separators that str.isspace knows besides. */
static inline int32_t is_space(uint32_t c) { return c == ' ' || (c >= 9 && c <= 13); }

/* int(s): spaces around, one sign, decimal digits with single underscores between them. */
int64_t hnb_str_to_int(Str *s, int32_t line) {
    uint32_t start = 0, end = s->len, seen = 0;
    for (uint32_t i = 0; i < end; i++) seen |= s->c[i];
    if (HNB_UNLIKELY(seen >= 0x80)) hnb_trap(HNB_TEXT_BEYOND_ASCII, line);
    while (start < end && is_space(s->c[start])) start++;
    while (start < end && is_space(s->c[end - 1])) end--;
    int32_t negative = start < end && s->c[start] == '-';
    if (negative || (start < end && s->c[start] == '+')) start++;
    uint64_t size = 0;
    uint32_t digits = 0;
    int32_t too_large = 0, after_digit = 0;
    for (uint32_t i = start; i < end; i++) {
        uint32_t digit = s->c[i] - '0';
        if (digit > 9) {
            if (s->c[i] != '_' || !after_digit) hnb_trap(HNB_INVALID_INT, line);
            after_digit = 0;
            continue;
        }
        after_digit = 1;
        digits++;
        too_large |= size > (UINT64_MAX - 9) / 10;
        size = size * 10 + digit;
    }
    if (!after_digit || digits > MOST_DIGITS) hnb_trap(HNB_INVALID_INT, line);
    if (too_large || size > ((uint64_t)1 << 63) - !negative) hnb_trap(HNB_OVERFLOW, line);
    return (int64_t)(negative ? -size : size);
}

Str *hnb_str_from_int(int64_t value, int32_t line) {
    uint8_t digit[20];
    uint32_t n = 0, minus = value < 0;
    uint64_t left = minus ? -(uint64_t)value : (uint64_t)value;
    /* 32-bit divisions are cheaper, so nine digits at a time come off a large value. */
    while (left > UINT32_MAX) {
        uint32_t low = (uint32_t)(left % 1000000000);
        left /= 1000000000;
        for (uint32_t i = 0; i < 9; i++, low /= 10) digit[n++] = (uint8_t)(low % 10);
    }
    uint32_t high = (uint32_t)left;
    do digit[n++] = (uint8_t)(high % 10);
    while (high /= 10);
    Str *s = hnb_str_new(n + minus, line);
    if (minus) s->c[0] = '-';
    for (uint32_t i = 0; i < n; i++) s->c[minus + i] = '0' + digit[n - 1 - i];
    return s;
}
