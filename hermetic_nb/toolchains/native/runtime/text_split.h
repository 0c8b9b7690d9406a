/* Splitting, for str and bytes. Results are lists of pointers to new objects. */
#include "search.h"

static inline List *no_parts(int32_t line) { return hnb_list_new(0, sizeof(TEXT *), line); }

static inline void add(List *parts, TEXT *part, int32_t line) {
    if (HNB_UNLIKELY(parts->len == parts->cap)) hnb_list_grow(parts, sizeof(TEXT *), line);
    ((TEXT **)parts->data)[parts->len++] = part;
}

/* What is found from the right is in the wrong order. */
static inline List *turned(List *parts) {
    TEXT **part = parts->data;
    for (uint32_t i = 0, j = parts->len; i + 1 < j; i++) {
        TEXT *other = part[--j];
        part[j] = part[i];
        part[i] = other;
    }
    return parts;
}

/* By runs of white space, at most `most` times (negative: without limit). */
List *NAME(split_space)(TEXT *s, int64_t most, int32_t line) {
    List *parts = no_parts(line);
    uint32_t at = 0, n = s->len;
    for (;;) {
        while (at < n && IS_SPACE(s->c[at])) at++;
        if (at == n) return parts;
        uint32_t start = at;
        if (most-- == 0) {
            add(parts, cut(s, start, n, line), line);
            return parts;
        }
        while (at < n && !IS_SPACE(s->c[at])) at++;
        add(parts, cut(s, start, at, line), line);
    }
}

List *NAME(rsplit_space)(TEXT *s, int64_t most, int32_t line) {
    List *parts = no_parts(line);
    uint32_t at = s->len;
    for (;;) {
        while (at > 0 && IS_SPACE(s->c[at - 1])) at--;
        if (at == 0) return turned(parts);
        uint32_t end = at;
        if (most-- == 0) {
            add(parts, cut(s, 0, end, line), line);
            return turned(parts);
        }
        while (at > 0 && !IS_SPACE(s->c[at - 1])) at--;
        add(parts, cut(s, at, end, line), line);
    }
}

List *NAME(split)(TEXT *s, TEXT *by, int64_t most, int32_t line) {
    if (HNB_UNLIKELY(by->len == 0)) return hnb_fail(HNB_EMPTY_SEPARATOR, line), NULL;
    List *parts = no_parts(line);
    uint32_t at = 0;
    while (most-- != 0) {
        uint32_t found = search_items(s->c + at, s->len - at, by->c, by->len);
        if (found == NOT_FOUND) break;
        add(parts, cut(s, at, at + found, line), line);
        at += found + by->len;
    }
    add(parts, cut(s, at, s->len, line), line);
    return parts;
}

List *NAME(rsplit)(TEXT *s, TEXT *by, int64_t most, int32_t line) {
    if (HNB_UNLIKELY(by->len == 0)) return hnb_fail(HNB_EMPTY_SEPARATOR, line), NULL;
    List *parts = no_parts(line);
    uint32_t end = s->len;
    while (most-- != 0) {
        uint32_t found = search_items_back(s->c, end, by->c, by->len);
        if (found == NOT_FOUND) break;
        add(parts, cut(s, found + by->len, end, line), line);
        end = found;
    }
    add(parts, cut(s, 0, end, line), line);
    return turned(parts);
}

/* A line ends behind one of the characters that end lines; behind "\r\n" once. */
List *NAME(splitlines)(TEXT *s, int32_t keep, int32_t line) {
    List *parts = no_parts(line);
    uint32_t at = 0, n = s->len;
    while (at < n) {
        uint32_t start = at;
        while (at < n && !ENDS_LINE(s->c[at])) at++;
        uint32_t end = at;
        if (at < n) at += s->c[at] == '\r' && at + 1 < n && s->c[at + 1] == '\n' ? 2 : 1;
        add(parts, cut(s, start, keep ? at : end, line), line);
    }
    return parts;
}

/* What stands before the separator; the separator and what stands after it go to `rest`. `side` is 1 from the left,
 * 2 from the right. */
TEXT *NAME(partition)(TEXT *s, TEXT *by, int32_t side, TEXT **rest, int32_t line) {
    if (HNB_UNLIKELY(by->len == 0)) return hnb_fail(HNB_EMPTY_SEPARATOR, line), NULL;
    uint32_t n = s->len, left = side == 1;
    uint32_t at = left ? search_items(s->c, n, by->c, by->len) : search_items_back(s->c, n, by->c, by->len);
    int32_t found = at != NOT_FOUND;
    uint32_t from = found ? at : left ? n : 0, to = found ? at + by->len : from;
    rest[0] = cut(by, 0, found ? by->len : 0, line);
    rest[1] = cut(s, to, n, line);
    return cut(s, 0, from, line);
}

enum { REUSED_ROOM = 32 }; /* bytes that the object of a longer part may have too many */

/* As cut; consumes `old`, the part before or NULL, whose object becomes this part where nobody else holds it. */
static inline TEXT *cut_next(TEXT *s, uint32_t from, uint32_t to, TEXT *old, int32_t line) {
    uint32_t n = to - from;
    TEXT *part = known_part(s, from, n, line);
    if (!part && old && old->rc == 1 && n <= old->cap && (old->cap - n) * sizeof(ITEM) <= REUSED_ROOM) {
        part = old;
    } else {
        if (old && --old->rc == 0) NAME(free)(old);
        if (part) return part;
        part = NAME(new)(n, line);
    }
    part->len = n;
    COPY(part->c, s->c + from, n);
    return part;
}

/* The parts one by one, for a loop over them: the part that begins at `at`. `next` becomes where the part after it begins,
 * or NOT_FOUND where there is none. Consumes `old`, as cut_next. */

TEXT *NAME(next_part)(TEXT *s, TEXT *by, uint32_t at, uint32_t *next, TEXT *old, int32_t line) {
    uint32_t found = search_items(s->c + at, s->len - at, by->c, by->len);
    uint32_t to = found == NOT_FOUND ? s->len : at + found;
    *next = found == NOT_FOUND ? NOT_FOUND : to + by->len;
    return cut_next(s, at, to, old, line);
}

/* The first place from `at` on that is no white space, or n. */
uint32_t NAME(word_start)(TEXT *s, uint32_t at) {
    while (at < s->len && IS_SPACE(s->c[at])) at++;
    return at;
}

static inline uint32_t word_end(TEXT *s, uint32_t at) {
    while (at < s->len && !IS_SPACE(s->c[at])) at++;
    return at;
}

/* The word that begins at `at`; `end` becomes where it ends. Consumes `old`, as cut_next. */
TEXT *NAME(next_word)(TEXT *s, uint32_t at, uint32_t *end, TEXT *old, int32_t line) {
    *end = word_end(s, at);
    return cut_next(s, at, *end, old, line);
}

/* How many parts there are; but `wanted` + 1 where there are more than wanted. If it is as many as wanted they are cut:
 * `parts` holds `wanted` texts or NULLs, which are consumed then, and has room for as many numbers behind them. */

uint32_t NAME(split_into)(TEXT *s, TEXT *by, TEXT **parts, uint32_t wanted, int32_t line) {
    uintptr_t *places = (uintptr_t *)(parts + wanted);
    uint32_t count = 0, at = 0;
    for (;;) {
        if (count == wanted) return wanted + 1;
        places[count++] = at;
        uint32_t found = search_items(s->c + at, s->len - at, by->c, by->len);
        if (found == NOT_FOUND) break;
        at += found + by->len;
    }
    if (count != wanted) return count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (uint32_t)places[i], to = i + 1 < count ? (uint32_t)places[i + 1] - by->len : s->len;
        parts[i] = cut_next(s, from, to, parts[i], line);
    }
    return count;
}

uint32_t NAME(split_into_space)(TEXT *s, TEXT **parts, uint32_t wanted, int32_t line) {
    uint32_t count = 0, at = 0;
    while (count <= wanted) {
        at = NAME(word_start)(s, at);
        if (at == s->len) break;
        at = word_end(s, at);
        count++;
    }
    if (count != wanted) return count;
    at = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = NAME(word_start)(s, at);
        at = word_end(s, from);
        parts[i] = cut_next(s, from, at, parts[i], line);
    }
    return count;
}
