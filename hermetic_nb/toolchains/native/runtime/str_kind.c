/* str.isalpha and its like. */
#include "unicode.h"

/* Whether there is a character, and all are of a kind. */
#define ALL(name)                                    \
    int32_t hnb_str_##name(Str *s) {                 \
        for (uint32_t i = 0; i < s->len; i++)        \
            if (!hnb_char_##name(s->c[i])) return 0; \
        return s->len != 0;                          \
    }

ALL(isalpha)
ALL(isdecimal)
ALL(isdigit)
ALL(isnumeric)
ALL(isalnum)
ALL(isspace)

int32_t hnb_str_isascii(Str *s) { return all_below(s->c, s->len, 0x80); }

int32_t hnb_str_isprintable(Str *s) {
    for (uint32_t i = 0; i < s->len; i++)
        if (!hnb_char_isprintable(s->c[i])) return 0;
    return 1;
}

int32_t hnb_str_isidentifier(Str *s) {
    if (s->len == 0 || !hnb_char_isidentifier(s->c[0])) return 0;
    for (uint32_t i = 1; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (c < 0x80 ? !(is_ascii_alpha(c) || is_ascii_digit(c) || c == '_') : !hnb_wide_xid_continue(c)) return 0;
    }
    return 1;
}

static inline int32_t is_title(uint32_t c) { return c >= 0x80 && hnb_wide_title(c); }

int32_t hnb_str_islower(Str *s) {
    int32_t found = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (hnb_char_isupper(c) || is_title(c)) return 0;
        found |= hnb_char_islower(c);
    }
    return found;
}

int32_t hnb_str_isupper(Str *s) {
    int32_t found = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (hnb_char_islower(c) || is_title(c)) return 0;
        found |= hnb_char_isupper(c);
    }
    return found;
}

/* Every word, which is a run of letters that have case, begins with a capital and goes on without. */
int32_t hnb_str_istitle(Str *s) {
    int32_t found = 0, inside = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (hnb_char_istitle(c)) {
            if (inside) return 0;
            found = inside = 1;
        } else if (hnb_char_islower(c)) {
            if (!inside) return 0;
        } else {
            inside = 0;
        }
    }
    return found;
}
