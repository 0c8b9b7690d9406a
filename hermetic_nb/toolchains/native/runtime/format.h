/* Format specifications, and what the ways to print a number share (CPython 3.14, Format Specification Mini-Language). */
#ifndef HNB_FORMAT_H
#define HNB_FORMAT_H

#include "decimal.h"

/* Constant ones are laid out by the compiler (lowering/formats.py). */
typedef struct {
    uint32_t fill;
    int32_t width;     /* -1: none */
    int32_t precision; /* -1: none */
    uint8_t align;     /* < > ^ = */
    uint8_t sign;      /* + - or a space */
    uint8_t type;      /* 0: none */
    uint8_t grouping;  /* 0 , _ */
    uint8_t fraction_grouping;
    uint8_t alternate;
    uint8_t no_negative_zero;
    uint8_t sign_given;
} Spec;

/* A number without its padding: digits, perhaps a point and more digits, and the rest, all in ASCII. */
typedef struct {
    const uint8_t *text;
    uint32_t digits;
    uint32_t fraction;
    uint32_t rest;
    bool point;
    bool negative;
    uint8_t prefix[2]; /* 0: none */
} Number;

/* Each consumes `out` and gives it back, longer. */
/* format_layout.c */
Str *hnb_format_number(Str *out, const Number *number, const Spec *spec, int32_t line);
Str *hnb_format_text(Str *out, const uint32_t *text, uint32_t n, const Spec *spec, int32_t line);
Str *hnb_format_str(Str *out, Str *text, const Spec *spec, int32_t line);

/* format_int.c */
Str *hnb_format_int(Str *out, int64_t value, const Spec *spec, int32_t line);
Str *hnb_format_char(Str *out, int64_t value, const Spec *spec, int32_t line);

/* format_float.c */
Str *hnb_format_float(Str *out, double x, const Spec *spec, int32_t line);

/* format_spec.c: the specification as text. */
Str *hnb_format_float_any(Str *out, double x, Str *text, int32_t line);
Str *hnb_format_int_any(Str *out, int64_t value, Str *text, int32_t line);
Str *hnb_format_bool_any(Str *out, int32_t value, Str *text, int32_t line);
Str *hnb_format_str_any(Str *out, Str *value, Str *text, int32_t line);

/* float_short.c: most of a text without padding; room for FLOAT_ROOM characters, for e and f more by the precision. */
enum { FLOAT_ROOM = 340 };
uint32_t hnb_float_short(uint8_t *to, Decimal *d, uint8_t type, int32_t precision, bool alternate, bool keep_point_0);

#endif
