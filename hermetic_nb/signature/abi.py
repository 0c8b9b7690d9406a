"""The Component Model's canonical ABI for our types: values to flat core parameters and memory (`lifting`: and back).

Source: component-model ``design/mvp/CanonicalABI.md``: MAX_FLAT_PARAMS 16, MAX_FLAT_RESULTS 1, storing, string encoding
utf8 (`layouts` has the sizes). A dict goes in its order, a set sorted. NaN always goes in as the one of `NAN_BITS`.

A call is `Lowered`: slots of 16 bytes, one for each flat parameter (its value in the low bytes, as in the engine's
``wasmtime_val_raw``), buffers to be placed by ``cabi_realloc`` in their order, and relocations: where the address of a
buffer goes.
"""

from __future__ import annotations

import math
import struct
from array import array
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature.border_any import fields_of
from hermetic_nb.signature.layouts import (
    SCALAR,
    Layout,
    has_row,
    is_row_of_numbers,
    item_of,
    layout,
    plain_array,
    structure,
)
from hermetic_nb.signature.types import (
    ArrayType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    FrozenSetType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hermetic_nb.signature.definitions import Definition
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
_SLOT_FORMATS: Final = {IntType: "q8x", FloatType: "d8x", BoolType: "?15x"}
_PIECE: Final = 1 << 15
"""Bytes looked at at once: more would be asked of the system anew each time."""

_ROWS: Final = 64
"""Tuples of numbers that are packed at once."""
_PAIR: Final = struct.Struct("<II")
_PAIR_ALIGNMENT: Final = 4
"""An address and a count."""

Data = bytes | bytearray | memoryview


@dataclass(slots=True)
class Lowered:
    """The arguments of one call, ready to be placed."""

    slots: bytes
    buffers: list[tuple[int, Data]] = field(default_factory=list)
    """Alignment and bytes."""
    relocations: list[tuple[int, int, int]] = field(default_factory=list)
    """Target, offset, buffer: the buffer's address is added to the 32 bits at the offset in the target. A buffer comes before its
    users."""
    has_nan: bool = False


# ---------------------------------------------------------------- shapes


def flat_types(type_: Type, definitions: tuple[Definition, ...] = ()) -> tuple[str, ...]:
    """The core types of a value as parameters. Raises TypeError on a type that is outside of the native tier."""
    return layout(structure(type_, definitions)).core


def core_signature(signature: Signature) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Core parameters and results of the export ``run``. Raises as `flat_types`."""
    parameters = _flat_parameters(signature)
    results = flat_types(signature.result, signature.definitions)
    return ("i32",) if len(parameters) > MAX_FLAT_PARAMETERS else parameters, ("i32",) if len(results) > 1 else results


def needs_realloc(signature: Signature) -> bool:
    """Whether arguments go through memory, so that the module must export ``cabi_realloc``."""
    kinds = [structure(parameter.type, signature.definitions) for parameter in signature.parameters]
    return any(map(has_row, kinds)) or len(_flat_parameters(signature)) > MAX_FLAT_PARAMETERS


def needs_memory(signature: Signature) -> bool:
    """Whether arguments or the result go through memory."""
    return needs_realloc(signature) or len(flat_types(signature.result, signature.definitions)) > 1


def size(type_: Type, definitions: tuple[Definition, ...] = ()) -> int:
    """Bytes of a value in memory."""
    return layout(structure(type_, definitions)).size


def alignment(type_: Type, definitions: tuple[Definition, ...] = ()) -> int:
    """Alignment of a value in memory."""
    return layout(structure(type_, definitions)).alignment


def _flat_parameters(signature: Signature) -> tuple[str, ...]:
    return tuple(core for p in signature.parameters for core in flat_types(p.type, signature.definitions))


# ---------------------------------------------------------------- lowering


def lower(signature: Signature, values: Sequence[Any]) -> Lowered:
    """As `Lowering.lower`, once."""
    return Lowering(signature).lower(values)


class Lowering:
    """Lowers the arguments of one signature. Raises TypeError on one that is outside of the native tier."""

    def __init__(self, signature: Signature, *, shares_texts: bool = False) -> None:
        """``shares_texts``: texts and bytes in rows come in one buffer, for a module that copies them and frees none."""
        kinds = tuple([structure(p.type, signature.definitions) for p in signature.parameters])
        whole = layout(TupleType(kinds))
        emitters = _Emitters(signature.definitions, shares_texts=shares_texts)
        self._emitters = [(emitters.of(p.type), p.name) for p in signature.parameters]
        self._is_record = len(whole.leaves) > MAX_FLAT_PARAMETERS
        self._alignment = whole.alignment
        self._struct = whole.in_memory() if self._is_record else whole.in_slots()
        self._offsets = whole.offsets if self._is_record else tuple([SLOT * n for n in range(len(whole.leaves))])

    def lower(self, values: Sequence[Any]) -> Lowered:
        """Lower positional values that fit the signature (see `border.fit`). Raises ArgumentError on one beyond 2 GiB."""
        lowered = Lowered(b"")
        call = _Call(lowered)
        for (emit, call.name), value in zip(self._emitters, values, strict=True):
            emit(value, call)
        packed, target = self._struct.pack(*call.leaves), SLOTS
        if self._is_record:
            lowered.buffers.append((self._alignment, packed))
            target = len(lowered.buffers)
            lowered.relocations.append((SLOTS, 0, target - 1))
        lowered.relocations += [(target, self._offsets[leaf], index) for leaf, index in call.users]
        lowered.slots = bytes(SLOT) if self._is_record else packed
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


class _Call:
    """What emitters add to: the leaves of the value at hand, and the leaves in it that are addresses of buffers."""

    __slots__ = ("leaves", "lowered", "name", "texts", "users")

    def __init__(self, lowered: Lowered) -> None:
        self.lowered = lowered
        self.texts: tuple[int, bytearray] | None = None
        self.name = ""
        self.leaves: list[Any] = []
        self.users: list[tuple[int, int]] = []

    def add(self, align: int, data: Data) -> int:
        """Add a buffer; its index."""
        nbytes = data.nbytes if type(data) is memoryview else len(data)
        if nbytes > MAX_BYTES:
            raise ArgumentError(f"argument {self.name!r} has more than 2 GiB")
        self.lowered.buffers.append((align, data))
        return len(self.lowered.buffers) - 1

    def share(self, data: bytes) -> Placed:
        """Add bytes to the buffer of texts."""
        if self.texts is None:
            shared = bytearray()
            self.texts = self.add(1, shared), shared
        index, shared = self.texts
        start, count = len(shared), len(data)
        if start + count > MAX_BYTES:
            raise ArgumentError(f"argument {self.name!r} has more than 2 GiB")
        shared += data
        return index, count, start

    def row(self, index: int, count: int, start: int) -> None:
        """Add the address of a place in a buffer and a count."""
        self.users.append((len(self.leaves), index))
        self.leaves += (start, count)


if TYPE_CHECKING:
    Emit = Callable[[Any, _Call], None]
    Placed = tuple[int, int, int]
    """The number of a buffer, a count, and where in the buffer it starts."""
    Place = Callable[[Any, _Call], Placed]


class _Emitters:
    """Functions that add the leaves of a value, in the order of `layouts.Layout.leaves`."""

    def __init__(
        self, definitions: tuple[Definition, ...], *, shares_texts: bool = False, is_in_row: bool = False
    ) -> None:
        self._definitions = definitions
        self._shares_texts = shares_texts
        self._text, self._bytes = (
            (_share_text, _share_bytes) if shares_texts and is_in_row else (_place_text, _place_bytes)
        )

    def of(self, type_: Type) -> Emit:
        """The function for a type."""
        match type_:
            case FloatType():
                return _emit_float
            case IntType() | BoolType():
                return _emit_scalar
            case UnionType():
                return self._option(type_)
            case LiteralType():
                return self.of(structure(type_))
            case ArrayType():
                return self.of(plain_array(type_))
            case TupleType(items, None):
                return self._tuple(items)
            case NamedType(name):
                return self._record(next(known for known in self._definitions if known.name == name))
        place = self._placing(type_)
        return lambda value, call: call.row(*place(value, call))

    def _placing(self, type_: Type) -> Place:
        """For a text or row: adds its buffers, and gives the number of its own and its count."""
        match type_:
            case StrType():
                return self._text
            case BytesType():
                return self._bytes
        item = item_of(type_)
        assert item is not None, "layouts.structure lets no other pass"
        fill = self._numbers(item) if type(item) in SCALAR else self._table(item)
        items = _ITEMS.get(type(type_))
        return fill if items is None else lambda value, call: fill(items(value), call)

    def _tuple(self, items: Iterable[Type]) -> Emit:
        emitters = [self.of(item) for item in items]

        def emit(value: Any, call: _Call) -> None:
            for part, one in zip(value, emitters, strict=True):
                one(part, call)

        return emit

    def _record(self, definition: Definition) -> Emit:
        names = [field.name for field in definition.fields]
        whole = self._tuple(field.type for field in definition.fields)

        def emit(value: Any, call: _Call) -> None:
            found = fields_of(value)
            assert found is not None, "the border gives records"
            whole([found[1][name] for name in names], call)

        return emit

    def _option(self, type_: UnionType) -> Emit:
        kind = structure(type_, self._definitions)
        nothing = [0] * len(layout(kind).leaves)
        (inner,) = [member for member in type_.members if flat_types(member, self._definitions)]
        some = self.of(inner)

        def emit(value: Any, call: _Call) -> None:
            if value is None:
                call.leaves += nothing
            else:
                call.leaves.append(1)
                some(value, call)

        return emit

    def _numbers(self, item: Type) -> Place:
        align = alignment(item)
        return lambda values, call: (call.add(align, _scalars(item, values, call.lowered)), len(values), 0)

    def _table(self, item: Type) -> Place:
        inside = _Emitters(self._definitions, shares_texts=self._shares_texts, is_in_row=True)
        if isinstance(structure(item, self._definitions), StrType | BytesType | ListType):
            return self._table_of_rows(inside._placing(item))
        kind = layout(structure(item, self._definitions))
        if is_row_of_numbers(item):
            return self._table_of_numbers(item, kind)
        pack, offsets, align = kind.in_memory().pack, kind.offsets, kind.alignment
        one = inside.of(item)

        def place(values: Any, call: _Call) -> Placed:
            table = bytearray()
            addresses: list[tuple[int, int]] = []
            leaves, users = call.leaves, call.users
            for value in values:
                call.leaves, call.users = [], []
                one(value, call)
                addresses += [(len(table) + offsets[leaf], index) for leaf, index in call.users]
                table += pack(*call.leaves)
            call.leaves, call.users = leaves, users
            index = call.add(align, table)
            call.lowered.relocations += [(index + 1, offset, buffer) for offset, buffer in addresses]
            return index, len(values), 0

        return place

    @staticmethod
    def _table_of_numbers(item: TupleType, kind: Layout) -> Place:
        """A quicker way for a list of tuples of numbers: so many at once."""
        many, single = struct.Struct("<" + _ROWS * kind.in_memory().format[1:]), kind.in_memory()
        width = len(item.items)
        floats = [place for place, part in enumerate(item.items) if isinstance(part, FloatType)]

        def place(values: Any, call: _Call) -> Placed:
            numbers = list(chain.from_iterable(values))
            for first in floats:
                if any(map(math.isnan, numbers[first::width])):
                    call.lowered.has_nan = True
                    numbers[first::width] = [NAN if n != n else n for n in numbers[first::width]]  # noqa: PLR0124
            step = _ROWS * width
            whole = len(numbers) - len(numbers) % step
            parts = [many.pack(*numbers[at : at + step]) for at in range(0, whole, step)]
            parts += [single.pack(*numbers[at : at + width]) for at in range(whole, len(numbers), width)]
            return call.add(kind.alignment, b"".join(parts)), len(values), 0

        return place

    @staticmethod
    def _table_of_rows(one: Place) -> Place:
        """A quicker way for a list of texts or lists."""

        def place(values: Any, call: _Call) -> Placed:
            placed = [one(value, call) for value in values]
            index = call.add(_PAIR_ALIGNMENT, b"".join([_PAIR.pack(start, count) for _, count, start in placed]))
            call.lowered.relocations += [
                (index + 1, position * _PAIR.size, buffer) for position, (buffer, _, _) in enumerate(placed)
            ]
            return index, len(placed), 0

        return place


def _emit_scalar(value: Any, call: _Call) -> None:
    call.leaves.append(value)


def _emit_float(value: Any, call: _Call) -> None:
    if value != value:  # noqa: PLR0124 (only NaN differs from itself)
        value = NAN
        call.lowered.has_nan = True
    call.leaves.append(value)


def _place_text(value: Any, call: _Call) -> Placed:
    data = value.encode()
    return call.add(1, data), len(data), 0


def _place_bytes(value: Any, call: _Call) -> Placed:
    return call.add(1, value), len(value), 0


def _share_text(value: Any, call: _Call) -> Placed:
    return call.share(value.encode())


def _share_bytes(value: Any, call: _Call) -> Placed:
    return call.share(value)


_ITEMS: Final[dict[type, Callable[[Any], Any]]] = {DictType: dict.items, SetType: sorted, FrozenSetType: sorted}
"""The items of a row in the order in which they go in, where the row itself does not say it."""


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
