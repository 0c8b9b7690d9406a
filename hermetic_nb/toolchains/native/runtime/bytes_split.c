/* bytes: split, rsplit and splitlines. */
#include "text_bytes.h"
#include "text_split.h"
