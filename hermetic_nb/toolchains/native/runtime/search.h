/* Substring search over an alphabet of any size, in linear time and constant memory. ITEM is the type of a character;
 * each file that searches defines it and includes this once.
 *
 * A plain scan for the first character and a comparison there is fastest on ordinary text, but quadratic on some.
 * So it works within a budget, and where that is spent the two-way method goes on: M. Crochemore and D. Perrin,
 * Two-way string-matching, Journal of the ACM 38 (1991). */
#include "runtime.h"

#define NOT_FOUND UINT32_MAX
#define AT(text, place) (text)[way * (int32_t)(place)]

/* Where the largest suffix of the needle starts, by the order of characters or its inverse, and its period. Here and in
 * search_two_way the k-th character stands at AT(x, k): a way of -1 reads from the end, x being the last character. */
static uint32_t largest_suffix(const ITEM *x, uint32_t m, int32_t way, int32_t inverse, uint32_t *period) {
    uint32_t start = 0, candidate = 1, matched = 0, p = 1;
    while (candidate + matched < m) {
        ITEM a = AT(x, candidate + matched), b = AT(x, start + matched);
        if (a == b) {
            if (++matched == p) {
                candidate += p;
                matched = 0;
            }
        } else if ((a < b) != inverse) {
            candidate += matched + 1;
            matched = 0;
            p = candidate - start;
        } else {
            start = candidate++;
            matched = 0;
            p = 1;
        }
    }
    *period = p;
    return start;
}

static __attribute__((noinline)) uint32_t search_two_way(const ITEM *y, uint32_t n, const ITEM *x, uint32_t m,
                                                         int32_t way) {
    uint32_t period, other_period;
    uint32_t cut = largest_suffix(x, m, way, 0, &period), other = largest_suffix(x, m, way, 1, &other_period);
    if (other > cut) {
        cut = other;
        period = other_period;
    }
    uint32_t i = 0;
    while (i < cut && i + period < m && AT(x, i) == AT(x, i + period)) i++;
    int32_t periodic = i == cut;
    if (!periodic) period = (cut > m - cut ? cut : m - cut) + 1;
    uint32_t known = 0; /* characters at the needle's start that match from the shift before */
    for (uint32_t at = 0; at <= n - m;) {
        i = cut > known ? cut : known;
        while (i < m && AT(x, i) == AT(y, at + i)) i++;
        if (i < m) {
            at += i - cut + 1;
            known = 0;
            continue;
        }
        i = cut;
        while (i > known && AT(x, i - 1) == AT(y, at + i - 1)) i--;
        if (i <= known) return at;
        at += period;
        known = periodic ? m - period : 0;
    }
    return NOT_FOUND;
}

typedef ITEM Lanes __attribute__((vector_size(16)));
enum { LANES = 16 / sizeof(ITEM) };

/* The first place from `at` on, and before `end`, of a character; or `end`. */
static inline uint32_t skip_to(const ITEM *y, uint32_t at, uint32_t end, ITEM wanted) {
    Lanes all = wanted - (Lanes){0};
    for (; at + LANES <= end; at += LANES) {
        Lanes some;
        memcpy(&some, y + at, sizeof some);
        some = (Lanes)(some == all);
#ifdef __wasm_simd128__
        typedef int8_t Bytes16 __attribute__((vector_size(16)));
        typedef int32_t Words4 __attribute__((vector_size(16)));
        uint32_t mask = (uint32_t)(LANES == 4 ? __builtin_wasm_bitmask_i32x4((Words4)some)
                                              : __builtin_wasm_bitmask_i8x16((Bytes16)some));
        if (mask) return at + (uint32_t)__builtin_ctz(mask);
#else
        uint64_t half[2];
        memcpy(half, &some, sizeof half);
        if (half[0] | half[1]) break;
#endif
    }
    while (at < end && y[at] != wanted) at++;
    return at;
}

/* The first place of x (m > 0 characters) in y (n characters), or NOT_FOUND. */
static __attribute__((noinline)) uint32_t search_several(const ITEM *y, uint32_t n, const ITEM *x, uint32_t m) {
    if (m > n) return NOT_FOUND;
    uint32_t end = n - m + 1;
    uint64_t spent = 0;
    for (uint32_t at = skip_to(y, 0, end, x[0]); at < end; at = skip_to(y, at + 1, end, x[0])) {
        uint32_t i = 1;
        while (i < m && y[at + i] == x[i]) i++;
        if (i == m) return at;
        spent += i;
        if (HNB_UNLIKELY(spent > 256 + 2 * (uint64_t)at && at + 1 < end)) {
            uint32_t found = search_two_way(y + at + 1, n - at - 1, x, m, 1);
            return found == NOT_FOUND ? NOT_FOUND : found + at + 1;
        }
    }
    return NOT_FOUND;
}

/* The first place of x (m characters) in y (n characters), or NOT_FOUND. */
static inline uint32_t search_items(const ITEM *y, uint32_t n, const ITEM *x, uint32_t m) {
    if (m == 0) return 0;
    if (m > 1) return search_several(y, n, x, m);
    uint32_t at = skip_to(y, 0, n, x[0]);
    return at < n ? at : NOT_FOUND;
}

/* The last place, or NOT_FOUND: the same from the end. */
static inline uint32_t search_items_back(const ITEM *y, uint32_t n, const ITEM *x, uint32_t m) {
    if (m == 0) return n;
    if (m > n) return NOT_FOUND;
    uint64_t spent = 0;
    for (uint32_t at = n - m + 1; at-- > 0;) {
        if (y[at + m - 1] != x[m - 1]) continue;
        uint32_t i = m - 1;
        while (i > 0 && y[at + i - 1] == x[i - 1]) i--;
        if (i == 0) return at;
        spent += m - i;
        if (HNB_UNLIKELY(at > 0 && spent > 256 + 2 * (uint64_t)(n - m - at))) {
            uint32_t left = at + m - 1;
            uint32_t found = search_two_way(y + left - 1, left, x + m - 1, m, -1);
            return found == NOT_FOUND ? NOT_FOUND : left - m - found;
        }
    }
    return NOT_FOUND;
}

/* How many times x occurs without overlap; n + 1 for an empty x. */
static inline int64_t count_items(const ITEM *y, uint32_t n, const ITEM *x, uint32_t m) {
    if (m == 0) return (int64_t)n + 1;
    int64_t count = 0;
    for (uint32_t at = 0; at < n;) {
        uint32_t found = search_items(y + at, n - at, x, m);
        if (found == NOT_FOUND) break;
        count++;
        at += found + m;
    }
    return count;
}
