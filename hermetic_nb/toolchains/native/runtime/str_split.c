/* str: split, rsplit and splitlines. */
#include "text_str.h"
#include "text_split.h"
