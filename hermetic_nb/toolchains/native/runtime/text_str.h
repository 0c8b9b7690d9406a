/* The family str, for the sources that are written once for str and bytes: each includes one of these two first. */
#include "slices.h"
#include "text_copy.h"
#include "unicode.h"

#define TEXT Str
#define ITEM uint32_t
#define COPY copy_chars
#define NAME(operation) hnb_str_##operation
#define IS_SPACE(c) char_isspace(c)
#define ENDS_LINE(c) char_ends_line(c)

/* The part of n characters where there is an object of it already, else NULL. */
static inline Str *known_part(Str *s, uint32_t from, uint32_t n, int32_t line) {
    if (n == s->len) {
        s->rc++; /* the whole text: the same object once more */
        return s;
    }
    return n == 1 ? hnb_str_from_char(s->c[from], line) : NULL;
}

static inline Str *cut(Str *s, uint32_t from, uint32_t to, int32_t line) {
    Str *part = known_part(s, from, to - from, line);
    if (part) return part;
    part = hnb_str_new(to - from, line);
    copy_chars(part->c, s->c + from, to - from);
    return part;
}
