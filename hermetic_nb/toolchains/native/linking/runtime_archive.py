"""The native runtime as it ships: one piece for each symbol, compiled beforehand.

The file ``data/native_runtime.xz`` is made by ``python -m hermetic_nb.toolchains.native.runtime.build``. Format,
inside xz: one line ``hermetic native runtime 1``, one line with the sha256 of the sources, one line of JSON (for each
piece, in order: its symbol, the symbols it needs, the sizes of its object and of its bitcode), then for each piece its
object and its bitcode.

Every piece is a relocatable WebAssembly object. Small functions also come as LLVM bitcode, so that LLVM can inline
them into a program; no piece with bitcode holds state, which must exist once in a module.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import ToolchainError
from hermetic_nb.toolchains.native.linking.objects import WasmObject, read_object

if TYPE_CHECKING:
    from collections.abc import Iterable

ARCHIVE: Final = "native_runtime.xz"
MAGIC: Final = b"hermetic native runtime 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One symbol of the runtime: its object, its bitcode if it may be inlined, the symbols of other pieces it needs."""

    symbol: str
    needs: tuple[str, ...]
    object: bytes
    bitcode: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The pieces, and the sha256 (hex) of the sources they were made of."""

    sources: str
    pieces: tuple[Piece, ...]


def pack(archive: Archive) -> bytes:
    """The archive's file; the same pieces give the same bytes."""
    index = [(p.symbol, p.needs, len(p.object), len(p.bitcode)) for p in archive.pieces]
    lines = (archive.sources, json.dumps(index, separators=(",", ":")), "")
    content = b"".join(p.object + p.bitcode for p in archive.pieces)
    return lzma.compress(MAGIC + "\n".join(lines).encode() + content, preset=9 | lzma.PRESET_EXTREME)


def unpack(file: bytes) -> Archive:
    """The archive of a file. Raises: ToolchainError when it is not one."""
    try:
        plain = lzma.decompress(file)
        if not plain.startswith(MAGIC):
            raise ToolchainError("the native runtime has an unknown format")
        sources, index, content = plain[len(MAGIC) :].split(b"\n", 2)
        pieces, position = [], 0
        for symbol, needs, size, bitcode_size in json.loads(index):
            middle = position + size
            bitcode = content[middle : middle + bitcode_size]
            pieces.append(Piece(symbol=symbol, needs=tuple(needs), object=content[position:middle], bitcode=bitcode))
            position = middle + bitcode_size
        return Archive(sources=sources.decode(), pieces=tuple(pieces))
    except (lzma.LZMAError, ValueError, TypeError) as error:
        raise ToolchainError("the native runtime of this installation is damaged") from error


class Runtime:
    """The pieces, by their symbols."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = {piece.symbol: piece for piece in pieces}
        self._objects: dict[str, WasmObject] = {}

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol of the runtime, in order."""
        return tuple(sorted(self._pieces))

    def __getitem__(self, symbol: str) -> Piece:
        return self._pieces[symbol]

    def closure(self, symbols: Iterable[str]) -> tuple[Piece, ...]:
        """The pieces for some symbols and all that these need, in the order of their names.

        Symbols that are not of the runtime are passed over: the program itself may define them.
        """
        return self._closure(symbols, inlined=False)

    def inlined(self, symbols: Iterable[str]) -> tuple[Piece, ...]:
        """As ``closure``, but only the pieces with bitcode, reached through such pieces alone."""
        return self._closure(symbols, inlined=True)

    def objects(self, symbols: Iterable[str]) -> tuple[WasmObject, ...]:
        """The objects of the closure of some symbols."""
        pieces = self.closure(symbols)
        for piece in pieces:
            if piece.symbol not in self._objects:
                self._objects[piece.symbol] = read_object(piece.object)
        return tuple(self._objects[piece.symbol] for piece in pieces)

    def _closure(self, symbols: Iterable[str], *, inlined: bool) -> tuple[Piece, ...]:
        found: dict[str, Piece] = {}
        pending = list(symbols)
        while pending:
            piece = self._pieces.get(pending.pop())
            if piece is not None and piece.symbol not in found and (piece.bitcode or not inlined):
                found[piece.symbol] = piece
                pending += piece.needs
        return tuple(found[symbol] for symbol in sorted(found))


@cache
def shipped_runtime() -> Runtime:
    """The runtime of this installation. Raises: ToolchainError when it is missing or damaged."""
    file = resources.files("hermetic_nb").joinpath("data").joinpath(ARCHIVE)
    try:
        archive = file.read_bytes()
    except OSError as error:
        raise ToolchainError("the native runtime of this installation is missing") from error
    return Runtime(unpack(archive).pieces)
