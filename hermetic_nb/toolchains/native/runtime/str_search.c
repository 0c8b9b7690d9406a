/* str: Searching, and what follows from it: replacing, prefixes and suffixes. */
#include "text_str.h"
#include "text_search.h"
