/* bytes: Stripping and filling. */
#include "text_bytes.h"
#include "text_edges.h"
