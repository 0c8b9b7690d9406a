/* str.upper and its like: characters of ASCII in place, others by the tables, which may make several of one. */
#include "slices.h"
#include "unicode.h"

enum { CAPITAL_SIGMA = 0x3A3, SMALL_SIGMA = 0x3C3, FINAL_SIGMA = 0x3C2 };

/* Room for what one more character becomes, with one each for the `left` ones after it. */
static inline Str *with_room(Str *s, uint32_t left, int32_t line) {
    uint64_t wanted = (uint64_t)s->len + MOST_MAPPED + left;
    if (HNB_LIKELY(wanted <= s->cap)) return s;
    uint64_t cap = wanted + wanted / 8 + 8;
    Str *moved = hnb_realloc(s, HNB_HEADER + 4 * s->cap, size_of_items(cap, 4, HNB_HEADER, line), line);
    moved->cap = (uint32_t)cap;
    return moved;
}

static inline Str *started(Str *s, int32_t line) {
    Str *made = hnb_str_new((int64_t)s->len + MOST_MAPPED, line);
    made->len = 0;
    return made;
}

static inline uint32_t upper(uint32_t c, uint32_t *to) {
    if (c >= 0x80) return hnb_wide_to_upper(c, to);
    *to = is_ascii_lower(c) ? c ^ 32 : c;
    return 1;
}

static inline uint32_t title(uint32_t c, uint32_t *to) {
    if (c >= 0x80) return hnb_wide_to_title(c, to);
    *to = is_ascii_lower(c) ? c ^ 32 : c;
    return 1;
}

static inline uint32_t fold(uint32_t c, uint32_t *to) {
    if (c >= 0x80) return hnb_wide_to_fold(c, to);
    *to = is_ascii_upper(c) ? c ^ 32 : c;
    return 1;
}

static inline int32_t is_cased(uint32_t c) { return c < 0x80 ? is_ascii_alpha(c) : hnb_wide_cased(c); }

/* A capital sigma that ends a word has a small letter of its own: a cased character stands before it, none after it,
 * and those that case ignores do not count (the Unicode Standard, chapter 3.13, Final_Sigma). */
static int32_t ends_word(Str *s, uint32_t i) {
    uint32_t at = i;
    while (at > 0 && hnb_wide_ignorable(s->c[at - 1])) at--;
    if (at == 0 || !is_cased(s->c[at - 1])) return 0;
    at = i + 1;
    while (at < s->len && hnb_wide_ignorable(s->c[at])) at++;
    return at == s->len || !is_cased(s->c[at]);
}

static inline uint32_t lower(Str *s, uint32_t i, uint32_t *to) {
    uint32_t c = s->c[i];
    if (c == CAPITAL_SIGMA) {
        *to = ends_word(s, i) ? FINAL_SIGMA : SMALL_SIGMA;
        return 1;
    }
    if (c >= 0x80) return hnb_wide_to_lower(c, to);
    *to = is_ascii_upper(c) ? c ^ 32 : c;
    return 1;
}

/* ASCII with the case changed of the letters that follow `first` in the alphabet. */
static inline Str *flipped(Str *s, uint32_t first, int32_t line) {
    uint32_t n = s->len;
    Str *same = hnb_str_new(n, line);
    const uint32_t *restrict from = s->c;
    uint32_t *restrict to = same->c;
    for (uint32_t i = 0; i < n; i++) to[i] = from[i] ^ (uint32_t)(from[i] - first < 26) << 5;
    return same;
}

Str *hnb_str_upper(Str *s, int32_t line) {
    if (all_below(s->c, s->len, 0x80)) return flipped(s, 'a', line);
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        made = with_room(made, s->len - i, line);
        made->len += upper(s->c[i], made->c + made->len);
    }
    return made;
}

Str *hnb_str_lower(Str *s, int32_t line) {
    if (all_below(s->c, s->len, 0x80)) return flipped(s, 'A', line);
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        made = with_room(made, s->len - i, line);
        made->len += lower(s, i, made->c + made->len);
    }
    return made;
}

Str *hnb_str_casefold(Str *s, int32_t line) {
    if (all_below(s->c, s->len, 0x80)) return flipped(s, 'A', line);
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        made = with_room(made, s->len - i, line);
        made->len += fold(s->c[i], made->c + made->len);
    }
    return made;
}

Str *hnb_str_swapcase(Str *s, int32_t line) {
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        made = with_room(made, s->len - i, line);
        uint32_t *to = made->c + made->len;
        if (hnb_char_isupper(c)) {
            made->len += lower(s, i, to);
        } else if (hnb_char_islower(c)) {
            made->len += upper(c, to);
        } else {
            *to = c;
            made->len++;
        }
    }
    return made;
}

Str *hnb_str_capitalize(Str *s, int32_t line) {
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        made = with_room(made, s->len - i, line);
        uint32_t *to = made->c + made->len;
        made->len += i ? lower(s, i, to) : title(s->c[i], to);
    }
    return made;
}

Str *hnb_str_title(Str *s, int32_t line) {
    int32_t inside = 0;
    if (all_below(s->c, s->len, 0x80)) {
        uint32_t n = s->len;
        Str *same = hnb_str_new(n, line);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t c = s->c[i];
            same->c[i] = c ^ (uint32_t)(inside ? is_ascii_upper(c) : is_ascii_lower(c)) << 5;
            inside = is_ascii_alpha(c);
        }
        return same;
    }
    Str *made = started(s, line);
    for (uint32_t i = 0; i < s->len; i++) {
        made = with_room(made, s->len - i, line);
        uint32_t *to = made->c + made->len;
        made->len += inside ? lower(s, i, to) : title(s->c[i], to);
        inside = is_cased(s->c[i]);
    }
    return made;
}
