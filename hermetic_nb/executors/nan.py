"""Whether a module may hold a NaN that came into being without the CPU's *invalid* flag."""

from __future__ import annotations

import math
import re
import struct
from typing import Final

_NAN_CONSTANT: Final = re.compile(rb"\x44(?=.{6}[\xf0-\xff][\x7f\xff])", re.DOTALL)


def may_hold_nan(wasm: bytes) -> bool:
    """Whether an ``f64.const`` of the code may be NaN."""
    return any(math.isnan(struct.unpack_from("<d", wasm, found.end())[0]) for found in _NAN_CONSTANT.finditer(wasm))
