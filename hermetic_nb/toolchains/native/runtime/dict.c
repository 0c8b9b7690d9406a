/* Dicts and sets: entries in the order of insertion, and an index of them by hash.
 *
 * An entry has `es` bytes: its hash, whether it is live, the key, and for a dict the value. `index` is a table of
 * numbers of entries, counted from 1, with linear probing; removing moves what follows back, so that every search ends
 * at the first 0. A dict that never had an entry has no table (mask 0). Keys and values are raw bytes here: whoever
 * calls counts the references that they hold, and leaves dead entries alone. */
#include "dict.h"
#include "exports.h"
#include "slices.h"

enum { SMALLEST_INDEX = 8, LARGEST_INDEX = 1 << 29 };

/* How many entries an index of `slots` may have: at most half as many, so that most searches end at once. A slot has 4
 * bytes and an entry 16 and more; full to two thirds, lookups took twice as long. */
static inline uint32_t room_in(uint32_t slots) { return slots / 2; }

static inline uint8_t *entry_at(const Dict *dict, uint32_t number, uint32_t es) { return dict->entries + number * es; }

static inline void put(Dict *dict, uint32_t hash, uint32_t number) {
    uint32_t at = hash & dict->mask;
    while (dict->index[at]) at = (at + 1) & dict->mask;
    dict->index[at] = number + 1;
}

Dict *hnb_dict_new(int32_t line) {
    Dict *dict = hnb_alloc(sizeof(Dict), line);
    *dict = (Dict){.rc = 1};
    return dict;
}

static void free_tables(Dict *dict, uint32_t es) {
    if (!dict->index) return;
    hnb_free(dict->entries, dict->cap * es);
    hnb_free(dict->index, (dict->mask + 1) * 4);
}

void hnb_dict_free(Dict *dict, uint32_t es) {
    free_tables(dict, es);
    hnb_free(dict, sizeof(Dict));
}

/* New tables with room for `wanted` entries; the live entries move there, in order, and the dead ones go. */
static void rebuild(Dict *dict, uint64_t wanted, uint32_t es, int32_t line) {
    uint64_t slots = SMALLEST_INDEX;
    while (room_in((uint32_t)slots) < wanted) {
        slots *= 2;
        if (HNB_UNLIKELY(slots > LARGEST_INDEX)) hnb_trap(HNB_MEMORY, line);
    }
    uint32_t cap = room_in((uint32_t)slots);
    Dict old = *dict;
    dict->entries = hnb_alloc(size_of_items(cap, es, 0, line), line);
    dict->index = hnb_alloc((uint32_t)slots * 4, line);
    memset(dict->index, 0, (uint32_t)slots * 4);
    dict->mask = (uint32_t)slots - 1;
    dict->cap = cap;
    dict->used = dict->len;
    if (old.used == old.len) {
        copy_bytes(dict->entries, old.entries, old.used * es);
    } else {
        uint8_t *to = dict->entries;
        for (uint32_t i = 0; i < old.used; i++) {
            const uint8_t *entry = entry_at(&old, i, es);
            if (!((const Entry *)entry)->live) continue;
            memcpy(to, entry, es);
            to += es;
        }
    }
    for (uint32_t i = 0; i < dict->used; i++) put(dict, ((Entry *)entry_at(dict, i, es))->hash, i);
    free_tables(&old, es);
}

/* Room for so many entries in all. */
void hnb_dict_reserve(Dict *dict, int64_t wanted, uint32_t es, int32_t line) {
    uint64_t more = wanted > dict->len ? (uint64_t)(wanted - dict->len) : 0;
    if (more > dict->cap - dict->used) rebuild(dict, (uint64_t)wanted, es, line);
}

__attribute__((noinline)) static void grow(Dict *dict, uint32_t es, int32_t line) {
    rebuild(dict, (uint64_t)dict->len * 2 + 1, es, line);
}

/* A new last entry for a key that is not there, with hash and `live` set and the rest not. */
uint8_t *hnb_dict_add(Dict *dict, uint32_t hash, uint32_t es, int32_t line) {
    if (HNB_UNLIKELY(dict->used == dict->cap)) grow(dict, es, line);
    uint32_t number = dict->used;
    uint8_t *entry = entry_at(dict, number, es);
    *(Entry *)entry = (Entry){.hash = hash, .live = 1};
    put(dict, hash, number);
    dict->used = number + 1;
    dict->len++;
    return entry;
}

/* Takes the slot out and moves back those behind it that it kept from their place. */
static void close_gap(Dict *dict, uint32_t gap, uint32_t es) {
    uint32_t *index = dict->index, mask = dict->mask;
    for (uint32_t at = gap;;) {
        at = (at + 1) & mask;
        uint32_t number = index[at];
        if (!number) break;
        uint32_t home = ((Entry *)entry_at(dict, number - 1, es))->hash & mask;
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        index[gap] = number;
        gap = at;
    }
    index[gap] = 0;
}

/* Removes a live entry; dead ones at the end go at once, so that the last one is always live. */
void hnb_dict_remove(Dict *dict, uint8_t *entry, uint32_t es) {
    uint32_t number = (uint32_t)(entry - dict->entries) / es;
    uint32_t at = ((Entry *)entry)->hash & dict->mask;
    while (dict->index[at] != number + 1) at = (at + 1) & dict->mask;
    close_gap(dict, at, es);
    ((Entry *)entry)->live = 0;
    dict->len--;
    while (dict->used && !((Entry *)entry_at(dict, dict->used - 1, es))->live) dict->used--;
}

/* Forgets every entry, and gives the tables back. */
void hnb_dict_clear(Dict *dict, uint32_t es) {
    free_tables(dict, es);
    *dict = (Dict){.rc = dict->rc};
}

/* A dict of the same entries, dead ones included. */
Dict *hnb_dict_copy(Dict *dict, uint32_t es, int32_t line) {
    Dict *copy = hnb_dict_new(line);
    if (dict->len == 0) return copy;
    int32_t rc = copy->rc;
    *copy = *dict;
    copy->rc = rc;
    copy->entries = hnb_alloc(dict->cap * es, line);
    copy->index = hnb_alloc((dict->mask + 1) * 4, line);
    memcpy(copy->entries, dict->entries, dict->used * es);
    memcpy(copy->index, dict->index, (dict->mask + 1) * 4);
    return copy;
}
