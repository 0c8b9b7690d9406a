/* Hashes of keys: the same everywhere, because nothing random is among what they are made of. */
#ifndef HNB_HASH_H
#define HNB_HASH_H

#include "runtime.h"

#define HNB_HASH_FACTOR 0x9E3779B97F4A7C15u /* 2**64 / the golden ratio, odd */

/* Every bit of the word counts for the low bits of the result, by which dicts look first: a product carries upwards
 * only, so the high half is folded in before and after. */
static inline uint32_t hash_word(uint64_t word) {
    word = (word ^ word >> 32) * HNB_HASH_FACTOR;
    return (uint32_t)(word ^ word >> 32);
}

static inline uint64_t hash_step(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * HNB_HASH_FACTOR;
    return hash ^ hash >> 29;
}

#endif
