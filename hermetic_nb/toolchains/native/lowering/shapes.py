"""How values of each type are held: in registers, and in the memory of containers (wasm32: addresses have 4 bytes)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    DictT,
    OptionT,
    TupleT,
    is_object,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.types import RecordT, SetT, Type

ENTRY_KEY = 8
"""Where the key stands in an entry of a dict or set, after its hash and its mark."""


def ir_type(kind: Type) -> str:
    """The IR type of a static type (without the tag of NUM)."""
    if is_object(kind):
        return "ptr"
    if isinstance(kind, TupleT):
        return "{ " + ", ".join(map(ir_type, kind.items)) + " }" if kind.items else "{}"
    if isinstance(kind, OptionT):
        return f"{{ i1, {ir_type(kind.inner)} }}"
    # What is still unknown never has a value.
    return {INT: "i64", FLOAT: "double", NUM: "double", BOOL: "i1", CHAR: "i32", NONE: "i1", BOTTOM: "i64"}[kind]


def held_type(kind: Type) -> str:
    """The IR type of an item in a container."""
    return "i8" if kind == BOOL else ir_type(kind)


def layout(kind: Type) -> tuple[int, int]:
    """Bytes and alignment of an item in a container: those of LLVM's layout of its IR type."""
    if is_object(kind):
        return 4, 4
    if isinstance(kind, TupleT):
        return struct_layout(kind.items)[1:]
    if isinstance(kind, OptionT):
        return struct_layout((BOOL, kind.inner))[1:]
    return {INT: (8, 8), FLOAT: (8, 8), NUM: (8, 8), BOOL: (1, 1), CHAR: (4, 4), NONE: (1, 1), BOTTOM: (8, 8)}[kind]


def struct_layout(kinds: tuple[Type, ...], start: int = 0) -> tuple[list[int], int, int]:
    """Offsets of the parts, and bytes and alignment of the whole."""
    offset, largest, offsets = start, 1, []
    for kind in kinds:
        size, alignment = layout(kind)
        offset = -(-offset // alignment) * alignment
        offsets.append(offset)
        offset += size
        largest = max(largest, alignment)
    return offsets, -(-offset // largest) * largest, largest


def item_size(kind: Type) -> int:
    """Bytes from one item of a list to the next."""
    return layout(kind)[0]


def entry_layout(kind: DictT | SetT) -> tuple[int, int]:
    """Where the value stands in an entry, and the bytes of an entry."""
    kinds = (kind.key, kind.item) if isinstance(kind, DictT) else (kind.item,)
    offsets, size, _ = struct_layout(kinds, ENTRY_KEY)
    return offsets[-1], -(-size // 8) * 8


def record_layout(kind: RecordT) -> tuple[dict[str, int], int]:
    """Where the fields stand in an object, after its count, and its bytes."""
    kinds = tuple(cell.item for cell in kind.record.fields.values())
    offsets, size, _ = struct_layout(kinds, 4)
    return dict(zip(kind.record.fields, offsets, strict=True)), max(size, 8)


def result_type(kind: Type) -> str:
    """The IR type of what a function of the cell returns."""
    return "void" if kind == NONE else ir_type(kind)
