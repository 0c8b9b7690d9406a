/* What a str method says of one character: ASCII at once, so that these are small enough to be inlined. */
#include "unicode.h"

#define WIDE(c) HNB_UNLIKELY((c) >= 0x80)

int32_t hnb_char_isalpha(uint32_t c) { return WIDE(c) ? hnb_wide_alpha(c) : is_ascii_alpha(c); }
int32_t hnb_char_isdecimal(uint32_t c) { return WIDE(c) ? hnb_wide_decimal(c) : is_ascii_digit(c); }
int32_t hnb_char_isdigit(uint32_t c) { return WIDE(c) ? hnb_wide_digit(c) : is_ascii_digit(c); }
int32_t hnb_char_isnumeric(uint32_t c) { return WIDE(c) ? hnb_wide_numeric(c) : is_ascii_digit(c); }
int32_t hnb_char_islower(uint32_t c) { return WIDE(c) ? hnb_wide_lower(c) : is_ascii_lower(c); }
int32_t hnb_char_isupper(uint32_t c) { return WIDE(c) ? hnb_wide_upper(c) : is_ascii_upper(c); }
int32_t hnb_char_isprintable(uint32_t c) { return WIDE(c) ? hnb_wide_printable(c) : c - ' ' < 95; }
int32_t hnb_char_isspace(uint32_t c) { return char_isspace(c); }

/* Digits and decimals are numeric too. */
int32_t hnb_char_isalnum(uint32_t c) {
    if (WIDE(c)) return hnb_wide_alpha(c) || hnb_wide_numeric(c);
    return is_ascii_alpha(c) || is_ascii_digit(c);
}

int32_t hnb_char_istitle(uint32_t c) {
    return WIDE(c) ? hnb_wide_upper(c) || hnb_wide_title(c) : is_ascii_upper(c);
}

int32_t hnb_char_isidentifier(uint32_t c) {
    return WIDE(c) ? hnb_wide_xid_start(c) : is_ascii_alpha(c) || c == '_';
}

static Str *text_of(const uint32_t *c, uint32_t n, int32_t line) {
    if (n == 1) return hnb_str_from_char(*c, line);
    Str *s = hnb_str_new(n, line);
    for (uint32_t i = 0; i < n; i++) s->c[i] = c[i];
    return s;
}

Str *hnb_char_upper(uint32_t c, int32_t line) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return text_of(to, hnb_wide_to_upper(c, to), line);
    return hnb_str_from_char(is_ascii_lower(c) ? c ^ 32 : c, line);
}

Str *hnb_char_lower(uint32_t c, int32_t line) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return text_of(to, hnb_wide_to_lower(c, to), line);
    return hnb_str_from_char(is_ascii_upper(c) ? c ^ 32 : c, line);
}

Str *hnb_char_title(uint32_t c, int32_t line) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return text_of(to, hnb_wide_to_title(c, to), line);
    return hnb_str_from_char(is_ascii_lower(c) ? c ^ 32 : c, line);
}

Str *hnb_char_casefold(uint32_t c, int32_t line) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return text_of(to, hnb_wide_to_fold(c, to), line);
    return hnb_str_from_char(is_ascii_upper(c) ? c ^ 32 : c, line);
}

Str *hnb_char_swapcase(uint32_t c, int32_t line) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) {
        if (hnb_wide_upper(c)) return text_of(to, hnb_wide_to_lower(c, to), line);
        if (hnb_wide_lower(c)) return text_of(to, hnb_wide_to_upper(c, to), line);
        return hnb_str_from_char(c, line);
    }
    return hnb_str_from_char(is_ascii_alpha(c) ? c ^ 32 : c, line);
}

/* The one character that lower() or upper() makes of one; where that is several, what is no character. */
uint32_t hnb_char_one_lower(uint32_t c) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return hnb_wide_to_lower(c, to) == 1 ? to[0] : NO_CHARACTER;
    return is_ascii_upper(c) ? c ^ 32 : c;
}

uint32_t hnb_char_one_upper(uint32_t c) {
    uint32_t to[MOST_MAPPED];
    if (WIDE(c)) return hnb_wide_to_upper(c, to) == 1 ? to[0] : NO_CHARACTER;
    return is_ascii_lower(c) ? c ^ 32 : c;
}
