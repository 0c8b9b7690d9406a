/* Searching within bounds, for str and bytes. */
#include "search.h"

typedef struct {
    const ITEM *c;
    uint32_t from, len;
    int32_t outside; /* the start lies behind the end: not even the empty text is found */
} Part;

/* The part of a text that start and end mean: clamped as those of a slice, but that a start behind the text stays there. */
static inline Part part_of(TEXT *s, int64_t lo, int64_t hi) {
    int64_t n = s->len;
    hi = clamp_bound(hi, n, 0, n);
    if (lo < 0) lo = lo + n < 0 ? 0 : lo + n;
    if (lo > hi) return (Part){s->c, 0, 0, 1};
    return (Part){s->c + lo, (uint32_t)lo, (uint32_t)(hi - lo), 0};
}

/* The first place of the needle, or -1. */
int64_t NAME(find)(TEXT *hay, TEXT *needle) {
    uint32_t found = search_items(hay->c, hay->len, needle->c, needle->len);
    return found == NOT_FOUND ? -1 : (int64_t)found;
}

int64_t NAME(count)(TEXT *hay, TEXT *needle) { return count_items(hay->c, hay->len, needle->c, needle->len); }

int64_t NAME(find_in)(TEXT *hay, TEXT *needle, int64_t lo, int64_t hi) {
    Part part = part_of(hay, lo, hi);
    if (part.outside) return -1;
    uint32_t found = search_items(part.c, part.len, needle->c, needle->len);
    return found == NOT_FOUND ? -1 : (int64_t)part.from + found;
}

/* The last place of the needle, or -1. */
int64_t NAME(rfind)(TEXT *hay, TEXT *needle) {
    uint32_t found = search_items_back(hay->c, hay->len, needle->c, needle->len);
    return found == NOT_FOUND ? -1 : (int64_t)found;
}

int64_t NAME(rfind_in)(TEXT *hay, TEXT *needle, int64_t lo, int64_t hi) {
    Part part = part_of(hay, lo, hi);
    if (part.outside) return -1;
    uint32_t found = search_items_back(part.c, part.len, needle->c, needle->len);
    return found == NOT_FOUND ? -1 : (int64_t)part.from + found;
}

int64_t NAME(count_in)(TEXT *hay, TEXT *needle, int64_t lo, int64_t hi) {
    Part part = part_of(hay, lo, hi);
    return part.outside ? 0 : count_items(part.c, part.len, needle->c, needle->len);
}

static inline int32_t same_items(const ITEM *x, const ITEM *y, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (x[i] != y[i]) return 0;
    return 1;
}

int32_t NAME(startswith)(TEXT *s, TEXT *start) {
    return start->len <= s->len && same_items(s->c, start->c, start->len);
}

int32_t NAME(endswith)(TEXT *s, TEXT *end) {
    return end->len <= s->len && same_items(s->c + (s->len - end->len), end->c, end->len);
}

int32_t NAME(startswith_in)(TEXT *s, TEXT *start, int64_t lo, int64_t hi) {
    Part part = part_of(s, lo, hi);
    return !part.outside && start->len <= part.len && same_items(part.c, start->c, start->len);
}

int32_t NAME(endswith_in)(TEXT *s, TEXT *end, int64_t lo, int64_t hi) {
    Part part = part_of(s, lo, hi);
    return !part.outside && end->len <= part.len && same_items(part.c + (part.len - end->len), end->c, end->len);
}

TEXT *NAME(removeprefix)(TEXT *s, TEXT *start, int32_t line) {
    return cut(s, NAME(startswith)(s, start) ? start->len : 0, s->len, line);
}

TEXT *NAME(removesuffix)(TEXT *s, TEXT *end, int32_t line) {
    return cut(s, 0, NAME(endswith)(s, end) ? s->len - end->len : s->len, line);
}

/* One character in the place of another. */
static inline TEXT *exchanged(TEXT *s, ITEM old, ITEM new, int32_t line) {
    uint32_t n = s->len;
    TEXT *made = NAME(new)(n, line);
    const ITEM *restrict from = s->c;
    ITEM *restrict to = made->c;
    for (uint32_t i = 0; i < n; i++) to[i] = from[i] == old ? new : from[i];
    return made;
}

/* Every occurrence of `old`, from the left, up to `most` of them (negative: all), becomes `new`. */
TEXT *NAME(replace)(TEXT *s, TEXT *old, TEXT *new, int64_t most, int32_t line) {
    if (old->len == 1 && new->len == 1 && most < 0) return exchanged(s, old->c[0], new->c[0], line);
    int64_t found = most == 0 ? 0 : count_items(s->c, s->len, old->c, old->len);
    if (most >= 0 && found > most) found = most;
    if (found == 0) return cut(s, 0, s->len, line);
    uint64_t len = (uint64_t)s->len - (uint64_t)found * old->len;
    if (HNB_UNLIKELY(new->len && (uint64_t)found > UINT32_MAX / new->len)) hnb_trap(HNB_MEMORY, line);
    TEXT *made = NAME(new)((int64_t)(len + (uint64_t)found * new->len), line);
    ITEM *to = made->c;
    uint32_t at = 0;
    while (found--) {
        uint32_t next = at + search_items(s->c + at, s->len - at, old->c, old->len);
        COPY(to, s->c + at, next - at);
        to += next - at;
        COPY(to, new->c, new->len);
        to += new->len;
        at = next + old->len;
        /* The empty text stands before every character. */
        if (old->len == 0 && at < s->len) *to++ = s->c[at++];
    }
    COPY(to, s->c + at, s->len - at);
    return made;
}
