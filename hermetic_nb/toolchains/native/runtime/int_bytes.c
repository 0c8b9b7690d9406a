/* Integers to and from bytes, and floats as fractions. */
#include "exports.h"
#include "numbers.h"

enum { WORD = 8 };

static inline uint8_t *octet(Bytes *b, uint32_t significance, int32_t little) {
    return b->c + (little ? significance : b->len - 1 - significance);
}

/* value.to_bytes(length, order, signed=...) */
Bytes *hnb_int_to_bytes(int64_t value, int64_t length, int32_t little, int32_t is_signed, int32_t line) {
    if (HNB_UNLIKELY(length < 0)) hnb_trap(HNB_NEGATIVE_LENGTH, line);
    if (HNB_UNLIKELY(value < 0 && !is_signed)) hnb_trap(HNB_NEGATIVE_UNSIGNED, line);
    if (length < WORD) {
        /* The bits that are left out say what the sign says. */
        int32_t kept = 8 * (int32_t)length - is_signed;
        bool fits = kept < 0 ? value == 0 : value >> kept == (value < 0 ? -1 : 0);
        if (HNB_UNLIKELY(!fits)) hnb_trap(HNB_INT_TOO_BIG, line);
    }
    Bytes *b = hnb_bytes_new(length, line);
    for (uint32_t i = 0; i < b->len; i++) *octet(b, i, little) = (uint8_t)(value >> (i < WORD ? 8 * i : 63));
    return b;
}

/* int.from_bytes(b, order, signed=...) */
int64_t hnb_int_from_bytes(Bytes *b, int32_t little, int32_t is_signed, int32_t line) {
    uint32_t n = b->len;
    uint64_t value = 0;
    bool negative = is_signed && n && *octet(b, n - 1, little) >> 7;
    for (uint32_t i = n; i-- > 0;) {
        uint8_t part = *octet(b, i, little);
        if (HNB_UNLIKELY(i >= WORD && part != (negative ? 0xFF : 0))) hnb_trap(HNB_OVERFLOW, line);
        value = value << 8 | part;
    }
    if (n < WORD) return (int64_t)(negative ? value | UINT64_MAX << 8 * n : value);
    if (HNB_UNLIKELY(value >> 63 != negative)) hnb_trap(HNB_OVERFLOW, line);
    return (int64_t)value;
}

/* x as a fraction in lowest terms: its upper part, and the lower one in *below. */
int64_t hnb_float_ratio(double x, int64_t *below, int32_t line) {
    if (HNB_UNLIKELY(!is_finite(x))) hnb_trap(is_nan(x) ? HNB_NAN_RATIO : HNB_INFINITY_RATIO, line);
    *below = 1;
    if (x == 0) return 0;
    int64_t exponent;
    double fraction = hnb_math_frexp(x, &exponent, line);
    int64_t above = (int64_t)(fraction * 0x1p53);
    int32_t even = __builtin_ctzll((uint64_t)above), power = (int32_t)exponent - 53 + even;
    above >>= even;
    if (HNB_UNLIKELY(power > 63 || power < -62)) hnb_trap(HNB_OVERFLOW, line);
    if (power < 0) {
        *below = (int64_t)1 << -power;
        return above;
    }
    return hnb_shl(above, power, line);
}
