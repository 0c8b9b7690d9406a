/* bytes.isalpha, bytes.upper and their like: ASCII only. */
#include "slices.h"
#include "unicode.h"

#define ALL(name, test)                       \
    int32_t hnb_bytes_##name(Bytes *b) {      \
        for (uint32_t i = 0; i < b->len; i++) \
            if (!(test)) return 0;            \
        return b->len != 0;                   \
    }

ALL(isalpha, is_ascii_alpha(b->c[i]))
ALL(isdigit, is_ascii_digit(b->c[i]))
ALL(isalnum, is_ascii_alpha(b->c[i]) || is_ascii_digit(b->c[i]))
ALL(isspace, is_ascii_space(b->c[i]))

int32_t hnb_bytes_isascii(Bytes *b) {
    uint8_t seen = 0;
    for (uint32_t i = 0; i < b->len; i++) seen |= b->c[i];
    return seen < 0x80;
}

int32_t hnb_bytes_islower(Bytes *b) {
    int32_t found = 0;
    for (uint32_t i = 0; i < b->len; i++) {
        if (is_ascii_upper(b->c[i])) return 0;
        found |= is_ascii_lower(b->c[i]);
    }
    return found;
}

int32_t hnb_bytes_isupper(Bytes *b) {
    int32_t found = 0;
    for (uint32_t i = 0; i < b->len; i++) {
        if (is_ascii_lower(b->c[i])) return 0;
        found |= is_ascii_upper(b->c[i]);
    }
    return found;
}

int32_t hnb_bytes_istitle(Bytes *b) {
    int32_t found = 0, inside = 0;
    for (uint32_t i = 0; i < b->len; i++) {
        uint32_t c = b->c[i];
        if (is_ascii_alpha(c)) {
            if (is_ascii_upper(c) == inside) return 0;
            found = inside = 1;
        } else {
            inside = 0;
        }
    }
    return found;
}

#define CHANGED(name, flips)                                                                 \
    Bytes *hnb_bytes_##name(Bytes *b, int32_t line) {                                        \
        uint32_t n = b->len;                                                                 \
        Bytes *made = hnb_bytes_new(n, line);                                                \
        for (uint32_t i = 0; i < n; i++) made->c[i] = (uint8_t)(b->c[i] ^ (flips) << 5);     \
        return made;                                                                         \
    }

CHANGED(upper, is_ascii_lower(b->c[i]))
CHANGED(lower, is_ascii_upper(b->c[i]))
CHANGED(swapcase, is_ascii_alpha(b->c[i]))
CHANGED(capitalize, i ? is_ascii_upper(b->c[i]) : is_ascii_lower(b->c[i]))
CHANGED(title, i && is_ascii_alpha(b->c[i - 1]) ? is_ascii_upper(b->c[i]) : is_ascii_lower(b->c[i]))
