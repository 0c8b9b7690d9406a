"""Reading and writing the binary format of WebAssembly: integers, names and sections.

Source of every format here: WebAssembly Core Specification 2.0, chapter 5 (Binary Format).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC: Final = b"\0asm\1\0\0\0"
PAGE: Final = 65536
"""Bytes of a page of memory."""

CUSTOM: Final = 0
TYPE: Final = 1
IMPORT: Final = 2
FUNCTION: Final = 3
TABLE: Final = 4
MEMORY: Final = 5
GLOBAL: Final = 6
EXPORT: Final = 7
START: Final = 8
ELEMENT: Final = 9
CODE: Final = 10
DATA: Final = 11
DATA_COUNT: Final = 12

KIND_FUNCTION: Final = 0
KIND_TABLE: Final = 1
KIND_MEMORY: Final = 2
KIND_GLOBAL: Final = 3

I32: Final = 0x7F
I64: Final = 0x7E
FUNCTION_REFERENCE: Final = 0x70
FUNCTION_TYPE: Final = 0x60


def uleb(value: int) -> bytes:
    """An unsigned integer as LEB128, as short as it gets."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def sleb(value: int) -> bytes:
    """A signed integer as LEB128, as short as it gets."""
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def name(text: str) -> bytes:
    """A name: its length in bytes, then UTF-8."""
    data = text.encode()
    return uleb(len(data)) + data


def vector(items: Iterable[bytes]) -> bytes:
    """A vector: the number of items, then the items."""
    parts = list(items)
    return uleb(len(parts)) + b"".join(parts)


def section(identifier: int, payload: bytes) -> bytes:
    """A section: its number, its size, its payload."""
    return bytes([identifier]) + uleb(len(payload)) + payload


class Reader:
    """A position that moves through bytes; every reading past the end is a ``BuildError``."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes, position: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = position
        self.end = len(data) if end is None else end

    def __bool__(self) -> bool:
        return self.position < self.end

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        start = self.position
        if size < 0 or start + size > self.end:
            raise BuildError("the module ends too early")
        self.position = start + size
        return self.data[start : self.position]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def uleb(self) -> int:
        """The next unsigned LEB128 integer, of at most ten bytes."""
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift >= 70:
                raise BuildError("an integer of the module is too long")

    def sleb(self) -> int:
        """The next signed LEB128 integer, of at most ten bytes."""
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value - (1 << shift) if byte & 0x40 else value
            if shift >= 70:
                raise BuildError("an integer of the module is too long")

    def name(self) -> str:
        """The next name."""
        try:
            return self.take(self.uleb()).decode()
        except UnicodeDecodeError as error:
            raise BuildError("a name of the module is not UTF-8") from error

    def limits(self) -> tuple[int, int | None]:
        """Limits of a memory or table: minimum and maximum (None: none stated)."""
        flags = self.byte()
        minimum = self.uleb()
        return minimum, self.uleb() if flags & 1 else None


def sections(module: bytes) -> list[tuple[int, bytes]]:
    """The sections of a module in order: number and payload (a custom section's payload starts with its name)."""
    if not module.startswith(MAGIC):
        raise BuildError("not a WebAssembly core module")
    reader = Reader(module, len(MAGIC))
    found = []
    while reader:
        identifier = reader.byte()
        found.append((identifier, reader.take(reader.uleb())))
    return found
