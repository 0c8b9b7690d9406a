"""Numbers that lowering shares with the runtime: offsets in objects (``runtime.h``) and trap codes (`hermetic_nb.traps`)."""

from __future__ import annotations

from typing import Final

# Offsets of an object's fields, in bytes; the characters of a str and the bytes of a bytes object stand at HEADER.
LEN: Final = 4
CAP: Final = 8
DATA: Final = 12
HEADER: Final = 12

OVERFLOW: Final = 1
ZERO_DIVISION: Final = 2
LIST_INDEX: Final = 3
STR_INDEX: Final = 4
BYTES_INDEX: Final = 5
LIST_STORE: Final = 6
MATH_DOMAIN: Final = 7
ZERO_STEP: Final = 11
BAD_CHR: Final = 12
BAD_ORD: Final = 13
RECURSION: Final = 18
UNBOUND: Final = 19
INVALID_INT: Final = 24
TOO_LARGE: Final = 26
TOO_FEW: Final = 27
TOO_MANY: Final = 28
ZIP_LENGTHS: Final = 29
POP_EMPTY: Final = 30
POP_INDEX: Final = 31
NOT_EXACT: Final = 38
NOT_THERE: Final = 39
TEXT_BEYOND_ASCII: Final = 53
NAN_IDENTITY: Final = 55
CHR_RANGE: Final = 56
NOT_BOUND_IN_GENERATOR: Final = 76
EMPTY_SEPARATOR: Final = 90
NO_SUBSTRING: Final = 92

# Fields of a dict or set (``runtime.h``), and of its entries.
USED: Final = 8
ENTRIES: Final = 16
INDEX: Final = 20
MASK: Final = 24
LIVE: Final = 4

CHANGED_SIZE: Final = 130
NUMPY_OR_PYTHON: Final = 180
ARRAY_INDEX: Final = 185
EMPTY_LIST: Final = 198
CHANGED_KEYS: Final = 131
MISSING_KEY: Final = 132
NONE_OPERAND: Final = 133
NONE_ATTRIBUTE: Final = 134
SET_CHANGED_SIZE: Final = 135
EMPTY_POP: Final = 136
NOT_IN_LIST: Final = 137
TUPLE_INDEX: Final = 139
NAN_ORDER: Final = 52
EMPTY_DEQUE: Final = 140
CHANGED_DEQUE: Final = 141
CHANGES: Final = 24
"""Of a deque."""
