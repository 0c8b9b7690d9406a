/* What every part of the native runtime shares: object layouts, the allocator, the way to stop.
 *
 * wasm32, C11, freestanding. Values: int is int64_t, float is double, bool is int32_t 0 or 1
 * (one byte inside lists), a character is a uint32_t code point. `line` is a line of the cell.
 * Objects are reference counted by the compiler's code; a new object has rc 1, a constant a huge rc.
 * Functions borrow their arguments and return owned objects, unless they say "consumes".
 */
#ifndef HNB_RUNTIME_H
#define HNB_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#include "traps.h"

typedef struct {
    int32_t rc;
    uint32_t len;
    uint32_t cap;
    void *data;
} List;

typedef struct {
    int32_t rc;
    uint32_t len;
    uint32_t cap;
    uint32_t c[];
} Str;

typedef struct {
    int32_t rc;
    uint32_t len;
    uint32_t cap;
    uint8_t c[];
} Bytes;

typedef struct {
    int32_t rc;
    uint32_t len;
    uint32_t cap; /* places from the first item on */
    void *data;   /* the first item */
    uint32_t head; /* free places before the first item */
    uint32_t most; /* maxlen: whoever calls takes away what is too much */
    uint32_t changes; /* how often items came or went, modulo 2**32: a loop over a deque looks whether any did */
} Deque;

typedef struct {
    int32_t rc;
    uint32_t len;  /* live entries */
    uint32_t used; /* entries, dead ones included */
    uint32_t cap;
    uint8_t *entries;
    uint32_t *index; /* numbers of entries, counted from 1; 0 where there is none */
    uint32_t mask;
} Dict;

#define HNB_HEADER 12u /* bytes before the characters of a Str and the bytes of a Bytes */

/* Stores code and line in the module's `error` global and stops. Defined by the compiler's IR. */
_Noreturn void hnb_trap(int32_t code, int32_t line);

/* As hnb_trap; but with a line below zero it notes the code and the line for a handler in the cell, and returns. The
 * caller returns at once, with anything. Defined by the compiler's IR. */
void hnb_fail(int32_t code, int32_t line);

/* A block of at least `size` bytes, 8-aligned; trap 17 when memory is used up. Size 0 gives a block too. */
void *hnb_alloc(uint32_t size, int32_t line);

/* Gives back a block; `size` is the size it was asked with. A null pointer is allowed. */
void hnb_free(void *block, uint32_t size);

/* Moves or keeps a block so that it holds `wanted` bytes; the first min(old, wanted) bytes are kept. */
void *hnb_realloc(void *block, uint32_t old, uint32_t wanted, int32_t line);

/* The canonical ABI's allocator. */
void *cabi_realloc(void *block, uint32_t old, uint32_t align, uint32_t wanted);

/* There is no <string.h>; the first three become memory.copy and memory.fill. */
#define memcpy(to, from, n) __builtin_memcpy(to, from, n)
#define memmove(to, from, n) __builtin_memmove(to, from, n)
#define memset(to, byte, n) __builtin_memset(to, byte, n)
int memcmp(const void *a, const void *b, size_t n);

/* For what is in most modules: bytes count more than nanoseconds. */
#ifdef __clang__
#define HNB_SMALL_CODE __attribute__((minsize))
#else
#define HNB_SMALL_CODE
#endif

#define HNB_LIKELY(x) __builtin_expect(!!(x), 1)
#define HNB_UNLIKELY(x) __builtin_expect(!!(x), 0)

#endif
