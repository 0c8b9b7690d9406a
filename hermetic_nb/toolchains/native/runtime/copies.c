/* What a deep copy has copied already: a dict of the old objects' addresses with the new objects. */
#include "dict.h"
#include "exports.h"

enum { NOTE = HNB_KEY + 16 }; /* bytes of an entry: the old address, and the new one in as many bytes */

/* The copy of an object, or NULL. */
void *hnb_copy_known(Dict *copies, const void *old) {
    uint8_t *entry = hnb_dict_find_i64(copies, (int64_t)(uintptr_t)old, NOTE);
    return entry ? *(void **)(entry + HNB_KEY + 8) : NULL;
}

/* Notes the copy of an object that has none yet. */
void hnb_copy_note(Dict *copies, const void *old, void *made, int32_t line) {
    int64_t address = (int64_t)(uintptr_t)old;
    uint8_t *entry = hnb_dict_add(copies, hnb_hash_i64(address), NOTE, line);
    *(int64_t *)(entry + HNB_KEY) = address;
    *(void **)(entry + HNB_KEY + 8) = made;
}

void hnb_copy_end(Dict *copies) { hnb_dict_free(copies, NOTE); }
