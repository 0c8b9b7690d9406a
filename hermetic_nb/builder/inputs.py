"""Inputs for the comparison with CPython: a fixed number, decided by the source alone.

Two thirds are drawn (small sizes and numbers mostly, so that loops end; constants of the source; mutations of the examples'
arguments), one third puts each edge of a type into each parameter. Cheap-looking inputs come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.builder.pools import EDGES, Pools, Stream, clamped, edges, known, pools_of
from hermetic_nb.digest import hex_of
from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, LiteralType, Type
from hermetic_nb.signature.types import (
    ArrayType,
    DictType,
    FrozenSetType,
    NamedType,
    NoneType,
    SetType,
    TupleType,
    UnionType,
)
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.model import ToolSpec

COUNT: Final = 120
"""Inputs of one comparison, where the types have that many values."""
SWEEP: Final = 40
"""Of these, at most so many put an edge into one parameter."""

_WIDE_KINDS: Final = frozenset({TupleType, DictType, SetType, FrozenSetType, UnionType, NoneType, NamedType})
_SORTED: Final = frozenset({INT, FLOAT, BOOL, STR, BYTES})
_NESTED: Final = frozenset({str, list, tuple, dict, set, frozenset})
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:-_()[]+*/\n\t"
_WIDE: Final = "éßİıñÅæЖשع漢字かな😀🧬𐍈\u0301\u200d\ufeff٣½"


def seed_of(spec: ToolSpec) -> int:
    """The seed: the first 64 bits of the source's digest."""
    return int(hex_of(spec.source_digest)[:16], 16)


def generate(spec: ToolSpec, seen: Sequence[Sequence[Any]] = (), count: int = COUNT) -> list[tuple[Any, ...]]:
    """Up to ``count`` different argument tuples for a spec; ``seen`` are those of its examples. The same on every host."""
    stream = Stream(seed_of(spec))
    parameters = spec.signature.parameters
    if not parameters:
        return [()]
    pools = pools_of(spec, seen)
    kinds = [parameter.type for parameter in parameters]
    defaults = [() if p.default is None else (values.decode(p.default),) for p in parameters]
    found: dict[str, tuple[Any, ...]] = {}
    for edge in _sweep(stream, kinds, pools, min(SWEEP, count // 3)):
        found.setdefault(values.encode(list(edge)), edge)
    for attempt in range(12 * count):
        if len(found) >= count:
            break
        case = _draw(stream, kinds, pools, 1 + attempt * 4 // count % 4)
        for index, default in enumerate(defaults):
            if default and stream.one_in(4):
                case[index] = default[0]
        found.setdefault(values.encode(list(case)), tuple(case))
    return sorted(found.values(), key=_weight)


def _sweep(stream: Stream, kinds: Sequence[Type], pools: Pools, count: int) -> list[tuple[Any, ...]]:
    """Constants of the source, then edges of the type, in each parameter in turn; the other parameters small."""
    cases = []
    named = [(index, value) for index, kind in enumerate(kinds) for value in known(kind, pools)]
    others = [(index, value) for index, kind in enumerate(kinds) for value in edges(kind)]
    for index, value in [*_shuffled(stream, named)[: count * 2 // 3], *_shuffled(stream, others)][:count]:
        case = list(stream.pick(pools.seen)) if pools.seen and stream.one_in(2) else _draw(stream, kinds, pools, 0)
        case[index] = value
        cases.append(tuple(case))
    return cases


def _shuffled(stream: Stream, items: Sequence[Any]) -> list[Any]:
    return [items[number] for number in sorted(range(len(items)), key=lambda _: stream.bits())]


def _draw(stream: Stream, kinds: Sequence[Type], pools: Pools, scale: int) -> list[Any]:
    """One input. Sequences often have one length in common, and ints are often near it."""
    if pools.seen and scale and stream.below(10) < 4:
        case = list(stream.pick(pools.seen))
        index = stream.below(len(kinds))
        case[index] = _mutate(stream, kinds[index], case[index], pools)
        return case
    length = _length(stream, pools, scale)
    return [
        _value(stream, kind, pools, scale, length if stream.below(10) < 7 else _length(stream, pools, scale))
        for kind in kinds
    ]


def _length(stream: Stream, pools: Pools, scale: int) -> int:
    small = [n for n in pools.ints if 0 <= n <= 64]
    if small and stream.one_in(4):
        return max(0, int(stream.pick(small)) + stream.below(3) - 1)
    return stream.below((4, 5, 9, 17, 41)[scale])


def _value(stream: Stream, kind: Type, pools: Pools, scale: int, length: int) -> Any:
    if isinstance(kind, ListType):
        return _list(stream, kind, pools, scale, length)
    if isinstance(kind, ArrayType):
        return _array(stream, kind, pools, scale, length)
    if isinstance(kind, LiteralType):
        return stream.pick(kind.values)
    if type(kind) in _WIDE_KINDS:
        return _wide(stream, kind, pools, scale, length)
    if kind == INT:
        return _int(stream, pools, scale, length)
    if kind == FLOAT:
        return _float(stream, pools, scale)
    if kind == BOOL:
        return stream.one_in(2)
    if kind == STR:
        return _text(stream, pools, length)
    return bytes(_byte(stream, pools) for _ in range(length))


def _wide(stream: Stream, kind: Type, pools: Pools, scale: int, length: int) -> Any:
    def one(part: Type) -> Any:
        return _value(stream, part, pools, scale, stream.below(4))

    match kind:
        case TupleType(items, rest):
            return tuple(map(one, items)) if rest is None else tuple(one(rest) for _ in range(length))
        case DictType(key, item):
            return {one(key): one(item) for _ in range(length)}
        case SetType(item):
            return {one(item) for _ in range(length)}
        case FrozenSetType(item):
            return frozenset(one(item) for _ in range(length))
        case UnionType(members):
            return _value(stream, stream.pick(members), pools, scale, length)
        case NamedType(name):
            definition = pools.classes[name]
            fields = {field.name: one(field.type) for field in definition.fields}
            return Record(name, fields, is_tuple=definition.kind == "namedtuple")
    return None


def _int(stream: Stream, pools: Pools, scale: int, length: int) -> int:
    choice = stream.below(20)
    if choice < 9:
        return stream.below(12) - 2
    if choice < 12:
        return length + stream.below(3) - 1
    if choice < 15 and pools.ints:
        return clamped(int(stream.pick(pools.ints)) + stream.below(3) - 1)
    if choice < 18 or scale < 3:
        return stream.below(200) - 60
    if choice < 19:
        return int(stream.pick(EDGES[INT]))
    size = stream.bits() >> (1 + stream.below(63))
    return size if stream.one_in(2) else -size


def _float(stream: Stream, pools: Pools, scale: int) -> float:
    choice = stream.below(20)
    if choice < 5:
        return (stream.below(41) - 10) / 2
    if choice < 11:
        return (stream.bits() >> 11) / (1 << 53)
    if choice < 15:
        return ((stream.bits() >> 11) / (1 << 53) - 0.5) * 10.0 ** stream.below(1 + 2 * scale)
    if choice < 17 and pools.floats:
        return float(stream.pick(pools.floats))
    if choice < 19 or scale < 2:
        return float(stream.below(30) - 5)
    return float(stream.pick(EDGES[FLOAT]))


def _text(stream: Stream, pools: Pools, length: int) -> str:
    if pools.texts and stream.one_in(6):
        return str(stream.pick(pools.texts))
    letters = pools.letters
    choice = stream.below(10)
    if choice < 6 and letters:
        alphabet = letters
    elif choice < 9:
        alphabet = letters + _LETTERS
    else:
        alphabet = letters + _WIDE
    return "".join(stream.pick(alphabet) for _ in range(length))


def _byte(stream: Stream, pools: Pools) -> int:
    known = b"".join(pools.blobs) or "".join(pools.texts).encode("utf-8", "ignore")
    return int(stream.pick(known)) if known and stream.below(3) < 2 else stream.below(256)


def _list(stream: Stream, kind: ListType, pools: Pools, scale: int, length: int) -> list[Any]:
    inner = stream.below(5)
    items = [_value(stream, kind.item, pools, scale, inner) for _ in range(length)]
    shape = stream.below(8)
    if shape == 0 and items:
        return [items[0]] * length
    if shape == 1 and kind.item in _SORTED:
        return sorted(items)
    if shape == 2 and kind.item == FLOAT and items:
        # What is small beside the rest, and what is left after large terms cancel.
        large = 10.0 ** (8 + stream.below(10))
        return [large, *items, -large]
    return items


def _array(stream: Stream, kind: ArrayType, pools: Pools, scale: int, length: int) -> Any:
    """An array in its stored form; of two axes often a square, or of one row."""
    row = ListType(kind.item)
    if kind.axes == 1:
        return _list(stream, row, pools, scale, length)
    rows = length if stream.one_in(2) else stream.below(5)
    columns = rows if stream.one_in(3) else 1 + stream.below(4)
    return rows, columns, [_value(stream, kind.item, pools, scale, 0) for _ in range(rows * columns)]


def _mutate(stream: Stream, kind: Type, value: Any, pools: Pools) -> Any:
    if isinstance(kind, ArrayType):
        row = ListType(kind.item)
        if kind.axes == 1:
            return _mutate(stream, row, value, pools)
        return _array(stream, kind, pools, 1, len(value[2]))
    if (
        isinstance(kind, LiteralType)
        or type(kind) in _WIDE_KINDS
        or (isinstance(kind, ListType) and type(value) is not list)
    ):
        return _value(stream, kind, pools, 1, 3)
    if kind == BOOL:
        return not value
    if kind == INT:
        return clamped(value + stream.below(5) - 2) if stream.below(3) else _int(stream, pools, 1, 3)
    if kind == FLOAT:
        return value * (1 + (stream.below(9) - 4) / 8) if stream.below(3) else _float(stream, pools, 1)
    whole: Any = value
    at = stream.below(len(whole) + 1)
    one = _value(stream, kind.item, pools, 1, 2) if isinstance(kind, ListType) else None
    piece = [one] if isinstance(kind, ListType) else _value(stream, kind, pools, 1, 1)
    change = stream.below(8)
    if change == 0:
        return whole[:at] + whole[at + 1 :]
    if change == 1:
        return whole[:at] + piece + whole[at:]
    if change > 3 and at < len(whole):
        return whole[:at] + piece[:1] + whole[at + 1 :]
    if change == 3:
        return whole[::-1]
    return whole[:at] if stream.one_in(2) else whole[at:]


def _weight(case: tuple[Any, ...]) -> float:
    """What an input looks like costing: the magnitudes of its ints and the lengths of its sequences."""
    return sum(map(_weight_of, case))


def _weight_of(value: Any) -> float:
    if type(value) is int:
        return float(value.bit_length() ** 2)
    if type(value) is list:
        return 4.0 + sum(map(_weight_of, value)) if value and type(value[0]) in _NESTED else 4.0 * len(value)
    if type(value) in {tuple, set, frozenset}:
        return 4.0 + sum(map(_weight_of, value))
    if type(value) is dict:
        return 4.0 + sum(map(_weight_of, value.items()))
    return float(len(value)) if type(value) in {str, bytes} else 1.0
