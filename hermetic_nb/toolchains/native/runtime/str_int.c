/* Strings to and from integers. */
#include "exports.h"
#include "int_digits.h"
#include "numbers.h"
#include "spaces.h"

enum {
    MOST_DIGITS = 4300, /* CPython's default limit for int(str), sys.int_info.default_max_str_digits */
    SURE_DIGITS = 19    /* fewer than so many are always within 64 bits */
};

/* Where int() finds digits: without spaces around and a sign. */
typedef struct {
    uint32_t at, end;
    bool negative;
} Digits;

static Digits trimmed(const Str *s, int32_t line) {
    Digits d = {0, s->len, false};
    uint32_t seen = 0;
    for (uint32_t i = 0; i < d.end; i++) seen |= s->c[i];
    if (HNB_UNLIKELY(seen >= 0x80)) hnb_trap(HNB_TEXT_BEYOND_ASCII, line);
    while (d.at < d.end && is_space(s->c[d.at])) d.at++;
    while (d.at < d.end && is_space(s->c[d.end - 1])) d.end--;
    d.negative = d.at < d.end && s->c[d.at] == '-';
    d.at += d.negative || (d.at < d.end && s->c[d.at] == '+');
    return d;
}

static inline int64_t with_sign(uint64_t size, bool negative, bool too_large, int32_t line) {
    if (too_large || size > HNB_SIGN_BIT - !negative) hnb_trap(HNB_OVERFLOW, line);
    return (int64_t)(negative ? -size : size);
}

/* int(s): spaces around, one sign, decimal digits with single underscores between them. */
int64_t hnb_str_to_int(Str *s, int32_t line) {
    uint64_t size = 0;
    uint32_t digits = 0;
    if (s->len && s->len < SURE_DIGITS) {
        while (digits < s->len && s->c[digits] - '0' <= 9) size = size * 10 + (s->c[digits++] - '0');
        if (digits == s->len) return (int64_t)size;
        size = digits = 0;
    }
    Digits d = trimmed(s, line);
    bool too_large = false, after_digit = false;
    for (uint32_t i = d.at; i < d.end; i++) {
        uint32_t digit = s->c[i] - '0';
        if (digit > 9) {
            if (s->c[i] != '_' || !after_digit) return hnb_fail(HNB_INVALID_INT, line), 0;
            after_digit = false;
            continue;
        }
        after_digit = true;
        digits++;
        too_large |= size > (UINT64_MAX - 9) / 10;
        size = size * 10 + digit;
    }
    if (!after_digit || digits > MOST_DIGITS) return hnb_fail(HNB_INVALID_INT, line), 0;
    return with_sign(size, d.negative, too_large, line);
}

static inline uint32_t digit_value(uint32_t c) {
    if (c - '0' <= 9) return c - '0';
    c |= 0x20;
    return c - 'a' < 26 ? c - 'a' + 10 : 36;
}

/* int(s, base): base 0 or 2 to 36; a prefix that names the base, perhaps with an underscore behind it. */
int64_t hnb_str_to_int_base(Str *s, int64_t base, int32_t line) {
    if (HNB_UNLIKELY(base != 0 && (base < 2 || base > 36))) return hnb_fail(HNB_INT_BASE, line), 0;
    Digits d = trimmed(s, line);
    const uint32_t *c = s->c;
    bool prefixed = false, zeros_only = false;
    if (d.end - d.at >= 2 && c[d.at] == '0') {
        uint32_t letter = c[d.at + 1] | 0x20, named = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        prefixed = named && (base == 0 || base == named);
        if (prefixed) {
            base = named;
            d.at += 2;
            if (d.at < d.end && c[d.at] == '_') d.at++;
        }
    }
    if (base == 0) {
        /* As in source code, a decimal number does not begin with a zero, unless it is zero. */
        zeros_only = d.at < d.end && c[d.at] == '0';
        base = 10;
    }
    uint64_t size = 0, most = UINT64_MAX / (uint64_t)base;
    uint32_t digits = 0;
    bool too_large = false, after_digit = false;
    for (uint32_t i = d.at; i < d.end; i++) {
        uint32_t digit = digit_value(c[i]);
        if (digit >= base) {
            if (c[i] != '_' || !after_digit) return hnb_fail(HNB_INVALID_INT, line), 0;
            after_digit = false;
            continue;
        }
        after_digit = true;
        digits++;
        too_large |= size > most || size * (uint64_t)base > UINT64_MAX - digit;
        size = size * (uint64_t)base + digit;
    }
    bool binary = (base & (base - 1)) == 0;
    if (!after_digit || (zeros_only && (size || too_large))) return hnb_fail(HNB_INVALID_INT, line), 0;
    if (digits > MOST_DIGITS && !binary) return hnb_fail(HNB_INVALID_INT, line), 0;
    return with_sign(size, d.negative, too_large, line);
}

Str *hnb_str_from_int(int64_t value, int32_t line) {
    uint8_t digit[INT_DIGITS];
    uint32_t n = digits_of(magnitude(value), digit), minus = value < 0;
    Str *s = hnb_str_new(n + minus, line);
    if (minus) s->c[0] = '-';
    for (uint32_t i = 0; i < n; i++) s->c[minus + i] = (uint32_t)'0' + digit[n - 1 - i];
    return s;
}
