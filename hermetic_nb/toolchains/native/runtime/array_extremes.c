/* The smallest and largest items of arrays, where they stand, and whether any or all are true. NaN counts as both. */
#include "array.h"
#include "numbers.h"

#define LESS(x, y) ((x) < (y))
#define MORE(x, y) ((x) > (y))
/* Whether x takes the place of the best so far: numpy keeps the first NaN that it meets. */
#define TAKES_f64(BEFORE, x, y) (!is_nan(y) && (BEFORE(x, y) || is_nan(x)))
#define TAKES_i64(BEFORE, x, y) BEFORE(x, y)
#define KEEPS_f64(BEFORE, x, y) (BEFORE(y, x) | (y == x) | (y != y))
#define KEEPS_i64(BEFORE, x, y) (!BEFORE(x, y))

/* The best item along a line of n items, and its number. */
#define BEST(NAME, TYPE, TAKES, BEFORE)                                                                               \
    static uint32_t NAME(const TYPE *x, uint32_t n, int32_t stride) {                                                 \
        uint32_t best = 0;                                                                                            \
        TYPE most = x[0];                                                                                             \
        for (uint32_t i = 1; i < n; i++) {                                                                            \
            TYPE one = x[(int32_t)i * stride];                                                                        \
            if (TAKES(BEFORE, one, most)) {                                                                           \
                most = one;                                                                                           \
                best = i;                                                                                             \
            }                                                                                                         \
        }                                                                                                             \
        return best;                                                                                                  \
    }

#define EXTREMES(SUFFIX, TYPE, WORD, BEFORE)                                                                          \
    BEST(best_##WORD##_##SUFFIX, TYPE, TAKES_##SUFFIX, BEFORE)                                                        \
    static uint32_t where_##WORD##_##SUFFIX(Array *a, int32_t code, TYPE *value, int32_t line) {                      \
        if (HNB_UNLIKELY(a->n0 == 0 || a->n1 == 0)) hnb_trap(code, line);                                             \
        Array *dense = hnb_array_dense(a, 8, line);                                                                   \
        const TYPE *x = (const TYPE *)dense->data;                                                                    \
        uint32_t at = best_##WORD##_##SUFFIX(x, a->n0 * a->n1, 1);                                                    \
        *value = x[at];                                                                                               \
        if (--dense->rc == 0) hnb_array_free(dense);                                                                  \
        return at;                                                                                                    \
    }                                                                                                                 \
    TYPE hnb_array_##WORD##_##SUFFIX(Array *a, int32_t line) {                                                        \
        TYPE value, lane[8];                                                                                          \
        uint32_t n = a->n1, i = 8;                                                                                    \
        if (a->n0 != 1 || a->s1 != 1 || n < 16) {                                                                     \
            where_##WORD##_##SUFFIX(a, HNB_EMPTY_REDUCTION, &value, line);                                            \
            return value;                                                                                             \
        }                                                                                                             \
        const TYPE *x = (const TYPE *)a->data;                                                                        \
        for (uint32_t k = 0; k < 8; k++) lane[k] = x[k];                                                              \
        /* A lane keeps a NaN: nothing is before it. */                                                               \
        for (; i < n - n % 8; i += 8)                                                                                 \
            for (uint32_t k = 0; k < 8; k++) lane[k] = KEEPS_##SUFFIX(BEFORE, x[i + k], lane[k]) ? lane[k] : x[i + k]; \
        value = lane[0];                                                                                              \
        for (uint32_t k = 1; k < 8; k++) value = KEEPS_##SUFFIX(BEFORE, lane[k], value) ? value : lane[k];            \
        for (; i < n; i++) value = KEEPS_##SUFFIX(BEFORE, x[i], value) ? value : x[i];                                \
        return value;                                                                                                 \
    }                                                                                                                 \
    int64_t hnb_array_arg##WORD##_##SUFFIX(Array *a, int32_t line) {                                                  \
        TYPE value;                                                                                                   \
        return where_##WORD##_##SUFFIX(a, HNB_EMPTY_ARG, &value, line);                                               \
    }                                                                                                                 \
    static Array *along_##WORD##_##SUFFIX(Array *a, int32_t axis, int32_t arg, int32_t line) {                        \
        uint32_t kept = axis ? a->n0 : a->n1, gone = axis ? a->n1 : a->n0;                                            \
        int32_t by = axis ? a->s0 : a->s1, along = axis ? a->s1 : a->s0;                                              \
        Array *made = hnb_array_new(1, kept, 8, line);                                                                \
        if (HNB_UNLIKELY(!gone)) hnb_trap(arg ? HNB_EMPTY_ARG : HNB_EMPTY_REDUCTION, line);                           \
        for (uint32_t k = 0; k < kept; k++) {                                                                         \
            const TYPE *x = (const TYPE *)a->data + (int32_t)k * by;                                                  \
            uint32_t at = best_##WORD##_##SUFFIX(x, gone, along);                                                     \
            if (arg)                                                                                                  \
                ((int64_t *)made->data)[k] = at;                                                                      \
            else                                                                                                      \
                ((TYPE *)made->data)[k] = x[(int32_t)at * along];                                                     \
        }                                                                                                             \
        return made;                                                                                                  \
    }                                                                                                                 \
    Array *hnb_array_##WORD##s_##SUFFIX(Array *a, int32_t axis, int32_t line) {                                       \
        return along_##WORD##_##SUFFIX(a, axis, 0, line);                                                             \
    }                                                                                                                 \
    Array *hnb_array_arg##WORD##s_##SUFFIX(Array *a, int32_t axis, int32_t line) {                                    \
        return along_##WORD##_##SUFFIX(a, axis, 1, line);                                                             \
    }

EXTREMES(f64, double, min, LESS)
EXTREMES(f64, double, max, MORE)
EXTREMES(i64, int64_t, min, LESS)
EXTREMES(i64, int64_t, max, MORE)

static int32_t found(const uint8_t *x, uint32_t n, int32_t stride, uint8_t wanted) {
    for (uint32_t i = 0; i < n; i++)
        if (x[(int32_t)i * stride] == wanted) return 1;
    return 0;
}

static int32_t anywhere(const Array *a, uint8_t wanted) {
    for (uint32_t i = 0; i < a->n0; i++)
        if (found(a->data + (int32_t)i * a->s0, a->n1, a->s1, wanted)) return 1;
    return 0;
}

int32_t hnb_array_any(Array *a, int32_t line) {
    (void)line;
    return anywhere(a, 1);
}

int32_t hnb_array_all(Array *a, int32_t line) {
    (void)line;
    return !anywhere(a, 0);
}

static Array *each_found(Array *a, int32_t axis, uint8_t wanted, int32_t line) {
    uint32_t kept = axis ? a->n0 : a->n1, gone = axis ? a->n1 : a->n0;
    int32_t by = axis ? a->s0 : a->s1, along = axis ? a->s1 : a->s0;
    Array *made = hnb_array_new(1, kept, 1, line);
    for (uint32_t k = 0; k < kept; k++)
        made->data[k] = found(a->data + (int32_t)k * by, gone, along, wanted) == wanted;
    return made;
}

Array *hnb_array_anys(Array *a, int32_t axis, int32_t line) { return each_found(a, axis, 1, line); }
Array *hnb_array_alls(Array *a, int32_t axis, int32_t line) { return each_found(a, axis, 0, line); }
