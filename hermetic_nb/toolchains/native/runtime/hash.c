/* Hashes of keys. Keys that are equal have the same hash; see hash.h. */
#include "exports.h"
#include "hash.h"
#include "numbers.h"

uint32_t hnb_hash_i64(int64_t key) { return hash_word((uint64_t)key); }

/* 0.0 and -0.0 are equal keys. */
uint32_t hnb_hash_f64(double key) { return hash_word(bits_of(key + 0.0)); }

uint32_t hnb_hash_str(Str *key) {
    uint64_t hash = key->len, pair;
    uint32_t i = 0;
    for (; i + 2 <= key->len; i += 2) {
        memcpy(&pair, key->c + i, 8);
        hash = hash_step(hash, pair);
    }
    if (i < key->len) hash = hash_step(hash, key->c[i]);
    return hash_word(hash);
}

uint32_t hnb_hash_bytes(Bytes *key) {
    uint64_t hash = key->len, word;
    uint32_t i = 0;
    for (; i + 8 <= key->len; i += 8) {
        memcpy(&word, key->c + i, 8);
        hash = hash_step(hash, word);
    }
    for (word = 0; i < key->len; i++) word = word << 8 | key->c[i];
    return hash_word(hash_step(hash, word));
}

/* The hash of a key of several parts: start from their number, and mix in the hash of each, in order. */
uint32_t hnb_hash_mix(uint32_t hash, uint32_t part) { return hash_word((uint64_t)hash << 32 | part); }
