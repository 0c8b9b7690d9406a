/* Every function that a compiled cell may call, apart from the allocator's in runtime.h. What each does stands where
 * it is defined; `line` always comes last but for hnb_list_delete's trap code. */
#ifndef HNB_EXPORTS_H
#define HNB_EXPORTS_H

#include "runtime.h"

/* number.c */
int64_t hnb_mul_slow(int64_t a, int64_t b, int32_t line);
double hnb_truediv_int(int64_t a, int64_t b);
int32_t hnb_cmp_int_float(int64_t a, double b);
int64_t hnb_float_to_int(double x, int32_t line);
int64_t hnb_round_int(double x, int32_t line);
double hnb_float_mod(double x, double y, int32_t line);
double hnb_float_floordiv(double x, double y, int32_t line);
int64_t hnb_shl(int64_t a, int64_t n, int32_t line);
int64_t hnb_shr(int64_t a, int64_t n, int32_t line);

/* fmod.c */
double hnb_fmod(double x, double y);

/* fma.c */
double hnb_fma(double x, double y, double z);

/* power.c */
int64_t hnb_int_pow(int64_t base, int64_t exp, int32_t line);
int64_t hnb_int_powmod(int64_t base, int64_t exp, int64_t mod, int32_t line);
double hnb_float_pow(double base, double exp, int32_t line);
double hnb_int_pow_neg(int64_t base, int64_t exp, int32_t line);

/* round.c */
double hnb_round_digits(double x, int64_t nd, int32_t line);
int64_t hnb_round_int_digits(int64_t x, int64_t nd, int32_t line);

/* sum.c */
void hnb_sum_step(double *hi, double *lo, double x);
double hnb_sum_finish(double hi, double lo);
double hnb_sum_f64(const double *x, uint32_t n, double start_hi);
double hnb_fsum(const double *x, uint32_t n, int32_t line);

/* list.c */
List *hnb_list_new(int64_t n, uint32_t es, int32_t line);
List *hnb_list_adopt(void *data, uint32_t len, uint32_t es, int32_t line);
void hnb_list_free(List *list, uint32_t es);
void hnb_list_grow(List *list, uint32_t es, int32_t line);
List *hnb_list_concat(List *a, List *b, uint32_t es, int32_t line);
void hnb_list_extend(List *a, List *b, uint32_t es, int32_t line);
List *hnb_list_repeat(List *list, int64_t n, uint32_t es, int32_t line);
List *hnb_list_slice(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es, int32_t line);
List *hnb_list_copy(List *list, uint32_t es, int32_t line);
void hnb_list_reverse(List *list, uint32_t es);
void hnb_list_delete(List *list, int64_t index, uint32_t es, int32_t line, int32_t code);
int64_t hnb_list_insert(List *list, int64_t index, uint32_t es, int32_t line);
void hnb_list_reserve(List *list, uint64_t wanted, uint32_t es, int32_t line);
void hnb_list_rotate(List *list, int64_t n, uint32_t es);

/* list_slices.c */
void hnb_list_delete_slice(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, uint32_t es, int32_t line);
void hnb_list_set_slice(List *list, int64_t lo, int64_t hi, int32_t has, List *items, uint32_t es, int32_t line);
void hnb_list_set_steps(List *list, int64_t lo, int64_t hi, int64_t step, int32_t has, List *items, uint32_t es,
                        int32_t line);

/* list_search.c */
int32_t hnb_list_eq_i64(List *a, List *b);
int32_t hnb_list_eq_f64(List *a, List *b);
int32_t hnb_list_eq_bool(List *a, List *b);
int32_t hnb_list_cmp_i64(List *a, List *b, int32_t op);
int32_t hnb_list_cmp_f64(List *a, List *b, int32_t op);
int32_t hnb_list_cmp_bool(List *a, List *b, int32_t op);
int64_t hnb_list_find_i64(List *list, int64_t item);
int64_t hnb_list_find_bool(List *list, int32_t item);
int64_t hnb_list_find_f64(List *list, double item);
int64_t hnb_list_count_i64(List *list, int64_t item);
int64_t hnb_list_count_bool(List *list, int32_t item);
int64_t hnb_list_count_f64(List *list, double item);

/* list_sort.c */
void hnb_list_sort_i64(List *list, int32_t line);
void hnb_list_sort_f64(List *list, int32_t line);
void hnb_list_sort_bool(List *list, int32_t line);
void hnb_list_sort_char(List *list, int32_t line);
void hnb_list_sort_down_i64(List *list, int32_t line);
void hnb_list_sort_down_f64(List *list, int32_t line);
void hnb_list_sort_down_bool(List *list, int32_t line);
void hnb_list_sort_down_char(List *list, int32_t line);

/* statistics.c */
double hnb_exact_mean(List *list);
double hnb_exact_spread_f64(List *list, int64_t less, int32_t root, int32_t line);
double hnb_exact_deviation_i64(List *list, int64_t less, int32_t line);

/* copies.c */
void *hnb_copy_known(Dict *copies, const void *old);
void hnb_copy_note(Dict *copies, const void *old, void *made, int32_t line);
void hnb_copy_end(Dict *copies);

/* deque.c */
Deque *hnb_deque_new(int32_t line);
void hnb_deque_free(Deque *deque, uint32_t es);
void hnb_deque_grow(Deque *deque, uint32_t more, uint32_t es, int32_t line);
void hnb_deque_grow_left(Deque *deque, uint32_t more, uint32_t es, int32_t line);
void hnb_deque_open_left(Deque *deque, uint32_t more, uint32_t es, int32_t line);
void hnb_deque_close_left(Deque *deque, uint32_t gone, uint32_t es);
void hnb_deque_extend(Deque *deque, List *items, uint32_t es, int32_t line);
void hnb_deque_extend_left(Deque *deque, List *items, uint32_t es, int32_t line);
int64_t hnb_deque_insert(Deque *deque, int64_t index, uint32_t es, int32_t line);
void hnb_deque_rotate(Deque *deque, int64_t n, uint32_t es, int32_t line);
Deque *hnb_deque_of(List *items, uint32_t es, int32_t line);

/* sort.c */
void hnb_sort_with(List *items, uint32_t es, List *keys, uint32_t ks, int32_t (*less)(const void *, const void *),
                   int32_t reverse, int32_t line);
void hnb_sort_by_i64(List *items, uint32_t es, List *keys, int32_t reverse, int32_t line);
void hnb_sort_by_f64(List *items, uint32_t es, List *keys, int32_t reverse, int32_t line);

/* hash.c */
uint32_t hnb_hash_i64(int64_t key);
uint32_t hnb_hash_f64(double key);
uint32_t hnb_hash_str(Str *key);
uint32_t hnb_hash_bytes(Bytes *key);
uint32_t hnb_hash_mix(uint32_t hash, uint32_t part);

/* dict.c */
Dict *hnb_dict_new(int32_t line);
void hnb_dict_free(Dict *dict, uint32_t es);
void hnb_dict_reserve(Dict *dict, int64_t wanted, uint32_t es, int32_t line);
uint8_t *hnb_dict_add(Dict *dict, uint32_t hash, uint32_t es, int32_t line);
void hnb_dict_remove(Dict *dict, uint8_t *entry, uint32_t es);
void hnb_dict_clear(Dict *dict, uint32_t es);
Dict *hnb_dict_copy(Dict *dict, uint32_t es, int32_t line);

/* dict_find.c */
uint8_t *hnb_dict_find_i64(Dict *dict, int64_t key, uint32_t es);
uint8_t *hnb_dict_find_char(Dict *dict, uint32_t key, uint32_t es);
uint8_t *hnb_dict_find_str(Dict *dict, Str *key, uint32_t hash, uint32_t es);

/* str.c */
Str *hnb_str_new(int64_t n, int32_t line);
void hnb_str_free(Str *s);
Str *hnb_str_from_char(uint32_t c, int32_t line);
Str *hnb_str_concat(Str *a, Str *b, int32_t line);
Str *hnb_str_concat_parts(Str *a, int64_t alo, int64_t ahi, Str *b, int64_t blo, int64_t bhi, int32_t has,
                          int32_t line);
Str *hnb_str_append(Str *a, Str *b, int32_t line);
Str *hnb_str_append_char(Str *a, uint32_t c, int32_t line);
Str *hnb_str_slice(Str *s, int64_t lo, int64_t hi, int64_t step, int32_t has, int32_t line);
Str *hnb_str_repeat(Str *s, int64_t n, int32_t line);
int32_t hnb_str_eq(Str *a, Str *b);
int32_t hnb_str_cmp(Str *a, Str *b);

/* str_int.c */
int64_t hnb_str_to_int(Str *s, int32_t line);
int64_t hnb_str_to_int_base(Str *s, int64_t base, int32_t line);
Str *hnb_str_from_int(int64_t value, int32_t line);

/* text_out.c */
Str *hnb_text_begin(uint32_t room, int32_t line);
Str *hnb_text_room(Str *out, uint32_t more, int32_t line);
Str *hnb_put_ascii(Str *out, const uint8_t *text, uint32_t n, int32_t line);
Str *hnb_put_text(Str *out, Str *text, int32_t line);
Str *hnb_put_char(Str *out, uint32_t c, int32_t line);
Str *hnb_put_bool(Str *out, int32_t value, int32_t line);
Str *hnb_put_int(Str *out, int64_t value, int32_t line);
Str *hnb_str_ascii(Str *s, int32_t line);

/* float_repr.c */
Str *hnb_put_float(Str *out, double x, int32_t line);
Str *hnb_put_num(Str *out, double x, int32_t tag, int32_t line);

/* int_bytes.c */
Bytes *hnb_int_to_bytes(int64_t value, int64_t length, int32_t little, int32_t is_signed, int32_t line);
int64_t hnb_int_from_bytes(Bytes *b, int32_t little, int32_t is_signed, int32_t line);
int64_t hnb_float_ratio(double x, int64_t *below, int32_t line);

/* float_parse.c */
double hnb_str_to_float(Str *s, int32_t line);

/* format_layout.c, format_int.c, format_float.c, format_spec.c: see format.h */

/* str_utf8.c */
Str *hnb_str_decode(const uint8_t *utf8, uint32_t n, int32_t line);
uint8_t *hnb_str_encode(Str *s, uint32_t *nbytes, int32_t line);

/* bytes.c */
Bytes *hnb_bytes_new(int64_t n, int32_t line);
void hnb_bytes_free(Bytes *b);
Bytes *hnb_bytes_from(const uint8_t *from, uint32_t n, int32_t line);
Bytes *hnb_bytes_concat(Bytes *a, Bytes *b, int32_t line);
Bytes *hnb_bytes_append(Bytes *a, Bytes *b, int32_t line);
Bytes *hnb_bytes_slice(Bytes *b, int64_t lo, int64_t hi, int64_t step, int32_t has, int32_t line);
Bytes *hnb_bytes_repeat(Bytes *b, int64_t n, int32_t line);
int32_t hnb_bytes_eq(Bytes *a, Bytes *b);
int32_t hnb_bytes_cmp(Bytes *a, Bytes *b);

/* unicode.c: of characters beyond ASCII */
int32_t hnb_wide_alpha(uint32_t c);
int32_t hnb_wide_decimal(uint32_t c);
int32_t hnb_wide_digit(uint32_t c);
int32_t hnb_wide_numeric(uint32_t c);
int32_t hnb_wide_lower(uint32_t c);
int32_t hnb_wide_upper(uint32_t c);
int32_t hnb_wide_title(uint32_t c);
int32_t hnb_wide_printable(uint32_t c);
int32_t hnb_wide_xid_start(uint32_t c);
int32_t hnb_wide_xid_continue(uint32_t c);
int32_t hnb_wide_cased(uint32_t c);
int32_t hnb_wide_ignorable(uint32_t c);
uint32_t hnb_wide_to_upper(uint32_t c, uint32_t *to);
uint32_t hnb_wide_to_lower(uint32_t c, uint32_t *to);
uint32_t hnb_wide_to_title(uint32_t c, uint32_t *to);
uint32_t hnb_wide_to_fold(uint32_t c, uint32_t *to);

/* str_chars.c */
int32_t hnb_char_isalpha(uint32_t c);
int32_t hnb_char_isdecimal(uint32_t c);
int32_t hnb_char_isdigit(uint32_t c);
int32_t hnb_char_isnumeric(uint32_t c);
int32_t hnb_char_islower(uint32_t c);
int32_t hnb_char_isupper(uint32_t c);
int32_t hnb_char_isprintable(uint32_t c);
int32_t hnb_char_isspace(uint32_t c);
int32_t hnb_char_isalnum(uint32_t c);
int32_t hnb_char_istitle(uint32_t c);
int32_t hnb_char_isidentifier(uint32_t c);
Str *hnb_char_upper(uint32_t c, int32_t line);
Str *hnb_char_lower(uint32_t c, int32_t line);
Str *hnb_char_title(uint32_t c, int32_t line);
Str *hnb_char_casefold(uint32_t c, int32_t line);
Str *hnb_char_swapcase(uint32_t c, int32_t line);
uint32_t hnb_char_one_lower(uint32_t c);
uint32_t hnb_char_one_upper(uint32_t c);

/* str_kind.c */
int32_t hnb_str_isalpha(Str *s);
int32_t hnb_str_isdecimal(Str *s);
int32_t hnb_str_isdigit(Str *s);
int32_t hnb_str_isnumeric(Str *s);
int32_t hnb_str_isalnum(Str *s);
int32_t hnb_str_isspace(Str *s);
int32_t hnb_str_isascii(Str *s);
int32_t hnb_str_isprintable(Str *s);
int32_t hnb_str_isidentifier(Str *s);
int32_t hnb_str_islower(Str *s);
int32_t hnb_str_isupper(Str *s);
int32_t hnb_str_istitle(Str *s);

/* str_case.c */
Str *hnb_str_upper(Str *s, int32_t line);
Str *hnb_str_lower(Str *s, int32_t line);
Str *hnb_str_casefold(Str *s, int32_t line);
Str *hnb_str_swapcase(Str *s, int32_t line);
Str *hnb_str_capitalize(Str *s, int32_t line);
Str *hnb_str_title(Str *s, int32_t line);

/* str_search.c */
int64_t hnb_str_find(Str *hay, Str *needle);
int64_t hnb_str_count(Str *hay, Str *needle);
int64_t hnb_str_find_in(Str *hay, Str *needle, int64_t lo, int64_t hi);
int64_t hnb_str_rfind(Str *hay, Str *needle);
int64_t hnb_str_rfind_in(Str *hay, Str *needle, int64_t lo, int64_t hi);
int64_t hnb_str_count_in(Str *hay, Str *needle, int64_t lo, int64_t hi);
int32_t hnb_str_startswith(Str *s, Str *start);
int32_t hnb_str_endswith(Str *s, Str *end);
int32_t hnb_str_startswith_in(Str *s, Str *start, int64_t lo, int64_t hi);
int32_t hnb_str_endswith_in(Str *s, Str *end, int64_t lo, int64_t hi);
Str *hnb_str_removeprefix(Str *s, Str *start, int32_t line);
Str *hnb_str_removesuffix(Str *s, Str *end, int32_t line);
Str *hnb_str_replace(Str *s, Str *old, Str *new, int64_t most, int32_t line);

/* bytes_search.c */
int64_t hnb_bytes_find(Bytes *hay, Bytes *needle);
int64_t hnb_bytes_count(Bytes *hay, Bytes *needle);
int64_t hnb_bytes_find_in(Bytes *hay, Bytes *needle, int64_t lo, int64_t hi);
int64_t hnb_bytes_rfind(Bytes *hay, Bytes *needle);
int64_t hnb_bytes_rfind_in(Bytes *hay, Bytes *needle, int64_t lo, int64_t hi);
int64_t hnb_bytes_count_in(Bytes *hay, Bytes *needle, int64_t lo, int64_t hi);
int32_t hnb_bytes_startswith(Bytes *s, Bytes *start);
int32_t hnb_bytes_endswith(Bytes *s, Bytes *end);
int32_t hnb_bytes_startswith_in(Bytes *s, Bytes *start, int64_t lo, int64_t hi);
int32_t hnb_bytes_endswith_in(Bytes *s, Bytes *end, int64_t lo, int64_t hi);
Bytes *hnb_bytes_removeprefix(Bytes *s, Bytes *start, int32_t line);
Bytes *hnb_bytes_removesuffix(Bytes *s, Bytes *end, int32_t line);
Bytes *hnb_bytes_replace(Bytes *s, Bytes *old, Bytes *new, int64_t most, int32_t line);

/* str_split.c */
List *hnb_str_split_space(Str *s, int64_t most, int32_t line);
List *hnb_str_rsplit_space(Str *s, int64_t most, int32_t line);
List *hnb_str_split(Str *s, Str *by, int64_t most, int32_t line);
List *hnb_str_rsplit(Str *s, Str *by, int64_t most, int32_t line);
List *hnb_str_splitlines(Str *s, int32_t keep, int32_t line);
Str *hnb_str_partition(Str *s, Str *by, int32_t side, Str **rest, int32_t line);
Str *hnb_str_next_part(Str *s, Str *by, uint32_t at, uint32_t *next, Str *old, int32_t line);
uint32_t hnb_str_word_start(Str *s, uint32_t at);
Str *hnb_str_next_word(Str *s, uint32_t at, uint32_t *end, Str *old, int32_t line);
uint32_t hnb_str_split_into(Str *s, Str *by, Str **parts, uint32_t wanted, int32_t line);
uint32_t hnb_str_split_into_space(Str *s, Str **parts, uint32_t wanted, int32_t line);

/* bytes_split.c */
List *hnb_bytes_split_space(Bytes *s, int64_t most, int32_t line);
List *hnb_bytes_rsplit_space(Bytes *s, int64_t most, int32_t line);
List *hnb_bytes_split(Bytes *s, Bytes *by, int64_t most, int32_t line);
List *hnb_bytes_rsplit(Bytes *s, Bytes *by, int64_t most, int32_t line);
List *hnb_bytes_splitlines(Bytes *s, int32_t keep, int32_t line);
Bytes *hnb_bytes_partition(Bytes *s, Bytes *by, int32_t side, Bytes **rest, int32_t line);
Bytes *hnb_bytes_next_part(Bytes *s, Bytes *by, uint32_t at, uint32_t *next, Bytes *old, int32_t line);
uint32_t hnb_bytes_word_start(Bytes *s, uint32_t at);
Bytes *hnb_bytes_next_word(Bytes *s, uint32_t at, uint32_t *end, Bytes *old, int32_t line);
uint32_t hnb_bytes_split_into(Bytes *s, Bytes *by, Bytes **parts, uint32_t wanted, int32_t line);
uint32_t hnb_bytes_split_into_space(Bytes *s, Bytes **parts, uint32_t wanted, int32_t line);

/* str_edges.c */
Str *hnb_str_strip_space(Str *s, int32_t sides, int32_t line);
Str *hnb_str_strip(Str *s, Str *set, int32_t sides, int32_t line);
Str *hnb_str_justify(Str *s, int64_t width, Str *filler, int32_t sides, int32_t line);
Str *hnb_str_zfill(Str *s, int64_t width, int32_t line);
Str *hnb_str_expandtabs(Str *s, int64_t size, int32_t line);

/* bytes_edges.c */
Bytes *hnb_bytes_strip_space(Bytes *s, int32_t sides, int32_t line);
Bytes *hnb_bytes_strip(Bytes *s, Bytes *set, int32_t sides, int32_t line);
Bytes *hnb_bytes_justify(Bytes *s, int64_t width, Bytes *filler, int32_t sides, int32_t line);
Bytes *hnb_bytes_zfill(Bytes *s, int64_t width, int32_t line);
Bytes *hnb_bytes_expandtabs(Bytes *s, int64_t size, int32_t line);

/* str_join.c */
Str *hnb_str_join(Str *sep, List *parts, int32_t line);
Str *hnb_str_join_chars(Str *sep, List *chars, int32_t line);
Str *hnb_str_join_text(Str *sep, Str *s, int32_t line);

/* str_translate.c */
int32_t hnb_str_has_char(Str *s, uint32_t c);
Str *hnb_str_translate(Str *s, Str *from, Str *to, Str *deleted, int32_t line);

/* str_repr.c */
Str *hnb_str_repr(Str *s, int32_t line);
Str *hnb_bytes_repr(Bytes *b, int32_t line);

/* bytes_codec.c */
Bytes *hnb_str_to_utf8(Str *s, int32_t line);
Bytes *hnb_str_to_bytes(Str *s, int32_t limit, int32_t otherwise, int32_t line);
Str *hnb_bytes_to_str(Bytes *b, int32_t limit, int32_t line);
Str *hnb_bytes_from_utf8(Bytes *b, int32_t line);
Str *hnb_bytes_hex(Bytes *b, int32_t line);
Bytes *hnb_bytes_fromhex(Str *s, int32_t line);
Bytes *hnb_bytes_zeros(int64_t n, int32_t line);
Bytes *hnb_bytes_from_list(List *items, int32_t line);
int32_t hnb_bytes_has(Bytes *b, int64_t item, int32_t line);
Bytes *hnb_bytes_join(Bytes *sep, List *parts, int32_t line);

/* bytes_case.c */
int32_t hnb_bytes_isalpha(Bytes *b);
int32_t hnb_bytes_isdigit(Bytes *b);
int32_t hnb_bytes_isalnum(Bytes *b);
int32_t hnb_bytes_isspace(Bytes *b);
int32_t hnb_bytes_isascii(Bytes *b);
int32_t hnb_bytes_islower(Bytes *b);
int32_t hnb_bytes_isupper(Bytes *b);
int32_t hnb_bytes_istitle(Bytes *b);
Bytes *hnb_bytes_upper(Bytes *b, int32_t line);
Bytes *hnb_bytes_lower(Bytes *b, int32_t line);
Bytes *hnb_bytes_swapcase(Bytes *b, int32_t line);
Bytes *hnb_bytes_capitalize(Bytes *b, int32_t line);
Bytes *hnb_bytes_title(Bytes *b, int32_t line);

/* math.c */
double hnb_math_acos(double x, int32_t line);
double hnb_math_acosh(double x, int32_t line);
double hnb_math_asin(double x, int32_t line);
double hnb_math_asinh(double x, int32_t line);
double hnb_math_atan(double x, int32_t line);
double hnb_math_atanh(double x, int32_t line);
double hnb_math_cbrt(double x, int32_t line);
double hnb_math_cos(double x, int32_t line);
double hnb_math_cosh(double x, int32_t line);
double hnb_math_erf(double x, int32_t line);
double hnb_math_erfc(double x, int32_t line);
double hnb_math_exp(double x, int32_t line);
double hnb_math_exp2(double x, int32_t line);
double hnb_math_expm1(double x, int32_t line);
double hnb_math_log1p(double x, int32_t line);
double hnb_math_sin(double x, int32_t line);
double hnb_math_sinh(double x, int32_t line);
double hnb_math_tan(double x, int32_t line);
double hnb_math_tanh(double x, int32_t line);
double hnb_math_log(double x, int32_t line);
double hnb_math_log2(double x, int32_t line);
double hnb_math_log10(double x, int32_t line);
double hnb_math_log_base(double x, double base, int32_t line);
double hnb_math_sqrt(double x, int32_t line);
double hnb_math_atan2(double y, double x, int32_t line);
double hnb_math_fmod(double x, double y, int32_t line);
double hnb_math_pow(double x, double y, int32_t line);
double hnb_math_fma(double x, double y, double z, int32_t line);
int64_t hnb_math_ceil(double x, int32_t line);
int64_t hnb_math_floor(double x, int32_t line);
int64_t hnb_math_trunc(double x, int32_t line);

/* math_bits.c */
double hnb_math_fabs(double x, int32_t line);
double hnb_math_copysign(double x, double y, int32_t line);
double hnb_math_degrees(double x, int32_t line);
double hnb_math_radians(double x, int32_t line);
int32_t hnb_math_isfinite(double x, int32_t line);
int32_t hnb_math_isinf(double x, int32_t line);
int32_t hnb_math_isnan(double x, int32_t line);
int32_t hnb_math_isclose(double a, double b, double relative, double absolute, int32_t line);
double hnb_math_frexp(double x, int64_t *exponent, int32_t line);
double hnb_math_ldexp(double x, int64_t exponent, int32_t line);
double hnb_math_modf(double x, double *whole, int32_t line);
double hnb_math_nextafter_steps(double x, double y, int64_t steps, int32_t line);
double hnb_math_nextafter(double x, double y, int32_t line);
double hnb_math_ulp(double x, int32_t line);
double hnb_math_remainder(double x, double y, int32_t line);

/* math_int.c */
int64_t hnb_math_gcd(int64_t a, int64_t b, int32_t line);
int64_t hnb_math_lcm(int64_t a, int64_t b, int32_t line);
int64_t hnb_math_factorial(int64_t n, int32_t line);
int64_t hnb_math_perm(int64_t n, int64_t k, int32_t line);
int64_t hnb_math_comb(int64_t n, int64_t k, int32_t line);
int64_t hnb_math_isqrt(int64_t n, int32_t line);
int64_t hnb_math_prod_i64(const int64_t *x, uint32_t n, int64_t start, int32_t line);
int64_t hnb_math_sumprod_i64(const int64_t *p, uint32_t n, const int64_t *q, uint32_t m, int32_t line);

/* math_vector.c */
double hnb_math_hypot(double x, double y, int32_t line);
double hnb_math_dist(const double *p, uint32_t n, const double *q, uint32_t m, int32_t line);
double hnb_math_fsum(const double *x, uint32_t n, int32_t line);
double hnb_math_prod_f64(const double *x, uint32_t n, double start, int32_t line);
double hnb_math_sumprod_f64(const double *p, uint32_t n, const double *q, uint32_t m, int32_t line);

/* math_gamma.c */
double hnb_math_gamma(double x, int32_t line);
double hnb_math_lgamma(double x, int32_t line);

#endif
