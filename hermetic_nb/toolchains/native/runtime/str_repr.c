/* repr of str and of bytes. */
#include "slices.h"
#include "unicode.h"

static const char DIGITS[] = "0123456789abcdef";

/* The quote that CPython takes: the single one, unless only that occurs. */
#define QUOTE(s, quote)                                        \
    uint32_t quote = '\'';                                     \
    for (uint32_t i = 0, single = 0; i < (s)->len; i++) {      \
        if ((s)->c[i] == '"') {                                \
            quote = '\'';                                      \
            break;                                             \
        }                                                      \
        single |= (s)->c[i] == '\'';                           \
        if (single) quote = '"';                               \
    }

static inline uint32_t short_escape(uint32_t c) {
    return c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : 0;
}

static inline uint32_t *escaped(uint32_t *to, uint32_t letter, uint32_t c, uint32_t digits) {
    *to++ = '\\';
    *to++ = letter;
    while (digits--) *to++ = (uint8_t)DIGITS[c >> (4 * digits) & 15];
    return to;
}

/* How many characters one becomes. */
static inline uint32_t width(uint32_t c, uint32_t quote) {
    if (c == quote || c == '\\' || short_escape(c)) return 2;
    if (hnb_char_isprintable(c)) return 1;
    return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

static inline uint32_t *shown(uint32_t *to, uint32_t c, uint32_t quote) {
    switch (width(c, quote)) {
    case 1: *to = c; return to + 1;
    case 2: return escaped(to, short_escape(c) ? short_escape(c) : c, 0, 0);
    case 4: return escaped(to, 'x', c, 2);
    case 6: return escaped(to, 'u', c, 4);
    default: return escaped(to, 'U', c, 8);
    }
}

Str *hnb_str_repr(Str *s, int32_t line) {
    QUOTE(s, quote)
    uint64_t len = 2;
    for (uint32_t i = 0; i < s->len; i++) len += width(s->c[i], quote);
    Str *made = hnb_str_new((int64_t)len, line);
    uint32_t *to = made->c;
    *to++ = quote;
    for (uint32_t i = 0; i < s->len; i++) to = shown(to, s->c[i], quote);
    *to = quote;
    return made;
}

static inline uint32_t byte_width(uint32_t c, uint32_t quote) {
    if (c == quote || c == '\\' || short_escape(c)) return 2;
    return c - ' ' < 95 ? 1 : 4;
}

Str *hnb_bytes_repr(Bytes *b, int32_t line) {
    QUOTE(b, quote)
    uint64_t len = 3;
    for (uint32_t i = 0; i < b->len; i++) len += byte_width(b->c[i], quote);
    Str *made = hnb_str_new((int64_t)len, line);
    uint32_t *to = made->c;
    *to++ = 'b';
    *to++ = quote;
    for (uint32_t i = 0; i < b->len; i++) {
        uint32_t c = b->c[i], as = byte_width(c, quote);
        if (as == 1)
            *to++ = c;
        else
            to = as == 2 ? escaped(to, short_escape(c) ? short_escape(c) : c, 0, 0) : escaped(to, 'x', c, 2);
    }
    *to = quote;
    return made;
}
