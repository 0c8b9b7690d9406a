/* Format specifications that are known only at run time. */
#include "exports.h"
#include "format.h"

static bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }
static bool is_one_of(uint32_t c, const char *letters) {
    while (*letters && (uint32_t)*letters != c) letters++;
    return *letters != 0;
}

/* A decimal number; how many digits it has. */
static uint32_t number_at(const Str *s, uint32_t at, int32_t *number, int32_t line) {
    uint64_t value = 0;
    uint32_t start = at;
    for (; at < s->len; at++) {
        if (HNB_UNLIKELY(s->c[at] >= 0x80)) hnb_trap(HNB_TEXT_BEYOND_ASCII, line);
        if (s->c[at] - '0' > 9) break;
        value = value * 10 + (s->c[at] - '0');
        if (HNB_UNLIKELY(value > INT32_MAX)) hnb_trap(HNB_MEMORY, line);
    }
    *number = (int32_t)value;
    return at - start;
}

/* A comma or an underscore, but not both. */
static uint8_t grouping_at(const Str *s, uint32_t *at, int32_t line) {
    uint8_t found = 0;
    for (; *at < s->len && (s->c[*at] == ',' || s->c[*at] == '_'); ++*at) {
        if (found) hnb_trap(HNB_BAD_SPEC, line);
        found = (uint8_t)s->c[*at];
    }
    return found;
}

/* What `text` says, for values that are aligned to the left or right by themselves. */
static void parse(const Str *text, uint8_t align, Spec *spec, int32_t line) {
    const uint32_t *c = text->c;
    uint32_t at = 0, n = text->len;
    bool aligned = false, filled = false;
    *spec = (Spec){.fill = ' ', .width = -1, .precision = -1, .align = align, .sign = '-'};
    if (n >= 2 && is_align(c[1])) {
        spec->fill = c[0];
        spec->align = (uint8_t)c[1];
        aligned = filled = true;
        at = 2;
    } else if (n >= 1 && is_align(c[0])) {
        spec->align = (uint8_t)c[0];
        aligned = true;
        at = 1;
    }
    if (at < n && is_one_of(c[at], "+- ")) {
        spec->sign = (uint8_t)c[at++];
        spec->sign_given = 1;
    }
    if (at < n && c[at] == 'z') at++, spec->no_negative_zero = 1;
    if (at < n && c[at] == '#') at++, spec->alternate = 1;
    if (!filled && at < n && c[at] == '0') {
        spec->fill = '0';
        if (!aligned && align == '>') spec->align = '=';
        at++;
    }
    int32_t number;
    uint32_t digits = number_at(text, at, &number, line);
    if (digits) spec->width = number;
    at += digits;
    spec->grouping = grouping_at(text, &at, line);
    if (at < n && c[at] == '.') {
        at++;
        digits = number_at(text, at, &number, line);
        if (digits) spec->precision = number;
        at += digits;
        spec->fraction_grouping = grouping_at(text, &at, line);
        if (!digits && !spec->fraction_grouping) hnb_trap(HNB_BAD_SPEC, line);
    }
    if (n - at > 1) hnb_trap(HNB_BAD_SPEC, line);
    if (at < n) {
        if (HNB_UNLIKELY(c[at] >= 0x80 || c[at] == 0)) hnb_trap(HNB_TEXT_BEYOND_ASCII, line);
        spec->type = (uint8_t)c[at];
    }
    bool decimal = !spec->type || is_one_of(spec->type, "defgEG%F");
    bool binary = is_one_of(spec->type, "boxX");
    if (spec->grouping && !decimal && !(binary && spec->grouping == '_')) hnb_trap(HNB_BAD_SPEC, line);
    if (spec->fraction_grouping && spec->type == 'n') hnb_trap(HNB_BAD_SPEC, line);
}

Str *hnb_format_float_any(Str *out, double x, Str *text, int32_t line) {
    if (text->len == 0) return hnb_put_float(out, x, line);
    Spec spec;
    parse(text, '>', &spec, line);
    if (spec.type && !is_one_of(spec.type, "eEfFgGn%")) hnb_trap(HNB_UNKNOWN_FORMAT, line);
    return hnb_format_float(out, x, &spec, line);
}

Str *hnb_format_int_any(Str *out, int64_t value, Str *text, int32_t line) {
    if (text->len == 0) return hnb_put_int(out, value, line);
    Spec spec;
    parse(text, '>', &spec, line);
    if (is_one_of(spec.type, "eEfFgG%")) return hnb_format_float(out, (double)value, &spec, line);
    if (spec.type && !is_one_of(spec.type, "dboxXnc")) hnb_trap(HNB_UNKNOWN_FORMAT, line);
    bool bad_char = spec.type == 'c' && (spec.sign_given || spec.alternate);
    if (spec.precision >= 0 || spec.no_negative_zero || bad_char) hnb_trap(HNB_BAD_SPEC, line);
    return spec.type == 'c' ? hnb_format_char(out, value, &spec, line) : hnb_format_int(out, value, &spec, line);
}

Str *hnb_format_bool_any(Str *out, int32_t value, Str *text, int32_t line) {
    return text->len == 0 ? hnb_put_bool(out, value, line) : hnb_format_int_any(out, value, text, line);
}

Str *hnb_format_str_any(Str *out, Str *value, Str *text, int32_t line) {
    Spec spec;
    parse(text, '<', &spec, line);
    if (spec.type && spec.type != 's') hnb_trap(HNB_UNKNOWN_FORMAT, line);
    if (spec.sign_given || spec.no_negative_zero || spec.alternate || spec.align == '=' || spec.grouping)
        hnb_trap(HNB_BAD_SPEC, line);
    return hnb_format_str(out, value, &spec, line);
}
