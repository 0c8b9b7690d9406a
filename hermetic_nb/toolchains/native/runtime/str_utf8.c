/* Strings to and from UTF-8 (RFC 3629). */
#include "exports.h"
#include "slices.h"
#include "text_copy.h"
#include "unicode.h"

typedef uint8_t FourBytes __attribute__((vector_size(4)));

/* The string that n bytes of UTF-8 spell. They are well-formed: who calls a module by the canonical ABI answers for that.
 * Every tool with a str parameter holds this function, so it is small: one pass, four ASCII characters at a time, into
 * room for as many characters as bytes. */
HNB_SMALL_CODE Str *hnb_str_decode(const uint8_t *utf8, uint32_t n, int32_t line) {
    Str *s = hnb_str_new(n, line);
    uint32_t *to = s->c;
    for (uint32_t i = 0; i < n;) {
        uint32_t four;
        if (n - i >= 4 && (memcpy(&four, utf8 + i, 4), (four & 0x80808080u) == 0)) {
            FourChars chars = __builtin_convertvector(*(const FourBytes *)&four, FourChars);
            memcpy(to, &chars, sizeof chars);
            i += 4;
            to += 4;
            continue;
        }
        uint32_t c = utf8[i++];
        if (c >= 0x80) {
            uint32_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
            c &= 0x3Fu >> more;
            while (more--) c = c << 6 | (utf8[i++] & 0x3F);
        }
        *to++ = c;
    }
    s->len = (uint32_t)(to - s->c);
    return s;
}

/* The string in UTF-8, in a block of its own of *nbytes bytes (hnb_free with that size). Lone surrogate: trap 22. */
uint8_t *hnb_str_encode(Str *s, uint32_t *nbytes, int32_t line) {
    const uint32_t *c = s->c;
    uint32_t len = s->len, surrogates = 0;
    if (all_below(c, len, 0x80)) {
        *nbytes = len;
        uint8_t *ascii = hnb_alloc(len, line);
        uint32_t i = 0;
        for (; i + 4 <= len; i += 4) {
            FourChars chars;
            memcpy(&chars, c + i, sizeof chars);
            FourBytes bytes = __builtin_convertvector(chars, FourBytes);
            memcpy(ascii + i, &bytes, sizeof bytes);
        }
        for (; i < len; i++) ascii[i] = (uint8_t)c[i];
        return ascii;
    }
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
