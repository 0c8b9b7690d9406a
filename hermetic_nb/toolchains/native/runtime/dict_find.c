/* Looking up the most frequent keys: an entry, or NULL. */
#include "dict.h"
#include "exports.h"
#include "hash.h"

uint8_t *hnb_dict_find_i64(Dict *dict, int64_t key, uint32_t es) {
    FIND_ENTRY(dict, hash_word((uint64_t)key), es, *(int64_t *)(entry + HNB_KEY) == key)
}

/* A key of one character is hashed as an int. */
uint8_t *hnb_dict_find_char(Dict *dict, uint32_t key, uint32_t es) {
    FIND_ENTRY(dict, hash_word(key), es, *(uint32_t *)(entry + HNB_KEY) == key)
}

static inline int32_t same_text(const Str *a, const Str *b) {
    return a == b || (a->len == b->len && memcmp(a->c, b->c, a->len * 4) == 0);
}

uint8_t *hnb_dict_find_str(Dict *dict, Str *key, uint32_t es) {
    uint32_t hash = hnb_hash_str(key);
    FIND_ENTRY(dict, hash, es, ((Entry *)entry)->hash == hash && same_text(*(Str **)(entry + HNB_KEY), key))
}
