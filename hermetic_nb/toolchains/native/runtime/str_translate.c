/* str.translate by a table of str.maketrans, and one character in a text. */
#include "slices.h"
#include "exports.h"

int32_t hnb_str_has_char(Str *s, uint32_t c) {
    for (uint32_t i = 0; i < s->len; i++)
        if (s->c[i] == c) return 1;
    return 0;
}

enum { DELETED = 0x110000 };

/* What str.maketrans(from, to, deleted) says of a character: what is deleted goes first, then the last that is given. */
static uint32_t translated(uint32_t c, Str *from, Str *to, Str *deleted) {
    if (hnb_str_has_char(deleted, c)) return DELETED;
    for (uint32_t i = from->len; i-- > 0;)
        if (from->c[i] == c) return to->c[i];
    return c;
}

Str *hnb_str_translate(Str *s, Str *from, Str *to, Str *deleted, int32_t line) {
    if (HNB_UNLIKELY(from->len != to->len)) return hnb_fail(HNB_MAKETRANS_LENGTHS, line), NULL;
    uint32_t ascii[128];
    for (uint32_t c = 0; c < 128; c++) ascii[c] = translated(c, from, to, deleted);
    Str *made = hnb_str_new(s->len, line);
    uint32_t len = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i], as = c < 128 ? ascii[c] : translated(c, from, to, deleted);
        made->c[len] = as;
        len += as != DELETED;
    }
    made->len = len;
    return made;
}
