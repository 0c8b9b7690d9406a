/* sep.join of lists of strings, of lists of characters, and of a string. */
#include "exports.h"
#include "slices.h"
#include "text_copy.h"

Str *hnb_str_join(Str *sep, List *parts, int32_t line) {
    Str **part = parts->data;
    uint64_t len = parts->len ? (uint64_t)sep->len * (parts->len - 1) : 0;
    for (uint32_t i = 0; i < parts->len; i++) len += part[i]->len;
    Str *all = hnb_str_new((int64_t)len, line);
    uint32_t *to = all->c;
    for (uint32_t i = 0; i < parts->len; i++) {
        if (i) {
            copy_chars(to, sep->c, sep->len);
            to += sep->len;
        }
        const Str *s = part[i];
        if (s->len == 1) {
            *to++ = s->c[0];
            continue;
        }
        copy_chars(to, s->c, s->len);
        to += s->len;
    }
    return all;
}

static Str *join_items(Str *sep, const uint32_t *c, uint32_t n, int32_t line) {
    Str *all = hnb_str_new(n ? (int64_t)((uint64_t)sep->len * (n - 1) + n) : 0, line);
    if (sep->len == 0) {
        copy_bytes(all->c, c, 4 * n);
        return all;
    }
    uint32_t *to = all->c;
    for (uint32_t i = 0; i < n; i++) {
        if (i) {
            copy_chars(to, sep->c, sep->len);
            to += sep->len;
        }
        *to++ = c[i];
    }
    return all;
}

Str *hnb_str_join_chars(Str *sep, List *chars, int32_t line) { return join_items(sep, chars->data, chars->len, line); }

Str *hnb_str_join_text(Str *sep, Str *s, int32_t line) { return join_items(sep, s->c, s->len, line); }
