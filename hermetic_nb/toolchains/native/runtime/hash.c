/* Hashes of keys. Keys that are equal have the same hash; see hash.h. */
#include "exports.h"
#include "hash.h"
#include "numbers.h"

uint32_t hnb_hash_i64(int64_t key) { return hash_word((uint64_t)key); }

/* 0.0 and -0.0 are equal keys. */
uint32_t hnb_hash_f64(double key) { return hash_word(bits_of(key + 0.0)); }

uint32_t hnb_hash_str(Str *key) {
    /* Four characters make one word: nearly all have 16 bits at most. */
    uint64_t hash = key->len, pair[2];
    const uint32_t *c = key->c, *end = c + key->len;
    for (; end - c >= 4; c += 4) {
        memcpy(pair, c, sizeof pair);
        hash = hash_step(hash, pair[0] ^ pair[1] << 16);
    }
    if (c == end) return hash_word(hash);
    pair[0] = (uint64_t)end[-1] << 16;
    if (end - c >= 2) {
        memcpy(pair + 1, c, sizeof pair[1]);
        pair[0] ^= pair[1];
    }
    return hash_word(hash_step(hash, pair[0]));
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
