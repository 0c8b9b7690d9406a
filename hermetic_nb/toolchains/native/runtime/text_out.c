/* Text that is built in one object, part after part. Each function consumes `out` and gives it back, longer. */
#include "exports.h"
#include "format.h"
#include "int_digits.h"
#include "slices.h"

/* A text to be built, with room for some characters. */
Str *hnb_text_begin(uint32_t room, int32_t line) {
    Str *out = hnb_str_new(room, line);
    out->len = 0;
    return out;
}

/* Room for `more` characters behind the last one; nobody else holds a text that is being built. */
__attribute__((noinline)) Str *hnb_text_room(Str *out, uint32_t more, int32_t line) {
    uint64_t wanted = (uint64_t)out->len + more;
    if (HNB_LIKELY(wanted <= out->cap)) return out;
    uint64_t cap = 2 * wanted;
    uint32_t had = HNB_HEADER + 4 * out->cap;
    out = hnb_realloc(out, had, size_of_items(cap, 4, HNB_HEADER, line), line);
    out->cap = (uint32_t)cap;
    return out;
}

Str *hnb_put_ascii(Str *out, const uint8_t *text, uint32_t n, int32_t line) {
    out = hnb_text_room(out, n, line);
    uint32_t *to = out->c + out->len;
    for (uint32_t i = 0; i < n; i++) to[i] = text[i];
    out->len += n;
    return out;
}

Str *hnb_put_text(Str *out, Str *text, int32_t line) {
    out = hnb_text_room(out, text->len, line);
    copy_bytes(out->c + out->len, text->c, 4 * text->len);
    out->len += text->len;
    return out;
}

Str *hnb_put_char(Str *out, uint32_t c, int32_t line) {
    out = hnb_text_room(out, 1, line);
    out->c[out->len++] = c;
    return out;
}

Str *hnb_put_bool(Str *out, int32_t value, int32_t line) {
    return hnb_put_ascii(out, (const uint8_t *)(value ? "True" : "False"), value ? 4 : 5, line);
}

Str *hnb_put_int(Str *out, int64_t value, int32_t line) {
    uint8_t digit[INT_DIGITS];
    uint32_t n = digits_of(magnitude(value), digit), minus = value < 0;
    out = hnb_text_room(out, n + minus, line);
    uint32_t *to = out->c + out->len;
    if (minus) *to++ = '-';
    for (uint32_t i = n; i-- > 0;) *to++ = (uint32_t)'0' + digit[i];
    out->len += n + minus;
    return out;
}

/* What ascii() makes of the text that repr() gives: characters beyond ASCII by their numbers. */
Str *hnb_str_ascii(Str *s, int32_t line) {
    Str *out = hnb_text_begin(s->len, line);
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (c < 0x80) {
            out = hnb_put_char(out, c, line);
            continue;
        }
        uint32_t digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        uint8_t text[10] = {'\\', digits == 2 ? 'x' : digits == 4 ? 'u' : 'U'};
        for (uint32_t at = digits; at > 0; at--, c >>= 4) text[at + 1] = (uint8_t)"0123456789abcdef"[c & 15];
        out = hnb_put_ascii(out, text, digits + 2, line);
    }
    return out;
}
