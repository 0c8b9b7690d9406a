/* sep.join of lists of strings, of lists of characters, and of a string. */
#include "slices.h"
#include "exports.h"

Str *hnb_str_join(Str *sep, List *parts, int32_t line) {
    Str **part = parts->data;
    uint64_t len = parts->len ? (uint64_t)sep->len * (parts->len - 1) : 0;
    for (uint32_t i = 0; i < parts->len; i++) len += part[i]->len;
    Str *all = hnb_str_new((int64_t)len, line);
    uint32_t *to = all->c;
    for (uint32_t i = 0; i < parts->len; i++) {
        if (i) {
            copy_bytes(to, sep->c, 4 * sep->len);
            to += sep->len;
        }
        const uint32_t *from = part[i]->c;
        uint32_t n = part[i]->len;
        if (n < 8) {
            for (uint32_t j = 0; j < n; j++) to[j] = from[j]; /* a copy of memory has a price of its own */
        } else {
            memcpy(to, from, 4 * n);
        }
        to += n;
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
            memcpy(to, sep->c, 4 * sep->len);
            to += sep->len;
        }
        *to++ = c[i];
    }
    return all;
}

Str *hnb_str_join_chars(Str *sep, List *chars, int32_t line) { return join_items(sep, chars->data, chars->len, line); }

Str *hnb_str_join_text(Str *sep, Str *s, int32_t line) { return join_items(sep, s->c, s->len, line); }
