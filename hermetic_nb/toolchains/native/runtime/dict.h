/* What an entry of a dict starts with, and how a key is looked up. */
#ifndef HNB_DICT_H
#define HNB_DICT_H

#include "runtime.h"

typedef struct {
    uint32_t hash;
    uint32_t live;
} Entry;

enum { HNB_KEY = sizeof(Entry) }; /* where the key stands in an entry */

/* Returns the entry for which SAME holds from the function that this stands in, or NULL; SAME may use `entry`. */
#define FIND_ENTRY(DICT, HASH, ES, SAME)                                                \
    if (!(DICT)->index) return NULL;                                                    \
    for (uint32_t at = (HASH) & (DICT)->mask;; at = (at + 1) & (DICT)->mask) {          \
        uint32_t number = (DICT)->index[at];                                            \
        if (!number) return NULL;                                                       \
        uint8_t *entry = (DICT)->entries + (number - 1) * (ES);                         \
        if (SAME) return entry;                                                         \
    }

#endif
