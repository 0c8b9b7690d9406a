"""From LLVM's relocatable objects to the sealed module, without a linker.

The program's object comes with the pieces of the runtime that it needs, compiled beforehand (``program`` resolves
the names). What objects import by convention (memory, table, globals) becomes a definition, addresses and indices
are filled in at the places that the relocations name, and these places shrink from five bytes to as few as the
number needs. Everything that only a linker or a debugger reads is left out.

The error word. Modules that stop write ``hermetic_nb.traps.pack(code, line, message)`` to the global ``error``:
a mutable i64, exported, 0 in a fresh instance. In LLVM IR it is ``@error = external addrspace(1) global i64``
(address space 1 holds WebAssembly globals), set by ``store i64 %word, ptr addrspace(1) @error`` and followed by
``call void @llvm.trap()``. Other globals of a module's own, such as a depth counter, are written
``@depth = internal addrspace(1) global i32 undef`` and start at 0.

Memory: ``[stack] [data] [zeroed data] [heap``. The stack is there only when the code uses one. It stands first and
grows downwards, so that running over its end leaves the address space and traps; it cannot reach data. Without
it data starts at 16, so that no object has address 0. ``__heap_base`` is the 16-aligned end of the data.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError
from hermetic_nb.toolchains import wasm_format as wasm
from hermetic_nb.toolchains.native.linking.program import ERROR, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.toolchains.native.linking.objects import Relocation, WasmObject

STACK_BYTES: Final = 32768
"""Size of the stack, in the modules that have one."""

MEMORY_PAGES: Final = 16384
"""The maximum of the memory unless told otherwise: 1 GiB."""

LARGEST_MEMORY: Final = 49152
"""Pages. Above 3 GiB an address below the stack could be a valid one again."""

EXPORTED_FUNCTIONS: Final = ("run", "cabi_realloc", "cabi_post_run")

_FIRST_DATA: Final = 16


class _Kind(IntEnum):
    """Relocations: what is to be filled in, and in which form (the names of the tool conventions, shortened)."""

    FUNCTION_INDEX = 0
    TABLE_INDEX_SLEB = 1
    TABLE_INDEX_I32 = 2
    ADDRESS_LEB = 3
    ADDRESS_SLEB = 4
    ADDRESS_I32 = 5
    TYPE_INDEX = 6
    GLOBAL_INDEX = 7
    GLOBAL_INDEX_I32 = 13
    TABLE_NUMBER = 20
    FUNCTION_INDEX_I32 = 26


_SIGNED: Final = frozenset({_Kind.TABLE_INDEX_SLEB, _Kind.ADDRESS_SLEB})
_FIXED: Final = frozenset({_Kind.TABLE_INDEX_I32, _Kind.ADDRESS_I32, _Kind.GLOBAL_INDEX_I32, _Kind.FUNCTION_INDEX_I32})
_PADDED: Final = 5
"""Bytes that LLVM leaves for a number in code that a linker is to fill in."""


def finalise(objects: Sequence[WasmObject], *, memory_pages: int = MEMORY_PAGES) -> bytes:
    """The sealed module of some objects: the program's, then the pieces of the runtime that it needs.

    ``memory_pages`` is the maximum of its memory. Exports ``memory``, ``run``, ``error``, and ``cabi_realloc`` and
    ``cabi_post_run`` where they are defined.

    Raises: BuildError for functions and data that nothing defines, and for data larger than the memory.
    """
    if not 1 <= memory_pages <= LARGEST_MEMORY:
        raise BuildError(f"a native tool's memory has 1 to {LARGEST_MEMORY} pages, not {memory_pages}")
    program = Program(objects)
    layout = Layout(program)
    pages = -(-layout.needed // wasm.PAGE)
    if pages > memory_pages:
        raise BuildError(f"the tool's constants need {pages} pages of memory, and {memory_pages} are allowed")
    fixer = _Fixer(program, layout)
    code, data = _code(program, fixer), _data(program, layout, fixer)
    out = {
        wasm.TYPE: wasm.vector(program.types),
        wasm.FUNCTION: wasm.vector(wasm.uleb(number) for number in program.functions),
        wasm.MEMORY: b"\1\1" + wasm.uleb(pages) + wasm.uleb(memory_pages),
        wasm.GLOBAL: _globals(program),
        wasm.EXPORT: _exports(program),
        wasm.CODE: code,
    }
    if program.table:
        size = wasm.uleb(len(program.table) + 1)
        out[wasm.TABLE] = bytes([1, wasm.FUNCTION_REFERENCE, 1]) + size + size
        out[wasm.ELEMENT] = b"\1\0\x41\1\x0b" + wasm.vector(wasm.uleb(number) for number in program.table)
    if data:
        out[wasm.DATA] = data
    return wasm.MAGIC + b"".join(wasm.section(number, out[number]) for number in sorted(out))


class Layout:
    """Where each object's data segments lie."""

    def __init__(self, program: Program) -> None:
        segments = [(n, k) for n, part in enumerate(program.objects) for k in range(len(part.segments))]
        # Zeroed data last: it then takes no bytes in the module.
        segments.sort(key=lambda at: not any(program.objects[at[0]].segments[at[1]].data))
        self.start = top = STACK_BYTES if program.has_stack else _FIRST_DATA
        self.addresses: dict[tuple[int, int], int] = {}
        for number, index in segments:
            segment = program.objects[number].segments[index]
            top = -(-top // segment.alignment) * segment.alignment
            self.addresses[number, index] = top
            top += len(segment.data)
        self.heap_base = -(-top // 16) * 16
        self.needed = self.heap_base if segments or program.has_stack or program.uses_heap else 0
        """Bytes of memory that must be there from the start."""


class _Fixer:
    """Knows the bytes that belong at each relocation's place."""

    def __init__(self, program: Program, layout: Layout) -> None:
        self._program = program
        self._layout = layout

    def bytes(self, number: int, relocation: Relocation) -> bytes:
        value = self._value(number, relocation) & 0xFFFFFFFF
        if relocation.kind in _FIXED:
            return value.to_bytes(4, "little")
        if relocation.kind in _SIGNED:
            return wasm.sleb((value ^ 0x80000000) - 0x80000000)
        return wasm.uleb(value)

    def _value(self, number: int, relocation: Relocation) -> int:
        match relocation.kind:
            case _Kind.TYPE_INDEX:
                return self._program.type_index(number, relocation.index)
            case _Kind.FUNCTION_INDEX | _Kind.FUNCTION_INDEX_I32:
                return self._program.function_index(number, relocation.index)
            case _Kind.GLOBAL_INDEX | _Kind.GLOBAL_INDEX_I32:
                return self._program.global_index(number, relocation.index)
            case _Kind.TABLE_INDEX_SLEB | _Kind.TABLE_INDEX_I32:
                return self._program.table_index(number, relocation.index)
            case _Kind.TABLE_NUMBER:
                return 0
            case _Kind.ADDRESS_LEB | _Kind.ADDRESS_SLEB | _Kind.ADDRESS_I32:
                return self._address(number, relocation)
            case kind:
                raise BuildError(f"the object has a relocation of kind {kind}, which the native compiler never makes")

    def _address(self, number: int, relocation: Relocation) -> int:
        place = self._program.data(number, relocation.index)
        if place is None:
            return self._layout.heap_base + relocation.addend
        symbol = place.symbol
        return self._layout.addresses[place.object, symbol.index] + symbol.offset + relocation.addend


def _globals(program: Program) -> bytes:
    items = [bytes([wasm.I64, 1, 0x42, 0, 0x0B])]
    if program.has_stack:
        items.append(bytes([wasm.I32, 1, 0x41]) + wasm.sleb(STACK_BYTES) + b"\x0b")
    return wasm.vector([*items, *(one for part in program.objects for one in part.globals)])


def _exports(program: Program) -> bytes:
    if program.public_function("run") is None:
        raise BuildError("the native code defines no function 'run'")
    functions = [(name, number) for name in EXPORTED_FUNCTIONS if (number := program.public_function(name)) is not None]
    exports = [
        wasm.name("memory") + bytes([wasm.KIND_MEMORY, 0]),
        *(wasm.name(name) + bytes([wasm.KIND_FUNCTION]) + wasm.uleb(number) for name, number in functions),
        wasm.name(ERROR) + bytes([wasm.KIND_GLOBAL, 0]),
    ]
    return wasm.vector(exports)


def _code(program: Program, fixer: _Fixer) -> bytes:
    bodies = []
    for number, part in enumerate(program.objects):
        pending = list(reversed(part.relocations.get(wasm.CODE, ())))
        for position, end in part.bodies:
            body: list[bytes] = []
            while pending and pending[-1].offset < end:
                relocation = pending.pop()
                body += (part.code[position : relocation.offset], fixer.bytes(number, relocation))
                position = relocation.offset + (4 if relocation.kind in _FIXED else _PADDED)  # noqa: PLW2901
            body.append(part.code[position:end])
            whole = b"".join(body)
            bodies.append(wasm.uleb(len(whole)) + whole)
    return wasm.vector(bodies)


def _data(program: Program, layout: Layout, fixer: _Fixer) -> bytes:
    """The data section's payload: one segment, up to the last byte that is not zero."""
    image = bytearray(layout.heap_base - layout.start)
    for number, part in enumerate(program.objects):
        starts = [layout.addresses[number, k] - layout.start for k in range(len(part.segments))]
        for start, segment in zip(starts, part.segments, strict=True):
            image[start : start + len(segment.data)] = segment.data
        for relocation in part.relocations.get(wasm.DATA, ()):
            index = max(k for k, segment in enumerate(part.segments) if segment.place <= relocation.offset)
            at = starts[index] + relocation.offset - part.segments[index].place
            image[at : at + 4] = fixer.bytes(number, relocation)
    content = bytes(image).rstrip(b"\0")
    if not content:
        return b""
    return b"\1\0\x41" + wasm.sleb(layout.start) + b"\x0b" + wasm.uleb(len(content)) + content
