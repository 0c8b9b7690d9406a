/* Bytes objects: the bytes stand in the block of the object. */
#include "exports.h"
#include "slices.h"

#define BLOCK(cap) (HNB_HEADER + (cap))

/* n bytes that are not initialised yet. */
Bytes *hnb_bytes_new(int64_t n, int32_t line) {
    uint64_t len = n < 0 ? 0 : (uint64_t)n;
    Bytes *b = hnb_alloc(size_of_items(len, 1, HNB_HEADER, line), line);
    b->rc = 1;
    b->len = b->cap = (uint32_t)len;
    return b;
}

void hnb_bytes_free(Bytes *b) { hnb_free(b, BLOCK(b->cap)); }

/* A copy of n bytes. */
Bytes *hnb_bytes_from(const uint8_t *from, uint32_t n, int32_t line) {
    Bytes *b = hnb_bytes_new(n, line);
    copy_bytes(b->c, from, n);
    return b;
}

Bytes *hnb_bytes_concat(Bytes *a, Bytes *b, int32_t line) {
    Bytes *both = hnb_bytes_new((int64_t)a->len + b->len, line);
    copy_bytes(both->c, a->c, a->len);
    copy_bytes(both->c + a->len, b->c, b->len);
    return both;
}

/* Consumes a: the same bytes with room for `more`, in place where nobody else holds it. */
static Bytes *with_room(Bytes *a, uint32_t more, int32_t line) {
    uint64_t wanted = (uint64_t)a->len + more;
    if (HNB_LIKELY(a->rc == 1 && wanted <= a->cap)) return a;
    uint64_t cap = wanted < 32 ? 52 : 2 * wanted;
    uint32_t size = size_of_items(cap, 1, HNB_HEADER, line);
    Bytes *roomy;
    if (a->rc == 1) {
        roomy = hnb_realloc(a, BLOCK(a->cap), size, line);
    } else {
        roomy = hnb_alloc(size, line);
        roomy->rc = 1;
        roomy->len = a->len;
        copy_bytes(roomy->c, a->c, a->len);
        a->rc--;
    }
    roomy->cap = (uint32_t)cap;
    return roomy;
}

/* a + b; consumes a. b may be a. */
Bytes *hnb_bytes_append(Bytes *a, Bytes *b, int32_t line) {
    uint32_t more = b->len;
    Bytes *grown = with_room(a, more, line);
    copy_bytes(grown->c + grown->len, b == a ? grown->c : b->c, more);
    grown->len += more;
    return grown;
}

Bytes *hnb_bytes_slice(Bytes *b, int64_t lo, int64_t hi, int64_t step, int32_t has, int32_t line) {
    Slice slice = slice_of(b->len, lo, hi, step, has, line);
    Bytes *part = hnb_bytes_new(slice.count, line);
    uint64_t at = (uint64_t)slice.first; /* runs past 64 bits after the last item, so it wraps */
    if (step == 1)
        copy_bytes(part->c, b->c + at, slice.count);
    else
        for (uint32_t i = 0; i < slice.count; i++, at += (uint64_t)step) part->c[i] = b->c[at];
    return part;
}

Bytes *hnb_bytes_repeat(Bytes *b, int64_t n, int32_t line) {
    uint64_t len = repeated_len(b->len, n, line);
    Bytes *many = hnb_bytes_new((int64_t)len, line);
    if (len == 0) return many;
    memcpy(many->c, b->c, b->len);
    repeat_bytes(many->c, b->len, many->len);
    return many;
}

/* The first place where two runs of n bytes differ, or n; eight at a time. */
static inline uint32_t difference(const uint8_t *x, const uint8_t *y, uint32_t n) {
    uint32_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t p, q;
        memcpy(&p, x + i, 8);
        memcpy(&q, y + i, 8);
        if (p != q) break;
    }
    while (i < n && x[i] == y[i]) i++;
    return i;
}

int32_t hnb_bytes_eq(Bytes *a, Bytes *b) { return a->len == b->len && difference(a->c, b->c, a->len) == a->len; }

/* -1, 0 or 1. */
int32_t hnb_bytes_cmp(Bytes *a, Bytes *b) {
    uint32_t n = a->len < b->len ? a->len : b->len, i = difference(a->c, b->c, n);
    if (i < n) return a->c[i] < b->c[i] ? -1 : 1;
    return (a->len > b->len) - (a->len < b->len);
}
