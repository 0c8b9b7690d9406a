"""What a WebAssembly module shows to the outside: imports, exports, memories. No engine needed to read them.

Format: WebAssembly core specification 2.0, chapter 5 (binary format).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_T = TypeVar("_T")

MAGIC: Final = b"\x00asm\x01\x00\x00\x00"
VALUE_TYPES: Final = {
    0x7F: "i32",
    0x7E: "i64",
    0x7D: "f32",
    0x7C: "f64",
    0x7B: "v128",
    0x70: "funcref",
    0x6F: "externref",
}

_TYPE, _IMPORT, _FUNCTION, _MEMORY, _GLOBAL, _EXPORT, _START = 1, 2, 3, 5, 6, 7, 8


class MalformedModuleError(ValueError):
    """The bytes are no WebAssembly module that this reader knows."""


@dataclass(frozen=True, slots=True)
class FunctionType:
    """Core types of a function's parameters and results."""

    parameters: tuple[str, ...]
    results: tuple[str, ...]

    def __str__(self) -> str:
        return f"({', '.join(self.parameters)}) -> ({', '.join(self.results)})"


@dataclass(frozen=True, slots=True)
class Memory:
    """Limits of a linear memory, in pages of 64 KiB; ``maximum`` is None where the module sets none."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Global:
    """A global's core type."""

    type: str
    mutable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The outside of a module. Values of ``exports`` are `FunctionType`, `Memory`, `Global` or a word for other kinds."""

    imports: tuple[str, ...]
    exports: dict[str, FunctionType | Memory | Global | str]
    memories: tuple[Memory, ...]
    has_start: bool


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        try:
            value = self.data[self.at]
        except IndexError:
            raise MalformedModuleError("the module ends early") from None
        self.at += 1
        return value

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value
            if shift > 63:
                raise MalformedModuleError("a number is too long")

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise MalformedModuleError("the module ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def name(self) -> str:
        return self.take(self.number()).decode("utf-8", "replace")

    def value_type(self) -> str:
        code = self.byte()
        try:
            return VALUE_TYPES[code]
        except KeyError:
            raise MalformedModuleError(f"value type {code:#x} is not in the accepted set") from None

    def limits(self) -> Memory:
        flags = self.byte()
        if flags not in {0, 1}:
            raise MalformedModuleError("a shared or 64-bit memory or table")
        minimum = self.number()
        return Memory(minimum, self.number() if flags & 1 else None)

    def global_type(self) -> Global:
        return Global(self.value_type(), self.byte() == 1)


def read_module(data: bytes) -> Module:
    """The outside of a module. Raises MalformedModuleError."""
    if data[: len(MAGIC)] != MAGIC:
        raise MalformedModuleError("not a WebAssembly module")
    sections = _sections(_Reader(data[len(MAGIC) :]))
    types = _types(sections)
    imports, functions, memories, globals_ = _imports(sections, types)
    if _FUNCTION in sections:
        reader = sections[_FUNCTION]
        functions += [_at(types, reader.number()) for _ in range(reader.number())]
    if _MEMORY in sections:
        reader = sections[_MEMORY]
        memories += [reader.limits() for _ in range(reader.number())]
    if _GLOBAL in sections:
        globals_ += _globals(sections[_GLOBAL])
    exports: dict[str, FunctionType | Memory | Global | str] = {}
    if _EXPORT in sections:
        reader = sections[_EXPORT]
        spaces: dict[int, Sequence[FunctionType | Memory | Global]] = {0: functions, 2: memories, 3: globals_}
        for _ in range(reader.number()):
            name, kind, index = reader.name(), reader.byte(), reader.number()
            exports[name] = _at(spaces[kind], index) if kind in spaces else f"kind {kind}"
    return Module(imports=tuple(imports), exports=exports, memories=tuple(memories), has_start=_START in sections)


def _sections(reader: _Reader) -> dict[int, _Reader]:
    sections: dict[int, _Reader] = {}
    while reader.at < len(reader.data):
        identifier = reader.byte()
        body = _Reader(reader.take(reader.number()))
        if not identifier:
            continue  # custom sections decide nothing
        if identifier in sections:
            raise MalformedModuleError("a section stands twice")
        sections[identifier] = body
    return sections


def _types(sections: dict[int, _Reader]) -> list[FunctionType]:
    if _TYPE not in sections:
        return []
    reader = sections[_TYPE]
    types = []
    for _ in range(reader.number()):
        if reader.byte() != 0x60:
            raise MalformedModuleError("a type that is no function type")
        parameters = tuple(reader.value_type() for _ in range(reader.number()))
        types.append(FunctionType(parameters, tuple(reader.value_type() for _ in range(reader.number()))))
    return types


def _imports(
    sections: dict[int, _Reader], types: list[FunctionType]
) -> tuple[list[str], list[FunctionType], list[Memory], list[Global]]:
    names: list[str] = []
    functions: list[FunctionType] = []
    memories: list[Memory] = []
    globals_: list[Global] = []
    if _IMPORT in sections:
        reader = sections[_IMPORT]
        for _ in range(reader.number()):
            names.append(f"{reader.name()}.{reader.name()}")
            kind = reader.byte()
            if kind == 0:
                functions.append(_at(types, reader.number()))
            elif kind == 1:
                reader.value_type()
                reader.limits()
            elif kind == 2:
                memories.append(reader.limits())
            elif kind == 3:
                globals_.append(reader.global_type())
            else:
                raise MalformedModuleError(f"an import of kind {kind}")
    return names, functions, memories, globals_


def _globals(reader: _Reader) -> list[Global]:
    found = []
    for _ in range(reader.number()):
        found.append(reader.global_type())
        _skip_constant(reader)
    return found


def _skip_constant(reader: _Reader) -> None:
    """Pass over an initialiser expression (core specification 3.3.10)."""
    while True:
        opcode = reader.byte()
        if opcode == 0x0B:
            return
        if opcode in {0x41, 0x42, 0x23, 0xD2}:
            reader.number()  # the sign does not matter for the length
        elif opcode == 0x43:
            reader.take(4)
        elif opcode == 0x44:
            reader.take(8)
        elif opcode == 0xD0:
            reader.byte()
        elif opcode not in {0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E}:
            raise MalformedModuleError(f"opcode {opcode:#x} in an initialiser")


def _at(items: Sequence[_T], index: int) -> _T:
    try:
        return items[index]
    except IndexError:
        raise MalformedModuleError("an index points nowhere") from None
