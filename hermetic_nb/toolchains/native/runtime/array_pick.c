/* Items picked by masks and by numbers; arrays put together. */
#include "array.h"
#include "exports.h"
#include "items.h"

static inline uint8_t *item(const Array *a, uint32_t i, uint32_t j, uint32_t es) {
    return a->data + ((int32_t)i * a->s0 + (int32_t)j * a->s1) * (int32_t)es;
}

static inline void copy_item(void *to, const void *from, uint32_t es) {
    if (es == 8)
        memcpy(to, from, 8);
    else
        memcpy(to, from, 1);
}

static uint32_t truths(const Array *mask) {
    uint32_t count = 0;
    if (mask->s1 == 1) {
        for (uint32_t i = 0; i < mask->n0; i++) {
            const uint8_t *row = mask->data + (int32_t)i * mask->s0;
            for (uint32_t j = 0; j < mask->n1; j++) count += row[j];
        }
        return count;
    }
    for (uint32_t i = 0; i < mask->n0; i++)
        for (uint32_t j = 0; j < mask->n1; j++) count += *item(mask, i, j, 1);
    return count;
}

/* A mask of one axis over the first one of two (`rows`), or one of the array's own shape; an axis of a mask may also be empty. */
static void check_mask(const Array *a, const Array *mask, int32_t rows, int32_t line) {
    int32_t first = rows || mask->n0 == a->n0 || mask->n0 == 0;
    uint32_t wide = rows ? a->n0 : a->n1;
    if (HNB_UNLIKELY(!first || (mask->n1 != wide && mask->n1 != 0))) hnb_trap(HNB_MASK_SHAPE, line);
}

Array *hnb_array_mask(Array *a, Array *mask, int32_t rows, uint32_t es, int32_t line) {
    check_mask(a, mask, rows, line);
    uint32_t count = truths(mask);
    Array *picked = rows ? hnb_array_new(count, a->n1, es, line) : hnb_array_new(1, (int64_t)count + 1, es, line);
    if (!rows) picked->n1--;
    if (count == 0) return picked;
    uint8_t *to = picked->data;
    if (!rows && es == 8) {
        /* Without a branch that no processor foresees: there is a place for one more. */
        uint64_t *next = (uint64_t *)to;
        for (uint32_t i = 0; i < a->n0; i++) {
            const uint64_t *from = (const uint64_t *)item(a, i, 0, 8);
            const uint8_t *is = item(mask, i, 0, 1);
            for (uint32_t j = 0; j < a->n1; j++) {
                *next = from[(int32_t)j * a->s1];
                next += is[(int32_t)j * mask->s1];
            }
        }
        return picked;
    }
    for (uint32_t i = 0; i < a->n0; i++) {
        if (rows && !*item(mask, 0, i, 1)) continue;
        for (uint32_t j = 0; j < a->n1; j++) {
            if (!rows && !*item(mask, i, j, 1)) continue;
            copy_item(to, item(a, i, j, es), es);
            to += es;
        }
    }
    return picked;
}

/* a[mask] = from: one item for all, or one for each. */
void hnb_array_mask_store(Array *a, Array *mask, Array *from, int32_t rows, uint32_t es, int32_t line) {
    check_mask(a, mask, rows, line);
    uint32_t count = truths(mask), wide0 = rows ? count : 1, wide1 = rows ? a->n1 : count;
    Array *own_mask = hnb_array_copy(mask, 1, line);
    Array *wide = hnb_array_spread(from, wide0, wide1, es, line), *items = hnb_array_copy(wide, es, line);
    const uint8_t *next = items->data;
    for (uint32_t i = 0; count && i < a->n0; i++) {
        if (rows && !*item(own_mask, 0, i, 1)) continue;
        for (uint32_t j = 0; j < a->n1; j++) {
            if (!rows && !*item(own_mask, i, j, 1)) continue;
            copy_item(item(a, i, j, es), next, es);
            next += es;
        }
    }
    if (--wide->rc == 0) hnb_array_free(wide);
    hnb_array_free(items);
    hnb_array_free(own_mask);
}

static inline uint32_t place(int64_t i, uint32_t n, int32_t line) {
    if (i < 0) i += n;
    if (HNB_UNLIKELY((uint64_t)i >= n)) hnb_trap(HNB_ARRAY_INDEX, line);
    return (uint32_t)i;
}

/* a[index] (axis 1: of one axis, or columns; axis 0: rows). Columns that numpy picks lie one after the other. */
Array *hnb_array_take(Array *a, Array *index, int32_t axis, uint32_t es, int32_t line) {
    if (axis && a->n0 > 1) {
        Array *view = hnb_array_transpose(a, es, line), *picked = hnb_array_take(view, index, 0, es, line);
        hnb_array_free(view);
        hnb_array_turn(picked, 1);
        return picked;
    }
    Array *numbers = hnb_array_dense(index, 8, line);
    uint32_t count = numbers->n0 * numbers->n1;
    const int64_t *at = (const int64_t *)numbers->data;
    Array *picked = axis ? hnb_array_new(a->n0, count, es, line) : hnb_array_new(count, a->n1, es, line);
    if (axis && a->n0 == 0)
        for (uint32_t k = 0; k < count; k++) place(at[k], a->n1, line);
    uint8_t *to = picked->data;
    if (axis) {
        for (uint32_t i = 0; i < a->n0; i++)
            for (uint32_t k = 0; k < count; k++, to += es) copy_item(to, item(a, i, place(at[k], a->n1, line), es), es);
    } else {
        for (uint32_t k = 0; k < count; k++) {
            uint32_t i = place(at[k], a->n0, line);
            for (uint32_t j = 0; j < a->n1; j++, to += es) copy_item(to, item(a, i, j, es), es);
        }
    }
    if (--numbers->rc == 0) hnb_array_free(numbers);
    return picked;
}

/* a[index] = from; of several items for one place the last stays. Nothing is written where a number is outside. */
void hnb_array_put(Array *a, Array *index, Array *from, int32_t axis, uint32_t es, int32_t line) {
    Array *numbers = hnb_array_copy(index, 8, line);
    uint32_t count = numbers->n0 * numbers->n1, n = axis ? a->n1 : a->n0;
    int64_t *at = (int64_t *)numbers->data;
    Array *wide = hnb_array_spread(from, axis ? a->n0 : count, axis ? count : a->n1, es, line);
    for (uint32_t k = 0; k < count; k++) at[k] = place(at[k], n, line);
    Array *items = hnb_array_copy(wide, es, line);
    const uint8_t *next = items->data;
    if (axis) {
        for (uint32_t i = 0; i < a->n0; i++)
            for (uint32_t k = 0; k < count; k++, next += es) copy_item(item(a, i, (uint32_t)at[k], es), next, es);
    } else {
        for (uint32_t k = 0; k < count; k++)
            for (uint32_t j = 0; j < a->n1; j++, next += es) copy_item(item(a, (uint32_t)at[k], j, es), next, es);
    }
    if (--wide->rc == 0) hnb_array_free(wide);
    hnb_array_free(items);
    hnb_array_free(numbers);
}

/* Where a mask of one axis is true. */
Array *hnb_array_nonzero(Array *mask, int32_t line) {
    Array *numbers = hnb_array_new(1, truths(mask), 8, line);
    int64_t *to = (int64_t *)numbers->data;
    for (uint32_t j = 0; j < mask->n1; j++)
        if (*item(mask, 0, j, 1)) *to++ = j;
    return numbers;
}

/* Two arrays after one another: along an axis. */
Array *hnb_array_concat(Array *a, Array *b, int32_t axis, uint32_t es, int32_t line) {
    if (HNB_UNLIKELY(axis ? a->n0 != b->n0 : a->n1 != b->n1)) hnb_trap(HNB_CONCATENATE, line);
    if (HNB_UNLIKELY((hnb_array_layout(a) | hnb_array_layout(b)) == 2)) {
        Array *first = hnb_array_transpose(a, es, line), *second = hnb_array_transpose(b, es, line);
        Array *turned = hnb_array_concat(first, second, !axis, es, line);
        hnb_array_turn(turned, 1);
        hnb_array_free(first);
        hnb_array_free(second);
        return turned;
    }
    Array *both = axis ? hnb_array_new(a->n0, (int64_t)a->n1 + b->n1, es, line)
                       : hnb_array_new((int64_t)a->n0 + b->n0, a->n1, es, line);
    Array *first = hnb_array_dense(a, es, line), *second = hnb_array_dense(b, es, line);
    uint8_t *to = both->data;
    if (axis) {
        uint32_t left = a->n1 * es, right = b->n1 * es;
        for (uint32_t i = 0; i < a->n0; i++, to += left + right) {
            copy_bytes(to, first->data + i * left, left);
            copy_bytes(to + left, second->data + i * right, right);
        }
    } else {
        uint32_t size = a->n0 * a->n1 * es;
        copy_bytes(to, first->data, size);
        copy_bytes(to + size, second->data, b->n0 * b->n1 * es);
    }
    if (--first->rc == 0) hnb_array_free(first);
    if (--second->rc == 0) hnb_array_free(second);
    return both;
}

/* Each item of an array of one axis so many times. */
Array *hnb_array_repeat(Array *a, int64_t times, uint32_t es, int32_t line) {
    if (times < 0) hnb_trap(HNB_NEGATIVE_DIMENSION, line);
    Array *many = hnb_array_new(1, (int64_t)repeated_len(a->n1, times, line), es, line);
    uint8_t *to = many->data;
    for (uint32_t j = 0; j < a->n1; j++)
        for (int64_t k = 0; k < times; k++, to += es) copy_item(to, item(a, 0, j, es), es);
    return many;
}
