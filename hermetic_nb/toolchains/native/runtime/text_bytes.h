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

/* The part of n bytes where there is an object of it already, else NULL. */
static inline Bytes *known_part(Bytes *b, uint32_t from, uint32_t n, int32_t line) {
    (void)from, (void)line;
    if (n != b->len) return NULL;
    b->rc++; /* the whole text: the same object once more */
    return b;
}

static inline Bytes *cut(Bytes *b, uint32_t from, uint32_t to, int32_t line) {
    Bytes *part = known_part(b, from, to - from, line);
    if (part) return part;
    part = hnb_bytes_new(to - from, line);
    copy_octets(part->c, b->c + from, to - from);
    return part;
}
