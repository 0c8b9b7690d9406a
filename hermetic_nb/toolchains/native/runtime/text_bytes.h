/* The family bytes, for the sources that are written once for str and bytes: each includes one of these two first. */
#include "slices.h"
#include "text_copy.h"
#include "unicode.h"

#define TEXT Bytes
#define ITEM uint8_t
#define COPY copy_octets
#define NAME(operation) hnb_bytes_##operation
#define IS_SPACE(c) is_ascii_space(c)
#define ENDS_LINE(c) ((c) == '\n' || (c) == '\r')

static inline Bytes *cut(Bytes *b, uint32_t from, uint32_t to, int32_t line) {
    if (to - from == b->len) {
        b->rc++; /* the whole text: the same object once more */
        return b;
    }
    Bytes *part = hnb_bytes_new(to - from, line);
    copy_octets(part->c, b->c + from, to - from);
    return part;
}
