/* bytes: Searching, and what follows from it: replacing, prefixes and suffixes. */
#include "text_bytes.h"
#include "text_search.h"
