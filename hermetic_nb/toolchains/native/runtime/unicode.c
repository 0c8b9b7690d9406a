/* Properties of characters, and their changes of case, by the tables of Unicode 16.0. Tries of three levels. */
#include "unicode.h"
#include "unicode_tables.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define ONCE __attribute__((noinline)) /* rare, so one copy for all loops that ask */

#define SET(name)                                                                                      \
    ONCE int32_t hnb_wide_##name(uint32_t c) {                                                         \
        if (c >> (SET_LOW + SET_MIDDLE) >= LENGTH(name##_top)) return 0;                               \
        uint32_t block = (uint32_t)name##_top[c >> (SET_LOW + SET_MIDDLE)] << SET_MIDDLE;              \
        uint32_t row = name##_middle[block | (c >> SET_LOW & ((1u << SET_MIDDLE) - 1))];               \
        return name##_bits[row << (SET_LOW - 3) | (c >> 3 & ((1u << (SET_LOW - 3)) - 1))] >> (c & 7) & 1; \
    }

SET(alpha)
SET(decimal)
SET(digit)
SET(numeric)
SET(lower)
SET(upper)
SET(title)
SET(printable)
SET(xid_start)
SET(xid_continue)
SET(cased)
SET(ignorable)

/* Writes what a mapping makes of a character, one to three of them, and returns how many. */
#define MAPPING(name)                                                                           \
    ONCE uint32_t hnb_wide_##name(uint32_t c, uint32_t *to) {                                   \
        *to = c;                                                                                \
        if (c >> (MAP_LOW + MAP_MIDDLE) >= LENGTH(name##_top)) return 1;                        \
        uint32_t block = (uint32_t)name##_top[c >> (MAP_LOW + MAP_MIDDLE)] << MAP_MIDDLE;       \
        uint32_t row = name##_middle[block | (c >> MAP_LOW & ((1u << MAP_MIDDLE) - 1))];        \
        int32_t record = name##_records[name##_numbers[row << MAP_LOW | (c & ((1u << MAP_LOW) - 1))]]; \
        if (record < SEVERAL) {                                                                 \
            *to = c + (uint32_t)record;                                                         \
            return 1;                                                                           \
        }                                                                                       \
        uint32_t first = (uint32_t)(record - SEVERAL) >> 2, count = ((uint32_t)record & 3) + 1; \
        for (uint32_t i = 0; i < count; i++) to[i] = name##_several[first + i];                 \
        return count;                                                                           \
    }

MAPPING(to_upper)
MAPPING(to_lower)
MAPPING(to_title)
MAPPING(to_fold)
