/* Deleting and replacing slices of lists, as raw bytes: whoever calls counts the references that items hold. */
#include "exports.h"
#include "items.h"
#include "slices.h"

/* del list[lo:hi:step] */
void hnb_list_delete_slice(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es, int32_t line) {
    Slice slice = slice_of(list->len, lo, hi, step, has, line);
    if (slice.count == 0) return;
    uint64_t first = (uint64_t)slice.first, apart = (uint64_t)slice.step;
    if (step < 0) { /* the same items, from the lowest one up */
        first += (slice.count - 1) * apart;
        apart = -apart;
    }
    uint8_t *items = list->data;
    uint32_t to = (uint32_t)first, from = to;
    if (apart != 1) {
        for (uint32_t i = 0; i < slice.count - 1; i++) {
            uint32_t kept = (uint32_t)apart - 1;
            memmove(items + to * es, items + (from + 1) * es, kept * es);
            to += kept;
            from += (uint32_t)apart;
        }
        from++;
    } else {
        from += slice.count;
    }
    if (from < list->len) memmove(items + to * es, items + from * es, (list->len - from) * es);
    list->len -= slice.count;
}

/* list[lo:hi] = items; items may be the list itself. */
void hnb_list_set_slice(List *list, int64_t lo, int64_t hi, int32_t has, List *items, uint32_t es, int32_t line) {
    Slice slice = slice_of(list->len, lo, hi, 1, has, line);
    List *own = items == list ? hnb_list_copy(items, es, line) : NULL;
    if (own) items = own;
    uint32_t at = (uint32_t)slice.first, after = at + slice.count, rest = list->len - after;
    if (items->len > slice.count) hnb_list_reserve(list, (uint64_t)list->len + (items->len - slice.count), es, line);
    uint8_t *data = list->data;
    if (rest && items->len != slice.count) memmove(data + (at + items->len) * es, data + after * es, rest * es);
    copy_bytes(data + at * es, items->data, items->len * es);
    list->len = at + items->len + rest;
    if (own) hnb_list_free(own, es);
}

/* list[lo:hi:step] = items for a step that is written; trap 110 where the lengths differ (but for step 1). */
void hnb_list_set_steps(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, List *items, uint32_t es,
                        int32_t line) {
    if (step == 1) {
        hnb_list_set_slice(list, lo, hi, has, items, es, line);
        return;
    }
    Slice slice = slice_of(list->len, lo, hi, step, has, line);
    if (HNB_UNLIKELY(slice.count != items->len)) hnb_trap(HNB_SLICE_LENGTHS, line);
    List *own = items == list ? hnb_list_copy(items, es, line) : NULL;
    scatter(list->data, own ? own->data : items->data, (uint64_t)slice.first, (uint64_t)step, slice.count, es);
    if (own) hnb_list_free(own, es);
}
