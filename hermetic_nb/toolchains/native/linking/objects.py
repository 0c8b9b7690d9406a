"""A relocatable WebAssembly object, read into values.

Source of the format: "WebAssembly Object File Linking" of the tool-conventions repository
(custom sections ``linking``, version 2, and ``reloc.*``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hermetic_nb.errors import BuildError
from hermetic_nb.toolchains import wasm_format as wasm

FUNCTION_SYMBOL: Final = 0
DATA_SYMBOL: Final = 1
GLOBAL_SYMBOL: Final = 2
SECTION_SYMBOL: Final = 3
TABLE_SYMBOL: Final = 5

_LOCAL: Final = 0x2
_UNDEFINED: Final = 0x10
_EXPLICIT_NAME: Final = 0x40
_ABSOLUTE: Final = 0x200
_LINKING_VERSION: Final = 2
_SEGMENT_INFO, _INIT_FUNCTIONS, _SYMBOL_TABLE = 5, 6, 8
_WITH_ADDEND: Final = frozenset({3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25})


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import: its name, its kind, and the bytes of its type (of a function: the index of its type)."""

    name: str
    kind: int
    type: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One symbol; ``index`` counts functions, globals or data segments by its kind, imports first."""

    kind: int
    name: str
    index: int
    offset: int = 0
    defined: bool = True
    local: bool = False


@dataclass(frozen=True, slots=True)
class Relocation:
    """A place to fill in: kind, offset in its section's payload, symbol (or type) index, addend."""

    kind: int
    offset: int
    index: int
    addend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A data segment: its bytes, where they stand in the data section's payload, its alignment in bytes."""

    data: bytes
    place: int
    alignment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WasmObject:
    """What the finaliser needs of an object."""

    types: tuple[bytes, ...]
    imports: tuple[Import, ...]
    functions: tuple[int, ...]
    """The index of each defined function's type."""
    globals: tuple[bytes, ...]
    """Type and first value of each defined global."""
    code: bytes
    """The code section's payload, to which relocations count their offsets."""
    bodies: tuple[tuple[int, int], ...]
    """Where each function's body starts and ends in ``code``."""
    symbols: tuple[Symbol, ...]
    segments: tuple[Segment, ...]
    relocations: dict[int, tuple[Relocation, ...]]
    """By section number, in the order of offsets."""

    @property
    def undefined(self) -> tuple[str, ...]:
        """Names of the functions and data that other objects must define."""
        return tuple(s.name for s in self.symbols if not s.defined and s.kind in (FUNCTION_SYMBOL, DATA_SYMBOL))


def read_object(module: bytes) -> WasmObject:
    """Read a relocatable object.

    Raises: BuildError when a construct appears that the native compiler never makes
    (constructors, passive data, an unknown format version).
    """
    parts = wasm.sections(module)
    payloads = {identifier: payload for identifier, payload in parts if identifier != wasm.CUSTOM}
    symbols: tuple[Symbol, ...] = ()
    alignments: tuple[int, ...] = ()
    relocations = {}
    for identifier, payload in parts:
        if identifier != wasm.CUSTOM:
            continue
        reader = wasm.Reader(payload)
        name = reader.name()
        if name == "linking":
            symbols, alignments = _linking(reader)
        elif name.startswith("reloc."):
            section, entries = _relocations(reader)
            relocations[parts[section][0]] = entries
    imports = _imports(payloads.get(wasm.IMPORT, b"\0"))
    code = payloads.get(wasm.CODE, b"\0")
    return WasmObject(
        types=_types(payloads.get(wasm.TYPE, b"\0")),
        imports=imports,
        functions=_numbers(payloads.get(wasm.FUNCTION, b"\0")),
        globals=_globals(payloads.get(wasm.GLOBAL, b"\0")),
        code=code,
        bodies=_bodies(code),
        symbols=tuple(_with_import_name(symbol, imports) for symbol in symbols),
        segments=_segments(payloads.get(wasm.DATA, b"\0"), alignments),
        relocations=relocations,
    )


def _with_import_name(symbol: Symbol, imports: tuple[Import, ...]) -> Symbol:
    kind = {FUNCTION_SYMBOL: wasm.KIND_FUNCTION, GLOBAL_SYMBOL: wasm.KIND_GLOBAL}.get(symbol.kind)
    if symbol.defined or symbol.name or kind is None:
        return symbol
    return replace(symbol, name=[item.name for item in imports if item.kind == kind][symbol.index])


def _types(payload: bytes) -> tuple[bytes, ...]:
    reader = wasm.Reader(payload)
    found = []
    for _ in range(reader.uleb()):
        start = reader.position
        if reader.byte() != wasm.FUNCTION_TYPE:
            raise BuildError("the object has a type that is not a function's")
        reader.take(reader.uleb())
        reader.take(reader.uleb())
        found.append(payload[start : reader.position])
    return tuple(found)


def _numbers(payload: bytes) -> tuple[int, ...]:
    reader = wasm.Reader(payload)
    return tuple(reader.uleb() for _ in range(reader.uleb()))


def _globals(payload: bytes) -> tuple[bytes, ...]:
    reader = wasm.Reader(payload)
    found = []
    for _ in range(reader.uleb()):
        start = reader.position
        reader.take(2)
        size = {0x43: 4, 0x44: 8}.get(opcode := reader.byte())
        if size is not None:
            reader.take(size)
        elif opcode in (0x41, 0x42):
            reader.sleb()
        else:
            raise BuildError("the object has a global whose first value is not a number")
        reader.byte()
        found.append(payload[start : reader.position])
    return tuple(found)


def _bodies(payload: bytes) -> tuple[tuple[int, int], ...]:
    reader = wasm.Reader(payload)
    found = []
    for _ in range(reader.uleb()):
        size = reader.uleb()
        found.append((reader.position, reader.position + size))
        reader.take(size)
    return tuple(found)


def _imports(payload: bytes) -> tuple[Import, ...]:
    reader = wasm.Reader(payload)
    found = []
    for _ in range(reader.uleb()):
        reader.name()
        name, kind, start = reader.name(), reader.byte(), reader.position
        if kind == wasm.KIND_FUNCTION:
            reader.uleb()
        elif kind == wasm.KIND_TABLE:
            reader.byte()
            reader.limits()
        elif kind == wasm.KIND_MEMORY:
            reader.limits()
        elif kind == wasm.KIND_GLOBAL:
            reader.take(2)
        else:
            raise BuildError(f"the object imports {name!r}, of an unknown kind ({kind})")
        found.append(Import(name=name, kind=kind, type=payload[start : reader.position]))
    return tuple(found)


def _linking(reader: wasm.Reader) -> tuple[tuple[Symbol, ...], tuple[int, ...]]:
    if (version := reader.uleb()) != _LINKING_VERSION:
        raise BuildError(f"the object's linking section has version {version}, not {_LINKING_VERSION}")
    symbols: list[Symbol] = []
    alignments: list[int] = []
    while reader:
        kind = reader.byte()
        part = wasm.Reader(reader.take(reader.uleb()))
        if kind == _INIT_FUNCTIONS:
            raise BuildError("the object has constructors, which nothing would call")
        if kind == _SYMBOL_TABLE:
            symbols = [_symbol(part) for _ in range(part.uleb())]
        if kind == _SEGMENT_INFO:
            for _ in range(part.uleb()):
                part.name()
                alignments.append(1 << part.uleb())
                part.uleb()
    return tuple(symbols), tuple(alignments)


def _symbol(reader: wasm.Reader) -> Symbol:
    kind, flags = reader.byte(), reader.uleb()
    defined, local = not flags & _UNDEFINED, bool(flags & _LOCAL)
    if kind == SECTION_SYMBOL:
        return Symbol(kind=kind, name="", index=reader.uleb(), local=True)
    if kind == DATA_SYMBOL:
        name = reader.name()
        if flags & _ABSOLUTE:
            raise BuildError(f"the object gives {name!r} an address of its own")
        index, offset = (reader.uleb(), reader.uleb()) if defined else (0, 0)
        if defined:
            reader.uleb()
        return Symbol(kind=kind, name=name, index=index, offset=offset, defined=defined, local=local)
    index = reader.uleb()
    name = reader.name() if defined or flags & _EXPLICIT_NAME else ""
    return Symbol(kind=kind, name=name, index=index, defined=defined, local=local)


def _relocations(reader: wasm.Reader) -> tuple[int, tuple[Relocation, ...]]:
    section = reader.uleb()
    entries = []
    for _ in range(reader.uleb()):
        kind, offset, index = reader.byte(), reader.uleb(), reader.uleb()
        entries.append(Relocation(kind, offset, index, reader.sleb() if kind in _WITH_ADDEND else 0))
    return section, tuple(sorted(entries, key=lambda entry: entry.offset))


def _segments(payload: bytes, alignments: tuple[int, ...]) -> tuple[Segment, ...]:
    reader = wasm.Reader(payload)
    found = []
    for number in range(reader.uleb()):
        if reader.byte() != 0 or reader.byte() != 0x41:
            raise BuildError("the object has data that is not placed by a constant")
        reader.sleb()
        reader.byte()
        size = reader.uleb()
        place = reader.position
        alignment = alignments[number] if number < len(alignments) else 16
        found.append(Segment(data=reader.take(size), place=place, alignment=alignment))
    return tuple(found)
