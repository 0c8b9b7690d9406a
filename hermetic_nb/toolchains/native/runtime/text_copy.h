/* Copies of characters and of bytes. A copy of memory is a call out of the module's code, so short ones are loops. */
#ifndef HNB_TEXT_COPY_H
#define HNB_TEXT_COPY_H

#include "runtime.h"

enum { LONG_COPY = 256 }; /* bytes from which on a copy of memory is faster */

/* Without this the compiler sees that a loop copies, and makes a copy of memory of it. */
#define STAYS_A_LOOP __asm__ volatile("")

static inline void copy_chars(uint32_t *to, const uint32_t *from, uint32_t n) {
    typedef uint32_t Four __attribute__((vector_size(16)));
    if (n > LONG_COPY / 4) {
        memcpy(to, from, 4 * n);
        return;
    }
    for (; n >= 4; n -= 4, to += 4, from += 4) {
        Four part;
        memcpy(&part, from, sizeof part);
        memcpy(to, &part, sizeof part);
        STAYS_A_LOOP;
    }
    for (; n; n--) {
        *to++ = *from++;
        STAYS_A_LOOP;
    }
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
