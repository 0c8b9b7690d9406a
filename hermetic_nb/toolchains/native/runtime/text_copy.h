/* Copies of characters and of bytes. A copy of memory is a call out of the module's code, so short ones are loops. */
#ifndef HNB_TEXT_COPY_H
#define HNB_TEXT_COPY_H

#include "runtime.h"

enum { LONG_COPY = 256 }; /* bytes from which on a copy of memory is faster */

typedef uint32_t FourChars __attribute__((vector_size(16)));

/* Without this the compiler sees that a loop copies, and makes a copy of memory of it. */
#define STAYS_A_LOOP __asm__ volatile("")

static inline void copy_chars(uint32_t *to, const uint32_t *from, uint32_t n) {
    if (n > LONG_COPY / 4) {
        memcpy(to, from, 4 * n);
        return;
    }
    if (n < 4) {
        if (n == 0) return;
        uint32_t first = from[0], middle = from[n >> 1], last = from[n - 1];
        to[0] = first;
        to[n >> 1] = middle;
        to[n - 1] = last;
        return;
    }
    for (uint32_t i = 0; i + 4 < n; i += 4) {
        memcpy(to + i, from + i, sizeof(FourChars));
        STAYS_A_LOOP;
    }
    memcpy(to + (n - 4), from + (n - 4), sizeof(FourChars)); /* the last four: some of them once more */
}

/* The n characters that end with `last`, in reverse. */
static inline void copy_chars_back(uint32_t *to, const uint32_t *last, uint32_t n) {
    for (; n >= 4; n -= 4, to += 4, last -= 4) {
        FourChars part;
        memcpy(&part, last - 3, sizeof part);
        part = __builtin_shufflevector(part, part, 3, 2, 1, 0);
        memcpy(to, &part, sizeof part);
    }
    while (n--) *to++ = *last--;
}

static inline void copy_octets(uint8_t *to, const uint8_t *from, uint32_t n) {
    if (n > LONG_COPY) {
        memcpy(to, from, n);
        return;
    }
    for (; n >= 8; n -= 8, to += 8, from += 8) {
        uint64_t part;
        memcpy(&part, from, sizeof part);
        memcpy(to, &part, sizeof part);
        STAYS_A_LOOP;
    }
    for (; n; n--) {
        *to++ = *from++;
        STAYS_A_LOOP;
    }
}

#endif
