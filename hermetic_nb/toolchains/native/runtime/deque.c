/* Deques: lists with free places at both ends. The first four fields are those of a list, and the items stand in one
 * row, so that every function that only reads a list, or moves its items about without needing room, takes a deque.
 *
 * A deque that is at an end of its block takes half of the free places from the other end, where there are many, or
 * else a block twice as large. */
#include "exports.h"
#include "items.h"
#include "slices.h"

static inline uint8_t *block_of(const Deque *deque, uint32_t es) {
    return deque->data ? (uint8_t *)deque->data - deque->head * es : NULL;
}

Deque *hnb_deque_new(int32_t line) {
    Deque *deque = hnb_alloc(sizeof(Deque), line);
    *deque = (Deque){.rc = 1, .most = UINT32_MAX};
    return deque;
}

void hnb_deque_free(Deque *deque, uint32_t es) {
    hnb_free(block_of(deque, es), (deque->head + deque->cap) * es);
    hnb_free(deque, sizeof(Deque));
}

/* Lets `head` places of the block stand free before the items. */
static void shift(Deque *deque, uint32_t head, uint32_t es) {
    uint8_t *block = block_of(deque, es);
    uint32_t places = deque->head + deque->cap;
    memmove(block + head * es, deque->data, deque->len * es);
    deque->data = block + head * es;
    deque->head = head;
    deque->cap = places - head;
}

/* Moves the items to a new block with `head` free places before them and `cap` places from the first on. */
static void move(Deque *deque, uint64_t head, uint64_t cap, uint32_t es, int32_t line) {
    uint8_t *block = hnb_alloc(size_of_items(head + cap, es, 0, line), line);
    copy_bytes(block + (uint32_t)head * es, deque->data, deque->len * es);
    hnb_free(block_of(deque, es), (deque->head + deque->cap) * es);
    deque->data = block + (uint32_t)head * es;
    deque->head = (uint32_t)head;
    deque->cap = (uint32_t)cap;
}

/* Places for that many items and, where they are many, as many again. */
static inline uint64_t roomy(uint64_t len, uint64_t more) { return len + more + (len < 8 ? 8 : len); }

/* Room for `more` items at the right end; the length stays. */
void hnb_deque_grow(Deque *deque, uint32_t more, uint32_t es, int32_t line) {
    if (HNB_LIKELY(deque->cap - deque->len >= more)) return;
    uint32_t len = deque->len, given = (deque->head + 1) / 2;
    if (deque->head > len / 2 && deque->cap + given - len >= more) shift(deque, deque->head - given, es);
    else move(deque, 0, roomy(len, more), es, line);
}

/* Room for `more` items at the left end; the length stays. */
void hnb_deque_grow_left(Deque *deque, uint32_t more, uint32_t es, int32_t line) {
    if (HNB_LIKELY(deque->head >= more)) return;
    uint32_t len = deque->len, free = deque->cap - len, given = (free + 1) / 2;
    if (free > len / 2 && deque->head + given >= more) shift(deque, deque->head + given, es);
    else move(deque, roomy(len, more) - len, len, es, line);
}

/* Makes room for `more` new first items, which are not initialised; the length grows. */
void hnb_deque_open_left(Deque *deque, uint32_t more, uint32_t es, int32_t line) {
    hnb_deque_grow_left(deque, more, es, line);
    deque->data = (uint8_t *)deque->data - more * es;
    deque->head -= more;
    deque->cap += more;
    deque->len += more;
    deque->changes++;
}

/* Forgets the first items of a deque that has so many. */
void hnb_deque_close_left(Deque *deque, uint32_t gone, uint32_t es) {
    deque->data = (uint8_t *)deque->data + gone * es;
    deque->head += gone;
    deque->cap -= gone;
    deque->len -= gone;
    deque->changes++;
}

/* Appends a list's items; the list may be the deque. */
void hnb_deque_extend(Deque *deque, List *items, uint32_t es, int32_t line) {
    uint32_t more = items->len;
    hnb_deque_grow(deque, more, es, line);
    if (more) memcpy((uint8_t *)deque->data + deque->len * es, items->data, more * es);
    deque->len += more;
    deque->changes++;
}

/* Puts a list's items before the first, one after the other, so that the last comes first; the list may be the deque. */
void hnb_deque_extend_left(Deque *deque, List *items, uint32_t es, int32_t line) {
    uint32_t more = items->len;
    if (more == 0) return;
    const void *from = items == (List *)deque ? NULL : items->data;
    hnb_deque_open_left(deque, more, es, line);
    uint8_t *first = deque->data;
    memcpy(first, from ? from : first + more * es, more * es);
    reverse_items(first, more, es);
}

/* Opens a gap of one uninitialised item before the index, clamped as deque.insert does, and returns its place. */
int64_t hnb_deque_insert(Deque *deque, int64_t index, uint32_t es, int32_t line) {
    hnb_deque_grow(deque, 1, es, line);
    deque->changes++;
    return hnb_list_insert((List *)deque, index, es, line);
}

/* As deque.rotate; few places away, items go from one end to the other. */
void hnb_deque_rotate(Deque *deque, int64_t n, uint32_t es, int32_t line) {
    uint32_t len = deque->len;
    if (len < 2) return;
    uint32_t right = (uint32_t)((n % len + len) % len), left = len - right;
    deque->changes++;
    if (right == 0) return;
    if (right <= left) {
        hnb_deque_grow_left(deque, right, es, line);
        uint8_t *first = (uint8_t *)deque->data - right * es;
        memcpy(first, first + len * es, right * es);
        deque->data = first;
        deque->head -= right;
        deque->cap += right;
    } else {
        hnb_deque_grow(deque, left, es, line);
        uint8_t *first = deque->data;
        memcpy(first + len * es, first, left * es);
        deque->data = first + left * es;
        deque->head += left;
        deque->cap -= left;
    }
}

/* A deque of the items of a list or deque. */
Deque *hnb_deque_of(List *items, uint32_t es, int32_t line) {
    Deque *deque = hnb_deque_new(line);
    hnb_deque_extend(deque, items, es, line);
    return deque;
}
