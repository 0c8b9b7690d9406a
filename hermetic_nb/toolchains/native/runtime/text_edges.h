/* What happens at the ends of a text, for str and bytes: stripping and filling. `sides`: bit 0 left, bit 1 right. */

enum { LEFT = 1, RIGHT = 2 };

TEXT *NAME(strip_space)(TEXT *s, int32_t sides, int32_t line) {
    uint32_t from = 0, to = s->len;
    if (sides & LEFT)
        while (from < to && IS_SPACE(s->c[from])) from++;
    if (sides & RIGHT)
        while (from < to && IS_SPACE(s->c[to - 1])) to--;
    return cut(s, from, to, line);
}

static inline int32_t is_among(ITEM c, TEXT *set) {
    for (uint32_t i = 0; i < set->len; i++)
        if (set->c[i] == c) return 1;
    return 0;
}

TEXT *NAME(strip)(TEXT *s, TEXT *set, int32_t sides, int32_t line) {
    uint32_t from = 0, to = s->len;
    if (sides & LEFT)
        while (from < to && is_among(s->c[from], set)) from++;
    if (sides & RIGHT)
        while (from < to && is_among(s->c[to - 1], set)) to--;
    return cut(s, from, to, line);
}

/* The text with characters before and after it. */
static TEXT *padded(TEXT *s, uint64_t before, uint64_t after, ITEM fill, int32_t line) {
    if (HNB_UNLIKELY(before + after > UINT32_MAX)) hnb_trap(HNB_MEMORY, line);
    TEXT *made = NAME(new)((int64_t)(before + s->len + after), line);
    ITEM *to = made->c;
    while (before--) *to++ = fill;
    COPY(to, s->c, s->len);
    to += s->len;
    while (after--) *to++ = fill;
    return made;
}

/* ljust fills on the right, rjust on the left, center on both; the odd one stands where CPython puts it. */
TEXT *NAME(justify)(TEXT *s, int64_t width, TEXT *filler, int32_t sides, int32_t line) {
    if (HNB_UNLIKELY(filler->len != 1)) return hnb_fail(HNB_FILL_CHARACTER, line), NULL;
    if (width <= (int64_t)s->len) return cut(s, 0, s->len, line);
    uint64_t fill = (uint64_t)width - s->len, before = sides == LEFT ? fill : 0;
    if (sides == (LEFT | RIGHT)) before = fill / 2 + (fill & (uint64_t)width & 1);
    return padded(s, before, fill - before, filler->c[0], line);
}

TEXT *NAME(zfill)(TEXT *s, int64_t width, int32_t line) {
    if (width <= (int64_t)s->len) return cut(s, 0, s->len, line);
    uint64_t fill = (uint64_t)width - s->len;
    TEXT *made = padded(s, fill, 0, '0', line);
    if (s->len && (s->c[0] == '+' || s->c[0] == '-')) {
        made->c[fill] = '0';
        made->c[0] = s->c[0];
    }
    return made;
}

/* Tabs become spaces up to the next column that `size` divides; a line's end begins with column 0 again. */
TEXT *NAME(expandtabs)(TEXT *s, int64_t size, int32_t line) {
    if (HNB_UNLIKELY(size != (int32_t)size)) return hnb_fail(HNB_C_INT_RANGE, line), NULL;
    TEXT *made = NULL;
    for (int32_t writing = 0;; writing = 1) {
        uint64_t column = 0, len = 0;
        for (uint32_t i = 0; i < s->len; i++) {
            ITEM c = s->c[i];
            if (c == '\t') {
                uint64_t spaces = size > 0 ? (uint64_t)size - column % (uint64_t)size : 0;
                column += spaces;
                if (writing)
                    for (uint64_t j = 0; j < spaces; j++) made->c[len + j] = ' ';
                len += spaces;
                continue;
            }
            column = c == '\n' || c == '\r' ? 0 : column + 1;
            if (writing) made->c[len] = c;
            len++;
        }
        if (writing) return made;
        made = NAME(new)((int64_t)len, line);
    }
}
