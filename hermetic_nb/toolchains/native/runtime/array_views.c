/* Views: arrays that share the items of another. */
#include "array.h"

static Array *view_of(Array *a, uint32_t n0, uint32_t n1, int32_t s0, int32_t s1, int32_t first, uint32_t es,
                      int32_t line) {
    Array *owner = a->base ? a->base : a, *view = hnb_alloc(sizeof(Array), line);
    owner->rc++;
    *view = (Array){1, n0, n1, s0, s1, a->data + first * (int32_t)es, owner, 0};
    return view;
}

static inline int32_t place(int64_t i, uint32_t n, int32_t line) {
    if (i < 0) i += n;
    if (HNB_UNLIKELY((uint64_t)i >= n)) hnb_trap(HNB_ARRAY_INDEX, line);
    return (int32_t)i;
}

/* a[i] of two axes. */
Array *hnb_array_row(Array *a, int64_t i, uint32_t es, int32_t line) {
    return view_of(a, 1, a->n1, 0, a->s1, place(i, a->n0, line) * a->s0, es, line);
}

/* a[:, j] of two axes. */
Array *hnb_array_column(Array *a, int64_t j, uint32_t es, int32_t line) {
    return view_of(a, 1, a->n0, 0, a->s0, place(j, a->n1, line) * a->s1, es, line);
}

/* A slice along an axis; numpy's rules are Python's. */
Array *hnb_array_slice(Array *a, int32_t axis, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es,
                       int32_t line) {
    Slice part = slice_of(axis ? a->n1 : a->n0, lo, hi, step, has, line);
    int32_t first = part.count ? (int32_t)part.first : 0, by = part.count > 1 ? (int32_t)step : 1;
    if (axis) return view_of(a, a->n0, part.count, a->s0, a->s1 * by, first * a->s1, es, line);
    return view_of(a, part.count, a->n1, a->s0 * by, a->s1, first * a->s0, es, line);
}

Array *hnb_array_transpose(Array *a, uint32_t es, int32_t line) {
    return view_of(a, a->n1, a->n0, a->s1, a->s0, 0, es, line);
}

/* Whether items keep their places under another shape, and by which strides: where one axis has them all, where lines follow
 * each other at the distance of items, or where the shape is the same. Otherwise numpy copies, and so do we. */
static int32_t keeps_places(const Array *a, uint32_t n0, uint32_t n1, int32_t *s0, int32_t *s1) {
    if (a->n0 == n0 && a->n1 == n1) {
        *s0 = a->s0;
        *s1 = a->s1;
        return 1;
    }
    if (a->n0 != 1 && a->n1 != 1 && a->s0 != (int32_t)a->n1 * a->s1) return 0;
    *s1 = a->n1 == 1 ? a->s0 : a->s1;
    *s0 = (int32_t)n1 * *s1;
    return 1;
}

/* Another shape of the same items; -1 is what is left. A view where that can be. */
Array *hnb_array_reshape(Array *a, int64_t n0, int64_t n1, uint32_t es, int32_t line) {
    int64_t count = (int64_t)((uint64_t)a->n0 * a->n1);
    if (n0 < 0 && n1 < 0) hnb_trap(HNB_RESHAPE, line);
    if (n0 < -1 || n1 < -1 || n0 > count + 1 || n1 > count + 1) {
        if (n0 < -1 || n1 < -1 || count) hnb_trap(HNB_RESHAPE, line);
    }
    if (n0 == -1) n0 = n1 ? count / n1 : -1;
    if (n1 == -1) n1 = n0 ? count / n0 : -1;
    if (n0 < 0 || n1 < 0 || n0 * n1 != count) hnb_trap(HNB_RESHAPE, line);
    int32_t s0, s1;
    if (keeps_places(a, (uint32_t)n0, (uint32_t)n1, &s0, &s1))
        return view_of(a, (uint32_t)n0, (uint32_t)n1, s0, s1, 0, es, line);
    Array *dense = hnb_array_dense(a, es, line);
    Array *view = view_of(dense, (uint32_t)n0, (uint32_t)n1, (int32_t)n1, 1, 0, es, line);
    if (--dense->rc == 0) hnb_array_free(dense);
    return view;
}

/* a[None, :] (axis 0) or a[:, None] (axis 1) of one axis. */
Array *hnb_array_raise(Array *a, int32_t axis, uint32_t es, int32_t line) {
    if (axis) return view_of(a, a->n1, 1, a->s1, 1, 0, es, line);
    return view_of(a, 1, a->n1, (int32_t)a->n1, a->s1, 0, es, line);
}

/* One axis: a view where the items stand one after the other. */
Array *hnb_array_ravel(Array *a, uint32_t es, int32_t line) {
    Array *dense = hnb_array_dense(a, es, line);
    Array *view = view_of(dense, 1, dense->n0 * dense->n1, 0, 1, 0, es, line);
    if (--dense->rc == 0) hnb_array_free(dense);
    return view;
}

/* A copy with one axis. */
Array *hnb_array_flatten(Array *a, uint32_t es, int32_t line) {
    Array *flat = hnb_array_copy(a, es, line);
    flat->n1 *= flat->n0;
    flat->n0 = 1;
    flat->s0 = (int32_t)flat->n1;
    return flat;
}

/* Which axis is the inner one in memory: 1 the last, 2 the first, 0 where one axis has at most one item. numpy lays out what it
 * computes as its operands are (`order="K"`), and by rows where they differ: that decides the order of sums. */
int32_t hnb_array_layout(Array *a) {
    if (a->n0 < 2 || a->n1 < 2) return 0;
    int32_t s0 = a->s0 < 0 ? -a->s0 : a->s0, s1 = a->s1 < 0 ? -a->s1 : a->s1;
    return s0 < s1 ? 2 : 1;
}

/* `hnb_array_lines` of the array, or of its transpose. */
Array *hnb_array_turned_lines(Array *a, uint32_t n0, uint32_t n1, int32_t turned, uint32_t es, int32_t line) {
    if (HNB_LIKELY(!turned)) return hnb_array_lines(a, n0, n1, es, line);
    Array *view = hnb_array_transpose(a, es, line), *lines = hnb_array_lines(view, n0, n1, es, line);
    if (--view->rc == 0) hnb_array_free(view);
    return lines;
}

/* A new array becomes its transpose. */
void hnb_array_turn(Array *a, int32_t turned) {
    if (HNB_LIKELY(!turned)) return;
    uint32_t n = a->n0;
    int32_t s = a->s0;
    a->n0 = a->n1;
    a->s0 = a->s1;
    a->n1 = n;
    a->s1 = s;
}

/* A copy that lies in memory as the array does. */
Array *hnb_array_same(Array *a, uint32_t es, int32_t line) {
    if (hnb_array_layout(a) != 2) return hnb_array_copy(a, es, line);
    Array *view = hnb_array_transpose(a, es, line), *copy = hnb_array_copy(view, es, line);
    hnb_array_free(view);
    hnb_array_turn(copy, 1);
    return copy;
}
