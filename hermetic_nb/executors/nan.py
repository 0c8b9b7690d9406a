"""Whether a module may hold a NaN that came into being without the CPU's *invalid* flag (docs/nan.md).

Such a NaN can only be written in the module: as a constant of the code or of a global, or as bytes of a data segment. An
operation that makes one of numbers raises the flag (IEEE 754, 7.2), and those of arguments are looked for when they are lowered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_GLOBALS, _CODE, _DATA = 6, 10, 11  # WebAssembly core specification, binary format of modules: section ids

# Binary format of instructions: f64.const, f32.const, v128.const, and the number, little-endian. A NaN has an exponent of
# ones and a fraction that is not 0 (IEEE 754). Bytes that look like one of these and are none only make the module run
# canonical without need.
_SCALAR: Final = re.compile(
    rb"\x44(?=(?!\x00{6}\xf0).{6}[\xf0-\xff][\x7f\xff])|\x43(?=(?!\x00\x00\x80).{2}[\x80-\xff][\x7f\xff])", re.DOTALL
)
# LLVM stores a constant float that is only stored as an integer: i64.const of the one NaN that our compiler writes, or of its
# negation, as signed LEB128.
_STORED: Final = re.compile(rb"\x42\x80{7}(?:\xfc\xff\x00|\x7c)")
_VECTOR: Final = re.compile(rb"(?=\xfd\x0c(.{16}))", re.DOTALL)
_ALL_ONES: Final = b"\xff" * 16
"""A vector of ones is a mask to the compiler, never a number."""


def may_hold_nan(wasm: bytes) -> bool:
    """Whether a constant or a data segment of a module may be NaN, as a number of 64 bits or, in the code, of 32.

    For modules of our own compiler: of integers, only the NaN that it writes is looked for.
    """
    for kind, body in _sections(wasm):
        if kind in {_GLOBALS, _CODE} and (_SCALAR.search(body) or any(map(_is_suspect, _VECTOR.findall(body)))):
            return True
        if kind == _CODE and _STORED.search(body):
            return True
        if kind == _DATA and _holds_double_nan(body):
            return True
    return False


def _sections(wasm: bytes) -> Iterator[tuple[int, bytes]]:
    """The sections of a module. What is cut or no module has none: the engine refuses it."""
    place = 8
    while place < len(wasm):
        kind, place = wasm[place], place + 1
        length, shift = 0, 0
        while place < len(wasm):
            byte, place = wasm[place], place + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield kind, wasm[place : place + length]
        place += length


def _is_suspect(vector: bytes) -> bool:
    if vector == _ALL_ONES:
        return False
    doubles = any(_is_double_nan(vector[at : at + 8]) for at in (0, 8))
    return doubles or any(_is_float_nan(vector[at : at + 4]) for at in range(0, 16, 4))


def _is_double_nan(data: bytes) -> bool:
    bits = int.from_bytes(data, "little") & 0x7FFF_FFFF_FFFF_FFFF
    return bits > 0x7FF0_0000_0000_0000


def _is_float_nan(data: bytes) -> bool:
    return int.from_bytes(data, "little") & 0x7FFF_FFFF > 0x7F80_0000


_DOUBLE: Final = re.compile(rb"(?=(.{6}[\xf0-\xff][\x7f\xff]))", re.DOTALL)


def _holds_double_nan(data: bytes) -> bool:
    """At any offset: where a segment lies, and how it is read, is not known here."""
    return any(map(_is_double_nan, _DOUBLE.findall(data)))
