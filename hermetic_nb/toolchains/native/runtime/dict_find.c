/* Looking up the most frequent keys: an entry, or NULL. */
#include "dict.h"
#include "exports.h"
#include "hash.h"
#include "text_same.h"

uint8_t *hnb_dict_find_i64(Dict *dict, int64_t key, uint32_t es) {
    FIND_ENTRY(dict, hash_word((uint64_t)key), es, *(int64_t *)(entry + HNB_KEY) == key)
}

/* A key of one character is hashed as an int. */
uint8_t *hnb_dict_find_char(Dict *dict, uint32_t key, uint32_t es) {
    FIND_ENTRY(dict, hash_word(key), es, *(uint32_t *)(entry + HNB_KEY) == key)
}

/* The hash is that of hnb_hash_str. */
uint8_t *hnb_dict_find_str(Dict *dict, Str *key, uint32_t hash, uint32_t es) {
    FIND_ENTRY(dict, hash, es, ((Entry *)entry)->hash == hash && same_text(*(Str **)(entry + HNB_KEY), key))
}
