/* Strings to and from UTF-8 (RFC 3629). */
#include "exports.h"
#include "slices.h"

static inline int32_t is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* One character of 2 to 4 bytes at `at`; refuses what is not shortest form, surrogates, and beyond U+10FFFF. */
static inline uint32_t decode_character(const uint8_t *utf8, uint32_t *at, uint32_t end, int32_t line) {
    uint8_t lead = utf8[*at];
    uint32_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || end - *at <= more) hnb_trap(HNB_NOT_UTF8, line);
    uint32_t c = lead & (0x3Fu >> more);
    for (uint32_t i = 1; i <= more; i++) {
        uint8_t byte = utf8[*at + i];
        if (!is_continuation(byte)) hnb_trap(HNB_NOT_UTF8, line);
        c = c << 6 | (byte & 0x3F);
    }
    if (c < (more == 3 ? 0x10000u : more == 2 ? 0x800u : 0x80u) || c > 0x10FFFF || c >> 11 == 0xD800 >> 11)
        hnb_trap(HNB_NOT_UTF8, line);
    *at += more + 1;
    return c;
}

/* The string that n bytes of UTF-8 spell; trap 54 where they do not. */
Str *hnb_str_decode(const uint8_t *utf8, uint32_t n, int32_t line) {
    uint32_t len = 0;
    for (uint32_t i = 0; i < n; i++) len += !is_continuation(utf8[i]);
    Str *s = hnb_str_new(len, line);
    uint32_t *restrict to = s->c;
    if (len == n) {
        uint8_t high = 0;
        for (uint32_t i = 0; i < n; i++) {
            high |= utf8[i];
            to[i] = utf8[i];
        }
        if (HNB_UNLIKELY(high >> 7)) hnb_trap(HNB_NOT_UTF8, line);
        return s;
    }
    /* Each character begins with a byte that was counted, so there is room for all. */
    for (uint32_t i = 0; i < n;)
        if (utf8[i] < 0x80)
            *to++ = utf8[i++];
        else
            *to++ = decode_character(utf8, &i, n, line);
    return s;
}

/* The string in UTF-8, in a block of its own of *nbytes bytes (hnb_free with that size). Lone surrogate: trap 22. */
uint8_t *hnb_str_encode(Str *s, uint32_t *nbytes, int32_t line) {
    const uint32_t *c = s->c;
    uint32_t len = s->len, surrogates = 0;
    uint64_t size = len, beyond_ascii = 0;
    for (uint32_t i = 0; i < len; i++) {
        beyond_ascii += (c[i] >= 0x80) + (c[i] >= 0x800) + (c[i] >= 0x10000);
        surrogates |= c[i] >> 11 == 0xD800 >> 11;
    }
    if (HNB_UNLIKELY(surrogates)) hnb_trap(HNB_SURROGATE, line);
    size += beyond_ascii;
    *nbytes = size_of_items(size, 1, 0, line);
    uint8_t *utf8 = hnb_alloc(*nbytes, line);
    uint8_t *restrict to = utf8;
    if (beyond_ascii == 0) {
        for (uint32_t i = 0; i < len; i++) to[i] = (uint8_t)c[i];
        return utf8;
    }
    for (uint32_t i = 0; i < len; i++) {
        uint32_t character = c[i];
        if (character < 0x80) {
            *to++ = (uint8_t)character;
            continue;
        }
        uint32_t more = character >= 0x10000 ? 3 : character >= 0x800 ? 2 : 1;
        *to++ = (uint8_t)(0xFF00u >> (more + 1) | character >> (6 * more));
        while (more--) *to++ = (uint8_t)(0x80 | (character >> (6 * more) & 0x3F));
    }
    return utf8;
}
