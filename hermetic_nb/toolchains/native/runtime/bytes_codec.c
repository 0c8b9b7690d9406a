/* str.encode and bytes.decode; bytes as hexadecimal digits and as lists of ints. */
#include "slices.h"
#include "unicode.h"

Bytes *hnb_str_to_utf8(Str *s, int32_t line) {
    uint32_t n;
    uint8_t *utf8 = hnb_str_encode(s, &n, line);
    Bytes *b = hnb_bytes_from(utf8, n, line);
    hnb_free(utf8, n);
    return b;
}

/* What is not below the limit is an error (0), left out (1), or a question mark (2). */
Bytes *hnb_str_to_bytes(Str *s, int32_t limit, int32_t otherwise, int32_t line) {
    if (otherwise == 0 && !all_below(s->c, s->len, (uint32_t)limit)) return hnb_fail(HNB_NOT_ENCODABLE, line), NULL;
    Bytes *b = hnb_bytes_new(s->len, line);
    uint32_t len = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint32_t c = s->c[i];
        if (HNB_UNLIKELY(c >= (uint32_t)limit)) {
            if (otherwise == 1) continue;
            c = '?';
        }
        b->c[len++] = (uint8_t)c;
    }
    b->len = len;
    return b;
}

/* ASCII (limit 128) or Latin-1 (256). */
Str *hnb_bytes_to_str(Bytes *b, int32_t limit, int32_t line) {
    uint32_t highest = 0;
    for (uint32_t i = 0; i < b->len; i++) highest |= b->c[i];
    if (HNB_UNLIKELY(highest >= (uint32_t)limit)) return hnb_fail(HNB_NOT_DECODABLE, line), NULL;
    Str *s = hnb_str_new(b->len, line);
    for (uint32_t i = 0, n = b->len; i < n; i++) s->c[i] = b->c[i];
    return s;
}

/* How many bytes a well-formed sequence of UTF-8 has here (RFC 3629, section 4), or 0. */
static inline uint32_t sequence(const uint8_t *c, uint32_t left) {
    if (c[0] < 0x80) return 1;
    if (c[0] < 0xC2 || c[0] > 0xF4) return 0;
    uint32_t size = c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    if (left < size) return 0;
    uint8_t lowest = c[0] == 0xE0 ? 0xA0 : c[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t highest = c[0] == 0xED ? 0x9F : c[0] == 0xF4 ? 0x8F : 0xBF;
    if (c[1] < lowest || c[1] > highest) return 0;
    for (uint32_t i = 2; i < size; i++)
        if (c[i] >> 6 != 2) return 0;
    return size;
}

Str *hnb_bytes_from_utf8(Bytes *b, int32_t line) {
    for (uint32_t at = 0; at < b->len;) {
        uint32_t size = sequence(b->c + at, b->len - at);
        if (HNB_UNLIKELY(size == 0)) return hnb_fail(HNB_NOT_DECODABLE, line), NULL;
        at += size;
    }
    return hnb_str_decode(b->c, b->len, line);
}

Str *hnb_bytes_hex(Bytes *b, int32_t line) {
    Str *s = hnb_str_new(2 * (int64_t)b->len, line);
    for (uint32_t i = 0; i < b->len; i++)
        for (uint32_t half = 0; half < 2; half++) {
            uint32_t digit = half ? b->c[i] & 15 : b->c[i] >> 4;
            s->c[2 * i + half] = digit + (digit < 10 ? '0' : 'a' - 10);
        }
    return s;
}

static inline uint32_t hex_digit(uint32_t c) {
    if (is_ascii_digit(c)) return c - '0';
    return (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : 16;
}

/* Pairs of digits, with white space of ASCII between pairs. */
Bytes *hnb_bytes_fromhex(Str *s, int32_t line) {
    Bytes *b = hnb_bytes_new(s->len / 2, line);
    uint32_t len = 0;
    for (uint32_t at = 0; at < s->len;) {
        if (is_ascii_space(s->c[at])) {
            at++;
            continue;
        }
        uint32_t high = hex_digit(s->c[at]), low = at + 1 < s->len ? hex_digit(s->c[at + 1]) : 16;
        if (HNB_UNLIKELY(high > 15 || low > 15)) {
            hnb_bytes_free(b);
            return hnb_fail(HNB_NOT_HEXADECIMAL, line), NULL;
        }
        b->c[len++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    b->len = len;
    return b;
}

Bytes *hnb_bytes_zeros(int64_t n, int32_t line) {
    if (HNB_UNLIKELY(n < 0)) return hnb_fail(HNB_NEGATIVE_COUNT, line), NULL;
    Bytes *b = hnb_bytes_new(n, line);
    memset(b->c, 0, b->len);
    return b;
}

Bytes *hnb_bytes_from_list(List *items, int32_t line) {
    const int64_t *item = items->data;
    uint64_t highest = 0;
    for (uint32_t i = 0; i < items->len; i++) highest |= (uint64_t)item[i];
    if (HNB_UNLIKELY(highest > 255)) return hnb_fail(HNB_BYTE_RANGE, line), NULL;
    Bytes *b = hnb_bytes_new(items->len, line);
    for (uint32_t i = 0; i < items->len; i++) b->c[i] = (uint8_t)item[i];
    return b;
}

int32_t hnb_bytes_has(Bytes *b, int64_t item, int32_t line) {
    if (HNB_UNLIKELY((uint64_t)item > 255)) return hnb_fail(HNB_BYTE_VALUE, line), 0;
    for (uint32_t i = 0; i < b->len; i++)
        if (b->c[i] == item) return 1;
    return 0;
}

Bytes *hnb_bytes_join(Bytes *sep, List *parts, int32_t line) {
    Bytes **part = parts->data;
    uint64_t len = parts->len ? (uint64_t)sep->len * (parts->len - 1) : 0;
    for (uint32_t i = 0; i < parts->len; i++) len += part[i]->len;
    Bytes *all = hnb_bytes_new((int64_t)len, line);
    uint8_t *to = all->c;
    for (uint32_t i = 0; i < parts->len; i++) {
        if (i) {
            copy_bytes(to, sep->c, sep->len);
            to += sep->len;
        }
        copy_bytes(to, part[i]->c, part[i]->len);
        to += part[i]->len;
    }
    return all;
}
