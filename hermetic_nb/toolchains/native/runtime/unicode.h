/* What Unicode says of one character, inlined where it is ASCII; unicode.c asks the tables about the others. */
#ifndef HNB_UNICODE_H
#define HNB_UNICODE_H

#include "exports.h"

enum {
    MOST_MAPPED = 3, /* characters that a change of case makes of one */
    NO_CHARACTER = 0x110000,
};

static inline int32_t is_ascii_digit(uint32_t c) { return c - '0' < 10; }
static inline int32_t is_ascii_upper(uint32_t c) { return c - 'A' < 26; }
static inline int32_t is_ascii_lower(uint32_t c) { return c - 'a' < 26; }
static inline int32_t is_ascii_alpha(uint32_t c) { return (c | 32) - 'a' < 26; }

/* What bytes.isspace, bytes.strip and bytes.split take for white space. */
static inline int32_t is_ascii_space(uint32_t c) { return c == ' ' || c - 9 < 5; }

static inline int32_t char_isspace(uint32_t c) {
    if (HNB_LIKELY(c - 0x21 < 0x85 - 0x21)) return 0;
    if (c <= 0x20) return c >= 0x1C || c - 9 < 5;
    return c == 0x85 || c == 0xA0 || c == 0x1680 || c - 0x2000 < 11 || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* Whether str.splitlines ends a line here. */
static inline int32_t char_ends_line(uint32_t c) {
    return c - 10 < 4 || c - 0x1C < 3 || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Whether every one of n characters is below a limit that is a power of two. */
static inline int32_t all_below(const uint32_t *c, uint32_t n, uint32_t limit) {
    uint32_t seen = 0;
    for (uint32_t i = 0; i < n; i++) seen |= c[i];
    return seen < limit;
}

#endif
