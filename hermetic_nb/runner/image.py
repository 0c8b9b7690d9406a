"""The memory image inside a runner that was just built: its objects are made immortal.

A call that looks at an object counts its references up and down, and so writes to its page, which the system must then copy.
CPython does not count those of immortal objects. Nothing but C can make one, so the build writes the number itself.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import ToolchainError

if TYPE_CHECKING:
    from collections.abc import Iterator

LABEL: Final = b"objects of the image:"
"""Followed by their number, then for each address, address of its type, and references: 32 bits each, little-endian."""
IMMORTAL: Final = 5 << 28
"""References of an object that lives for ever, where pointers have 32 bits (CPython's Include/refcount.h)."""
MORTAL: Final = 1 << 30
"""Fewer references than this are counted."""
DRIFT: Final = 64
"""References that an object may have won or lost since it was listed; a block that was freed holds a pointer instead."""

_FACTS: Final = struct.Struct("<III")
_HEAD: Final = struct.Struct("<II")
_WORD: Final = struct.Struct("<I")
_CORE_MODULE, _DATA, _I32_CONST = 1, 11, 0x41
_IMAGE_BYTES: Final = 1 << 20
"""Data of a module that holds more than this is the image; that of the others are constants of libraries."""


def with_immortal_objects(component: bytes) -> tuple[bytes, int]:
    """The component with the listed objects made immortal and the list blanked, and their number.

    Raises ToolchainError where there is no list.
    """
    image = _Image(component)
    data, made, lists = image.data, 0, 0
    at = data.find(LABEL)
    while at >= 0:
        start = at + len(LABEL) + _WORD.size
        (count,) = _WORD.unpack_from(data, start - _WORD.size)
        end = start + count * _FACTS.size
        if end <= len(data) and image.holds(at, end):
            lists += 1
            made += sum(_make(image, *facts) for facts in _FACTS.iter_unpack(bytes(data[start:end])))
            data[start:end] = bytes(end - start)
        at = data.find(LABEL, at + 1)
    if not (lists and made):
        raise ToolchainError("the runner that was built holds no list of its objects")
    return bytes(data), made


def _make(image: _Image, address: int, kind: int, references: int) -> bool:
    place = image.place(address, _HEAD.size)
    if place is None:
        return False
    now, kind_now = _HEAD.unpack_from(image.data, place)
    if kind_now != kind or not 0 < now < MORTAL or abs(now - references) > DRIFT:
        return False
    _WORD.pack_into(image.data, place, IMMORTAL)
    return True


class _Image:
    """Where in the component which bytes of the linear memory are."""

    def __init__(self, component: bytes) -> None:
        self.data = bytearray(component)
        self._parts: list[tuple[int, int, int]] = []
        """Address, length and place of each data segment, sorted."""
        for kind, start, end in self._sections(8, len(self.data)):
            if kind == _CORE_MODULE:
                for inner, begin, stop in self._sections(start + 8, end):
                    if inner == _DATA and stop - begin > _IMAGE_BYTES:
                        self._parts += self._segments(begin)
        self._parts.sort()
        self._addresses = [address for address, _, _ in self._parts]

    def place(self, address: int, length: int) -> int | None:
        """The place of bytes at an address; None where they are not all in one segment: zero, or no data."""
        index = bisect_right(self._addresses, address) - 1
        if index < 0:
            return None
        start, size, place = self._parts[index]
        return place + address - start if address - start + length <= size else None

    def holds(self, start: int, end: int) -> bool:
        """Whether these places of the component are in one segment."""
        return any(place <= start and end <= place + size for _, size, place in self._parts)

    def _sections(self, at: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Number, start and end of each section of a module or component."""
        while at < end:
            kind = self.data[at]
            size, start = self._number(at + 1)
            at = start + size
            yield kind, start, at

    def _segments(self, at: int) -> Iterator[tuple[int, int, int]]:
        count, at = self._number(at)
        for _ in range(count):
            if self.data[at : at + 2] != bytes([0, _I32_CONST]):
                raise ToolchainError("the memory of the runner that was built does not begin at known addresses")
            address, at = self._number(at + 2)
            size, at = self._number(at + 1)  # after the end of the expression
            yield address, size, at
            at += size

    def _number(self, at: int) -> tuple[int, int]:
        """An unsigned LEB128 number and the place after it; addresses are signed, and not that large."""
        value = shift = 0
        while True:
            byte = self.data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at
