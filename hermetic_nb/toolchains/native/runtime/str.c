/* Strings: code points, one 32-bit word each, in the block of the object. */
#include "exports.h"
#include "slices.h"
#include "text_copy.h"
#include "text_same.h"

#define BLOCK(cap) (HNB_HEADER + 4 * (cap))

/* A string of n code points that are not initialised yet. */
Str *hnb_str_new(int64_t n, int32_t line) {
    uint64_t len = n < 0 ? 0 : (uint64_t)n;
    Str *s = hnb_alloc(size_of_items(len, 4, HNB_HEADER, line), line);
    s->rc = 1;
    s->len = s->cap = (uint32_t)len;
    return s;
}

void hnb_str_free(Str *s) { hnb_free(s, BLOCK(s->cap)); }

enum { KEPT_CHARS = 256, IMMORTAL = 1 << 30 };

/* Strings of one character below U+0100 are made once, where they are asked for first. */
static struct {
    int32_t rc;
    uint32_t len, cap, c;
} kept[KEPT_CHARS];

Str *hnb_str_from_char(uint32_t c, int32_t line) {
    if (HNB_LIKELY(c < KEPT_CHARS)) {
        Str *s = (Str *)(void *)&kept[c];
        if (HNB_UNLIKELY(s->rc < IMMORTAL / 2)) {
            s->rc = IMMORTAL;
            s->len = s->cap = 1;
            s->c[0] = c;
        }
        return s;
    }
    Str *s = hnb_str_new(1, line);
    s->c[0] = c;
    return s;
}

Str *hnb_str_concat(Str *a, Str *b, int32_t line) {
    Str *both = hnb_str_new((int64_t)a->len + b->len, line);
    copy_chars(both->c, a->c, a->len);
    copy_chars(both->c + a->len, b->c, b->len);
    return both;
}

/* a[alo:ahi] + b[blo:bhi] without making these parts; has: bit 0 alo given, bit 1 ahi given, bits 2 and 3 those of b. */
Str *hnb_str_concat_parts(Str *a, int64_t alo, int64_t ahi, Str *b, int64_t blo, int64_t bhi, int32_t has,
                          int32_t line) {
    Slice left = slice_of(a->len, alo, ahi, 1, has, line), right = slice_of(b->len, blo, bhi, 1, has >> 2, line);
    Str *both = hnb_str_new((int64_t)left.count + right.count, line);
    copy_chars(both->c, a->c + left.first, left.count);
    copy_chars(both->c + left.count, b->c + right.first, right.count);
    return both;
}

/* Consumes a: the same text with room for `more` code points, in place where nobody else holds it. */
static Str *with_room(Str *a, uint32_t more, int32_t line) {
    uint64_t wanted = (uint64_t)a->len + more;
    if (HNB_LIKELY(a->rc == 1 && wanted <= a->cap)) return a;
    uint64_t cap = wanted < 16 ? 21 : 2 * wanted;
    uint32_t size = size_of_items(cap, 4, HNB_HEADER, line);
    Str *roomy;
    if (a->rc == 1) {
        roomy = hnb_realloc(a, BLOCK(a->cap), size, line);
    } else {
        roomy = hnb_alloc(size, line);
        roomy->rc = 1;
        roomy->len = a->len;
        copy_bytes(roomy->c, a->c, 4 * a->len);
        a->rc--;
    }
    roomy->cap = (uint32_t)cap;
    return roomy;
}

/* a + b; consumes a. b may be a. */
Str *hnb_str_append(Str *a, Str *b, int32_t line) {
    uint32_t more = b->len;
    Str *grown = with_room(a, more, line);
    copy_chars(grown->c + grown->len, b == a ? grown->c : b->c, more);
    grown->len += more;
    return grown;
}

/* a + chr(c); consumes a. */
Str *hnb_str_append_char(Str *a, uint32_t c, int32_t line) {
    Str *grown = with_room(a, 1, line);
    grown->c[grown->len++] = c;
    return grown;
}

Str *hnb_str_slice(Str *s, int64_t lo, int64_t hi, int64_t step, int32_t has, int32_t line) {
    Slice slice = slice_of(s->len, lo, hi, step, has, line);
    if (slice.count == 1) return hnb_str_from_char(s->c[slice.first], line);
    Str *part = hnb_str_new(slice.count, line);
    uint64_t at = (uint64_t)slice.first; /* runs past 64 bits after the last item, so it wraps */
    if (step == 1)
        copy_chars(part->c, s->c + at, slice.count);
    else if (step == -1)
        copy_chars_back(part->c, s->c + at, slice.count);
    else
        for (uint32_t i = 0; i < slice.count; i++, at += (uint64_t)step) part->c[i] = s->c[at];
    return part;
}

Str *hnb_str_repeat(Str *s, int64_t n, int32_t line) {
    uint64_t len = repeated_len(s->len, n, line);
    Str *many = hnb_str_new((int64_t)len, line);
    if (len == 0) return many;
    memcpy(many->c, s->c, 4 * s->len);
    repeat_bytes((uint8_t *)many->c, 4 * s->len, 4 * many->len);
    return many;
}

/* The first place where two texts differ, or n. Four at a time, because that is one comparison of vectors. */
static inline uint32_t difference(const uint32_t *x, const uint32_t *y, uint32_t n) {
    uint32_t i = 0;
    while (i + 4 <= n && !((x[i] ^ y[i]) | (x[i + 1] ^ y[i + 1]) | (x[i + 2] ^ y[i + 2]) | (x[i + 3] ^ y[i + 3])))
        i += 4;
    while (i < n && x[i] == y[i]) i++;
    return i;
}

int32_t hnb_str_eq(Str *a, Str *b) { return same_text(a, b); }

/* -1, 0 or 1, in the order of code points. */
int32_t hnb_str_cmp(Str *a, Str *b) {
    uint32_t n = a->len < b->len ? a->len : b->len, i = difference(a->c, b->c, n);
    if (i < n) return a->c[i] < b->c[i] ? -1 : 1;
    return (a->len > b->len) - (a->len < b->len);
}
