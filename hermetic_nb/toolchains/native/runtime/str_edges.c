/* str: Stripping and filling. */
#include "text_str.h"
#include "text_edges.h"
