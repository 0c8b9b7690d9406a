"""The Component Model's canonical ABI for our types: values to flat core parameters and memory (`lifting`: and back).

Source: component-model ``design/mvp/CanonicalABI.md``: flattening (MAX_FLAT_PARAMS 16, MAX_FLAT_RESULTS 1), alignment and
size, storing, string encoding utf8. NaN always goes in as the one of `NAN_BITS`.

A call is `Lowered`: slots of 16 bytes, one for each flat parameter (its value in the low bytes, as in the engine's
``wasmtime_val_raw``), buffers to be placed by ``cabi_realloc`` in their order, and relocations: where the address of a
buffer goes.
"""

from __future__ import annotations

import math
import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, ListType, StrType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature.signature import Signature
    from hermetic_nb.signature.types import Type

MAX_FLAT_PARAMETERS: Final = 16
MAX_BYTES: Final = (1 << 31) - 1
"""The longest string or list, in bytes (CanonicalABI.md, MAX_STRING_BYTE_LENGTH)."""
NAN_BITS: Final = 0x7FF8000000000000
SLOT: Final = 16
"""Bytes of a slot."""
SLOTS: Final = 0
"""The target of a relocation into the slots; n > 0 is the buffer n - 1."""

NAN: Final[float] = struct.unpack("<d", struct.pack("<Q", NAN_BITS))[0]
SCALAR: Final = {IntType: "q", FloatType: "d", BoolType: "?"}
"""Formats of the types that are one flat value."""
_SLOT_FORMATS: Final = {IntType: "q8x", FloatType: "d8x", BoolType: "?15x"}
_PIECE: Final = 1 << 15
"""Bytes looked at at once: more would be asked of the system anew each time."""
_PAIR: Final = struct.Struct("<II")

Data = bytes | bytearray | memoryview


@dataclass(slots=True)
class Lowered:
    """The arguments of one call, ready to be placed."""

    slots: bytes
    buffers: list[tuple[int, Data]] = field(default_factory=list)
    """Alignment and bytes."""
    relocations: list[tuple[int, int, int]] = field(default_factory=list)
    """Target, offset, buffer: the buffer's address, 32 bits, goes to the offset in the target. A buffer comes before its users."""
    has_nan: bool = False


# ---------------------------------------------------------------- shapes


def flat_types(type_: Type) -> tuple[str, ...]:
    """The core types of a value as parameters. Raises TypeError on a type that is outside of the native tier."""
    match type_:
        case IntType():
            return ("i64",)
        case FloatType():
            return ("f64",)
        case BoolType():
            return ("i32",)
        case StrType() | BytesType() | ListType():
            return ("i32", "i32")
        case _:
            raise TypeError(f"{type_} is not lowered to memory (see `native.refusal`)")


def core_signature(signature: Signature) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Core parameters and results of the export ``run``."""
    parameters = tuple(core for parameter in signature.parameters for core in flat_types(parameter.type))
    results = flat_types(signature.result)
    return ("i32",) if len(parameters) > MAX_FLAT_PARAMETERS else parameters, ("i32",) if len(results) > 1 else results


def needs_realloc(signature: Signature) -> bool:
    """Whether arguments go through memory, so that the module must export ``cabi_realloc``."""
    parameters = [len(flat_types(parameter.type)) for parameter in signature.parameters]
    return 2 in parameters or sum(parameters) > MAX_FLAT_PARAMETERS


def needs_memory(signature: Signature) -> bool:
    """Whether arguments or the result go through memory."""
    return needs_realloc(signature) or len(flat_types(signature.result)) > 1


def size(type_: Type) -> int:
    """Bytes of a value in memory."""
    return 1 if isinstance(type_, BoolType) else 8


def alignment(type_: Type) -> int:
    """Alignment of a value in memory."""
    return {IntType: 8, FloatType: 8, BoolType: 1}.get(type(type_), 4)


# ---------------------------------------------------------------- lowering


def lower(signature: Signature, values: Sequence[Any]) -> Lowered:
    """Lower positional values that fit the signature (see `border.fit`). Raises ArgumentError on one beyond 2 GiB."""
    cores = sum(len(flat_types(parameter.type)) for parameter in signature.parameters)
    lowered = Lowered(b"")
    if cores > MAX_FLAT_PARAMETERS:
        record = _lower_record(signature, values, lowered)
        lowered.slots = bytes(SLOT)
        lowered.relocations.append((SLOTS, 0, record))
        return lowered
    slots = bytearray(SLOT * cores)
    offset = 0
    for parameter, value in zip(signature.parameters, values, strict=True):
        kind = type(parameter.type)
        if kind in SCALAR:
            _store_scalar(kind, value, slots, offset, lowered)
            offset += SLOT
        else:
            index, count = _place(parameter.type, value, parameter.name, lowered)
            struct.pack_into("<I", slots, offset + SLOT, count)
            lowered.relocations.append((SLOTS, offset, index))
            offset += 2 * SLOT
    lowered.slots = bytes(slots)
    return lowered


class Scalars:
    """The slots of signatures whose parameters are all numbers and fit in slots: one packing for all of them."""

    def __init__(self, signature: Signature) -> None:
        kinds = [type(parameter.type) for parameter in signature.parameters]
        self._pack = struct.Struct("<" + "".join(_SLOT_FORMATS[kind] for kind in kinds)).pack
        self._floats = [place for place, kind in enumerate(kinds) if kind is FloatType]
        self.count = len(kinds)

    @staticmethod
    def fits(signature: Signature) -> bool:
        """Whether a signature is such a one."""
        kinds = [type(parameter.type) for parameter in signature.parameters]
        return len(kinds) <= MAX_FLAT_PARAMETERS and all(kind in SCALAR for kind in kinds)

    def slots(self, values: Sequence[Any]) -> bytes | None:
        """The slots of values, or None where one is NaN."""
        for place in self._floats:
            if values[place] != values[place]:
                return None
        return self._pack(*values)


def _lower_record(signature: Signature, values: Sequence[Any], lowered: Lowered) -> int:
    """All parameters as the fields of one record in memory; the record's buffer."""
    record = bytearray()
    pointers = []
    for parameter, value in zip(signature.parameters, values, strict=True):
        offset = _aligned(len(record), alignment(parameter.type))
        record.extend(bytes(offset - len(record) + size(parameter.type)))
        kind = type(parameter.type)
        if kind in SCALAR:
            _store_scalar(kind, value, record, offset, lowered)
        else:
            index, count = _place(parameter.type, value, parameter.name, lowered)
            _PAIR.pack_into(record, offset, 0, count)
            pointers.append((offset, index))
    align = max(alignment(parameter.type) for parameter in signature.parameters)
    record.extend(bytes(_aligned(len(record), align) - len(record)))
    lowered.buffers.append((align, record))
    lowered.relocations += [(len(lowered.buffers), offset, index) for offset, index in pointers]
    return len(lowered.buffers) - 1


def _store_scalar(kind: type[object], value: Any, target: bytearray, offset: int, lowered: Lowered) -> None:
    if kind is FloatType and value != value:  # noqa: PLR0124 (only NaN differs from itself)
        value = NAN
        lowered.has_nan = True
    struct.pack_into("<" + SCALAR[kind], target, offset, value)


def _place(type_: Type, value: Any, name: str, lowered: Lowered) -> tuple[int, int]:
    """Add the buffers of a string, bytes or list; the buffer's index and its count of bytes or elements."""
    data: Data
    if isinstance(type_, StrType):
        data, count, align = (encoded := value.encode()), len(encoded), 1
    elif isinstance(type_, BytesType):
        data, count, align = value, len(value), 1
    else:
        assert isinstance(type_, ListType)
        count, align = len(value), alignment(type_.item)
        if type(type_.item) not in SCALAR:
            return _place_nested(type_.item, value, name, lowered), count
        data = _scalars(type_.item, value, lowered)
    nbytes = data.nbytes if type(data) is memoryview else len(data)
    if nbytes > MAX_BYTES:
        raise ArgumentError(f"argument {name!r} has more than 2 GiB")
    lowered.buffers.append((align, data))
    return len(lowered.buffers) - 1, count


def _place_nested(item: Type, value: Sequence[Any], name: str, lowered: Lowered) -> int:
    placed = [_place(item, element, name, lowered) for element in value]
    table = bytearray(b"".join([_PAIR.pack(0, count) for _, count in placed]))
    lowered.buffers.append((alignment(item), table))
    target = len(lowered.buffers)
    size_ = _PAIR.size
    lowered.relocations += [(target, position * size_, index) for position, (index, _) in enumerate(placed)]
    return target - 1


def _scalars(item: Type, value: Any, lowered: Lowered) -> Data:
    """The memory of a list of numbers. NaN is put into its one form."""
    if isinstance(item, BoolType):
        return value if type(value) is memoryview else bytes(value)
    if isinstance(item, IntType):
        return value if type(value) is memoryview else memoryview(array("q", value))
    row = value if type(value) is memoryview else memoryview(array("d", value))
    if not holds_nan(row):
        return row
    lowered.has_nan = True
    return memoryview(array("d", [NAN if number != number else number for number in row]))  # noqa: PLR0124


def holds_nan(row: memoryview[Any]) -> bool:
    """Whether one of a row of floats is NaN."""
    data = row.cast("B")
    return any(_may_hold_nan(data[at : at + _PIECE]) for at in range(0, len(data), _PIECE)) and any(
        map(math.isnan, row)
    )


def _may_hold_nan(data: memoryview) -> bool:
    # The last byte is the sign and the upper 7 bits of the exponent, all ones in NaN, inf and what is near inf (IEEE 754).
    top = data.tobytes()[7::8]
    return 0x7F in top or 0xFF in top


def _aligned(offset: int, align: int) -> int:
    return -(-offset // align) * align
