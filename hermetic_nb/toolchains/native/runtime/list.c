/* Lists: a header and, apart from it, the items. `es` is the size of an item in bytes; items are moved as raw bytes,
 * and whoever calls counts the references that they hold. */
#include "exports.h"
#include "items.h"
#include "slices.h"

static List *list_of(void *data, uint32_t len, int32_t line) {
    List *list = hnb_alloc(sizeof(List), line);
    *list = (List){.rc = 1, .len = len, .cap = len, .data = data};
    return list;
}

/* A list of n items that are not initialised yet. */
List *hnb_list_new(int64_t n, uint32_t es, int32_t line) {
    uint64_t len = n < 0 ? 0 : (uint64_t)n;
    uint32_t size = size_of_items(len, es, 0, line);
    return list_of(len ? hnb_alloc(size, line) : NULL, (uint32_t)len, line);
}

/* Takes over a buffer of len items that cabi_realloc made. */
List *hnb_list_adopt(void *data, uint32_t len, uint32_t es, int32_t line) {
    size_of_items(len, es, 0, line);
    return list_of(len ? data : NULL, len, line);
}

void hnb_list_free(List *list, uint32_t es) {
    if (list->cap) hnb_free(list->data, list->cap * es);
    hnb_free(list, sizeof(List));
}

static void reserve(List *list, uint64_t wanted, uint32_t es, int32_t line) {
    uint32_t size = size_of_items(wanted, es, 0, line);
    list->data = list->cap ? hnb_realloc(list->data, list->cap * es, size, line) : hnb_alloc(size, line);
    list->cap = (uint32_t)wanted;
}

/* Room for one more item; the length stays. */
void hnb_list_grow(List *list, uint32_t es, int32_t line) {
    if (HNB_LIKELY(list->len < list->cap)) return;
    uint64_t cap = list->cap;
    uint64_t wanted = cap < 4 ? 8 : cap < 4096 ? cap * 2 : cap + cap / 2;
    reserve(list, wanted, es, line);
}

List *hnb_list_concat(List *a, List *b, uint32_t es, int32_t line) {
    List *both = hnb_list_new((int64_t)a->len + b->len, es, line);
    copy_bytes(both->data, a->data, a->len * es);
    if (b->len) memcpy((uint8_t *)both->data + a->len * es, b->data, b->len * es);
    return both;
}

/* Room for so many items in all, with some to spare; the length stays. */
void hnb_list_reserve(List *list, uint64_t wanted, uint32_t es, int32_t line) {
    if (wanted <= list->cap) return;
    uint64_t roomy = (uint64_t)list->cap + list->cap / 2;
    reserve(list, wanted > roomy ? wanted : roomy, es, line);
}

/* Appends b's items to a; b may be a. */
void hnb_list_extend(List *a, List *b, uint32_t es, int32_t line) {
    uint32_t more = b->len;
    uint64_t wanted = (uint64_t)a->len + more;
    hnb_list_reserve(a, wanted, es, line);
    if (more) memcpy((uint8_t *)a->data + a->len * es, b->data, more * es);
    a->len = (uint32_t)wanted;
}

List *hnb_list_repeat(List *list, int64_t n, uint32_t es, int32_t line) {
    uint64_t len = repeated_len(list->len, n, line);
    List *many = hnb_list_new((int64_t)len, es, line);
    if (len == 0) return many;
    copy_bytes(many->data, list->data, list->len * es);
    repeat_bytes(many->data, list->len * es, many->len * es);
    return many;
}

List *hnb_list_slice(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es, int32_t line) {
    Slice slice = slice_of(list->len, lo, hi, step, has, line);
    List *part = hnb_list_new(slice.count, es, line);
    if (slice.count == 0) return part;
    uint64_t at = (uint64_t)slice.first; /* runs past 64 bits after the last item, so it wraps */
    if (step == 1) {
        memcpy(part->data, (const uint8_t *)list->data + (uint32_t)slice.first * es, slice.count * es);
    } else {
        gather(part->data, list->data, at, (uint64_t)step, slice.count, es);
    }
    return part;
}

List *hnb_list_copy(List *list, uint32_t es, int32_t line) {
    List *copy = hnb_list_new(list->len, es, line);
    copy_bytes(copy->data, list->data, list->len * es);
    return copy;
}

void hnb_list_reverse(List *list, uint32_t es) { reverse_items(list->data, list->len, es); }

/* As deque.rotate: the last n items come first (n < 0: the first -n come last). */
void hnb_list_rotate(List *list, int64_t n, uint32_t es) {
    int64_t len = list->len;
    if (len < 2) return;
    uint32_t by = (uint32_t)((n % len + len) % len);
    if (by == 0) return;
    uint8_t *items = list->data;
    reverse_items(items, list->len, es);
    reverse_items(items, by, es);
    reverse_items(items + by * es, list->len - by, es);
}

/* Removes the item at an index, negative ones counted from the end; outside the list: trap `code`. */
void hnb_list_delete(List *list, int64_t index, uint32_t es, int32_t line, int32_t code) {
    int64_t n = list->len;
    if (index < 0) index += n;
    if (HNB_UNLIKELY(index < 0 || index >= n)) hnb_trap(n == 0 && code == HNB_POP_INDEX ? HNB_POP_EMPTY : code, line);
    uint8_t *at = (uint8_t *)list->data + (uint32_t)index * es;
    uint32_t after = (uint32_t)(n - 1 - index);
    if (after) memmove(at, at + es, after * es);
    list->len--;
}

/* Opens a gap of one uninitialised item before the index, clamped as list.insert does, and returns its place. */
int64_t hnb_list_insert(List *list, int64_t index, uint32_t es, int32_t line) {
    int64_t n = list->len;
    if (index < 0) index = index + n < 0 ? 0 : index + n;
    if (index > n) index = n;
    hnb_list_grow(list, es, line);
    uint8_t *at = (uint8_t *)list->data + (uint32_t)index * es;
    if (index < n) memmove(at + es, at, (uint32_t)(n - index) * es);
    list->len++;
    return index;
}
