/* Arrays: making, freeing, copying, broadcasting and storing. */
#include "array.h"
#include "exports.h"
#include "items.h"

Array *hnb_array_new(int64_t n0, int64_t n1, uint32_t es, int32_t line) {
    if (HNB_UNLIKELY(n0 < 0 || n1 < 0)) hnb_trap(HNB_NEGATIVE_DIMENSION, line);
    if (HNB_UNLIKELY(n0 > INT32_MAX || n1 > INT32_MAX)) hnb_trap(HNB_MEMORY, line);
    uint32_t bytes = size_of_items((uint64_t)n0 * (uint64_t)n1, es, 0, line);
    Array *a = hnb_alloc(sizeof(Array), line);
    *a = (Array){1, (uint32_t)n0, (uint32_t)n1, (int32_t)n1, 1, hnb_alloc(bytes, line), NULL, bytes};
    return a;
}

/* Takes over a buffer that cabi_realloc made; its shape must be that of `count` items. */
Array *hnb_array_adopt(void *data, int64_t n0, int64_t n1, uint32_t count, uint32_t es, int32_t line) {
    if (n0 < 0 || n1 < 0 || n0 > INT32_MAX || n1 > INT32_MAX || (uint64_t)n0 * (uint64_t)n1 != count)
        hnb_trap(HNB_ARRAY_SHAPE, line);
    Array *a = hnb_alloc(sizeof(Array), line);
    *a = (Array){1, (uint32_t)n0, (uint32_t)n1, (int32_t)n1, 1, count ? data : NULL, NULL, count * es};
    return a;
}

void hnb_array_free(Array *a) {
    Array *base = a->base;
    if (!base)
        hnb_free(a->data, a->bytes);
    else if (--base->rc == 0)
        hnb_array_free(base);
    hnb_free(a, sizeof(Array));
}

static inline int is_dense(const Array *a) {
    return (a->s1 == 1 || a->n1 < 2) && (a->s0 == (int32_t)a->n1 || a->n0 < 2);
}

#define COPY_OUT(TYPE)                                                                                                \
    for (uint32_t i = 0; i < n0; i++) {                                                                               \
        const TYPE *row = (const TYPE *)a->data + (int32_t)i * s0;                                                    \
        TYPE *to = (TYPE *)out + i * n1;                                                                              \
        for (uint32_t j = 0; j < n1; j++) to[j] = row[(int32_t)j * s1];                                               \
    }

/* Writes the items row by row, those of an axis with stride 0 again and again. */
static void copy_out(void *out, const Array *a, uint32_t n0, uint32_t n1, int32_t s0, int32_t s1, uint32_t es) {
    if (es == 8)
        COPY_OUT(uint64_t)
    else
        COPY_OUT(uint8_t)
}

Array *hnb_array_copy(Array *a, uint32_t es, int32_t line) {
    Array *copy = hnb_array_new(a->n0, a->n1, es, line);
    if (is_dense(a))
        copy_bytes(copy->data, a->data, copy->bytes);
    else
        copy_out(copy->data, a, a->n0, a->n1, a->s0, a->s1, es);
    return copy;
}

/* The array with its items one after the other: itself, or a copy. */
Array *hnb_array_dense(Array *a, uint32_t es, int32_t line) {
    if (HNB_UNLIKELY(!is_dense(a))) return hnb_array_copy(a, es, line);
    a->rc++;
    return a;
}

/* The common length of an axis of two arrays, or trap 182. */
uint32_t hnb_array_join(uint32_t a, uint32_t b, int32_t line) {
    if (HNB_UNLIKELY(a != b && a != 1 && b != 1)) hnb_trap(HNB_BROADCAST, line);
    return a == 1 ? b : a;
}

/* The array as one of this shape with its items one after the other. */
Array *hnb_array_spread(Array *a, uint32_t n0, uint32_t n1, uint32_t es, int32_t line) {
    if (HNB_LIKELY(a->n0 == n0 && a->n1 == n1)) return hnb_array_dense(a, es, line);
    if (HNB_UNLIKELY((a->n0 != n0 && a->n0 != 1) || (a->n1 != n1 && a->n1 != 1))) hnb_trap(HNB_BROADCAST, line);
    Array *wide = hnb_array_new(n0, n1, es, line);
    copy_out(wide->data, a, n0, n1, a->n0 == 1 ? 0 : a->s0, a->n1 == 1 ? 0 : a->s1, es);
    return wide;
}

/* The array as lines of n1 items that stand one after the other: itself, also where all lines are one, or a copy. */
Array *hnb_array_lines(Array *a, uint32_t n0, uint32_t n1, uint32_t es, int32_t line) {
    if (HNB_UNLIKELY(a->n1 != n1 || (n1 > 1 && a->s1 != 1) || (a->n0 != n0 && a->n0 != 1)))
        return hnb_array_spread(a, n0, n1, es, line);
    a->rc++;
    return a;
}

#define COPY_IN(TYPE)                                                                                                 \
    for (uint32_t i = 0; i < a->n0; i++) {                                                                            \
        TYPE *row = (TYPE *)a->data + (int32_t)i * a->s0;                                                             \
        const TYPE *items = (const TYPE *)wide->data + i * a->n1;                                                     \
        for (uint32_t j = 0; j < a->n1; j++) row[(int32_t)j * a->s1] = items[j];                                      \
    }

/* Every item becomes this one. */
void hnb_array_fill(Array *a, uint64_t bits, uint32_t es, int32_t line) {
    (void)line;
    for (uint32_t i = 0; i < a->n0; i++) {
        uint8_t *row = a->data + (int32_t)i * a->s0 * (int32_t)es;
        for (uint32_t j = 0; j < a->n1; j++) {
            int32_t at = (int32_t)j * a->s1;
            if (es == 8)
                ((uint64_t *)row)[at] = bits;
            else
                row[at] = (uint8_t)bits;
        }
    }
}

static const Array *owner(const Array *a) { return a->base ? a->base : a; }

/* a[...] = from, as if `from` were copied first. */
void hnb_array_store(Array *a, Array *from, uint32_t es, int32_t line) {
    if (from->n0 == 1 && from->n1 == 1) {
        hnb_array_fill(a, es == 8 ? *(uint64_t *)from->data : *from->data, es, line);
        return;
    }
    int32_t shared = owner(a) == owner(from) && from->n0 == a->n0 && from->n1 == a->n1;
    Array *wide = shared ? hnb_array_copy(from, es, line) : hnb_array_spread(from, a->n0, a->n1, es, line);
    if (is_dense(a))
        copy_bytes(a->data, wide->data, a->n0 * a->n1 * es);
    else if (es == 8)
        COPY_IN(uint64_t)
    else
        COPY_IN(uint8_t)
    if (--wide->rc == 0) hnb_array_free(wide);
}
