/* What int() and float() strip from ASCII text: C's isspace, not the four separators that str.isspace knows besides. */
#ifndef HNB_SPACES_H
#define HNB_SPACES_H

#include <stdint.h>

static inline int32_t is_space(uint32_t c) { return c == ' ' || (c >= 9 && c <= 13); }

#endif
